"""Credit codes, limitation, officers' numbers and the steps of a penalty."""

from datetime import date

import pytest

from app.enforcement import policy, rules, workflow
from app.enforcement.rules_hearing import ground, heavier
from app.enforcement.workflow import NEXT, PenaltyKind, PenaltyState


def test_a_credit_code_has_exactly_one_check_sign():
    for body in ("91330226MA2TETT00", "11330226000000000", "92330226MA00000AX"):
        fitting = [sign for sign in rules.ALPHABET if rules.is_credit_code(body + sign)]
        assert len(fitting) == 1


def test_a_published_code_passes_and_every_slip_fails():
    code = "91350100M000100Y43"  # the example of GB 32100
    assert rules.is_credit_code(code)
    for place in range(17):
        for sign in rules.ALPHABET:
            slipped = code[:place] + sign + code[place + 1 :]
            assert rules.is_credit_code(slipped) is (sign == code[place])


@pytest.mark.parametrize("wrong", ["", "91350100M000100Y4", "91350100M000100Y4I", "甲" * 18])
def test_what_is_no_credit_code(wrong):
    assert not rules.is_credit_code(wrong)


def test_a_code_may_be_typed_with_spaces_and_small_letters():
    assert rules.tidy_code(" 91350100 m000-100y43 ") == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("violation", "filed", "grave", "within"),
    [
        (date(2024, 11, 23), date(2026, 11, 23), False, True),
        (date(2024, 11, 22), date(2026, 11, 23), False, False),
        (date(2021, 11, 23), date(2026, 11, 23), True, True),
        (date(2021, 11, 22), date(2026, 11, 23), True, False),
        (date(2024, 2, 29), date(2026, 2, 28), False, True),
        (date(2024, 2, 29), date(2026, 3, 1), False, False),
    ],
)
def test_limitation(violation, filed, grave, within):
    assert rules.within_limitation(violation, filed, grave=grave) is within


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("3302001，3302002", ("3302001", "3302002")),
        ("3302001 3302001", ("3302001",)),
        ("3302001、3302002；3302003\n3302004", ("3302001", "3302002", "3302003", "3302004")),
        ("  ", ()),
    ],
)
def test_officer_numbers(typed, numbers):
    assert rules.officer_numbers(typed) == numbers


def test_every_state_of_a_penalty_has_its_row_and_can_be_reached():
    assert set(NEXT) == set(PenaltyState)
    seen = set(workflow.START.values())
    while True:
        more = {new for state in seen for new in NEXT[state]} - seen
        if not more:
            break
        seen |= more
    assert seen == set(PenaltyState)


def test_a_decision_needs_legal_review_and_the_notice_first():
    before = {state for state in PenaltyState if workflow.may_follow(state, PenaltyState.DECIDED)}
    assert before == {PenaltyState.NOTIFIED}
    before = {state for state in PenaltyState if workflow.may_follow(state, PenaltyState.NOTIFIED)}
    assert before == {PenaltyState.LEGAL_REVIEWED, PenaltyState.NOTIFIED}


def test_plain_steps_leave_out_what_needs_more():
    assert workflow.plain_steps(PenaltyState.DECIDED) == (
        PenaltyState.SERVED,
        PenaltyState.IN_REVIEW,
    )
    assert workflow.plain_steps(PenaltyState.INVESTIGATED) == ()


@pytest.mark.parametrize(("kinds", "yuan", "organisation", "found"), [
    ("fine", 4_999, False, None), ("fine", 5_000, False, "fine"),
    ("fine", 199_999, True, None), ("fine", 200_000, True, "fine"),
    ("warning", 0, False, None), ("detention", 0, False, None),
    ("confiscation", 0, True, "confiscation"), ("fine confiscation", 100, True, "confiscation"),
    ("shutdown", 0, True, "shutdown"), ("licence", 0, True, "licence"),
    ("fine licence", 200_000, True, "fine"),
])  # fmt: skip
def test_what_grants_a_hearing(kinds, yuan, organisation, found):
    """行政处罚法 63, 生态环境行政处罚办法 (2023) 46."""
    told = ground(
        policy.in_force(date(2026, 11, 23)), kinds=[PenaltyKind(kind) for kind in kinds.split()],
        amount_fen=yuan * 100, organisation=organisation,
    )  # fmt: skip
    assert told == found


@pytest.mark.parametrize(("planned", "told_fen", "kinds", "fen", "found"), [
    ("fine", 1_000, "fine", 1_000, None), ("fine", 1_000, "fine", 999, None),
    ("fine", 1_000, "fine", 1_001, "amount"), ("warning", 0, "fine", 1, "amount"),
    ("fine", 1_000, "fine licence", 1_000, "kinds"), ("fine", 1_000, "licence", 0, "kinds"),
    ("fine licence", 1_000, "fine", 1_000, None), ("fine licence", 1_000, "licence", 0, None),
    ("fine", 1_000, "warning", 0, None), ("fine", 1_000, "fine warning", 500, "kinds"),
    ("shutdown", 0, "confiscation", 0, "kinds"), ("licence", 0, "warning", 0, None),
])  # fmt: skip
def test_what_a_notice_covers(planned, told_fen, kinds, fen, found):
    """行政处罚法 44, 45: nothing heavier than the party was told; a warning alone is lightest."""
    assert heavier(
        planned=[PenaltyKind(kind) for kind in planned.split()], planned_fen=told_fen,
        kinds=[PenaltyKind(kind) for kind in kinds.split()], amount_fen=fen,
    ) == found  # fmt: skip


def test_the_first_version_holds_before_its_day_too():
    first = policy.versions()[0]
    assert policy.in_force(date(2020, 8, 29)) == first == policy.in_force(first.valid_from)
    assert {lang for lang, words in first.source.items() if "46" in words} == {"zh", "en"}
