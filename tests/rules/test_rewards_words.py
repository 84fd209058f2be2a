"""Whatever a rule set can yield has words, for the reporter and for the desk."""

import pytest

from app.rewards import catalog, queries
from app.rewards.rules import Facts, assess, exclusions
from app.web.public import award
from app.web.rewards import words
from tests.rules.test_rewards_schema import GRID
from tests.rules.test_rewards_tables import ROWS


@pytest.mark.parametrize("where", [award.RULES, words.RULES], ids=["public", "desk"])
def test_every_line_of_every_table_has_words(where):
    found = {
        line.rule
        for name, facts, _fen in ROWS
        for line in assess(
            catalog.document(name),
            Facts.read({"finding": "true", "earlier_fen": 1, "joint_reporters": 2} | facts),
        ).lines
    }
    assert len(found) > 10
    grid = assess(
        catalog.read(GRID),
        Facts(finding="true", severity="large", contribution="main", person_month_fen=60_000),
    )
    assert found | {line.rule for line in grid.lines} | {"cap_total"} <= set(where)


def test_every_bar_and_every_check_has_words():
    assert set(exclusions.PLAIN) <= set(words.REASONS)
    assert set(award.CHECKS) == set(words.CHECKS)


def test_everything_that_could_change_an_amount_has_words():
    assert set(queries.COULD_CHANGE) == set(award.CHANGES)
