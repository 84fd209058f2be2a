"""One rule says how long a reason has to be."""

import pytest

from app.core.errors import Invalid
from app.core.reasons import MIN_REASON, reason_of


@pytest.mark.parametrize(("words", "least", "kept"), [
    ("  路上积水太深 ", MIN_REASON, "路上积水太深"), ("五个字够了", MIN_REASON, "五个字够了"),
    ("四个字的", MIN_REASON, None), ("   四个字的   ", MIN_REASON, None), ("", 1, None),
    ("九个字还是太短了点", 10, None), ("十个字就刚刚好够用了", 10, "十个字就刚刚好够用了"),
])  # fmt: skip
def test_a_reason_is_trimmed_before_it_is_measured(words, least, kept):
    if kept is not None:
        assert reason_of(words, "reason_missing", least=least) == kept
        return
    with pytest.raises(Invalid, match="reason_missing") as refused:
        reason_of(words, "reason_missing", field="words", least=least, why="x")
    assert (refused.value.field, refused.value.facts) == ("words", {"least": least, "why": "x"})
