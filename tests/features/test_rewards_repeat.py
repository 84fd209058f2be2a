"""A repeated offence after closing pays again: as a new case, or as a new turn of an old one."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.cases.models import Case, CaseStep
from app.cases.rules import cell
from app.cases.workflow import Move
from app.cases.workflow import State as CaseState
from app.core.db import db
from app.core.tx import transaction
from app.enforcement.events import PenaltyRevoked
from app.enforcement.models import Finding, Penalty
from app.intake.models import Report
from app.rewards import queries, service
from app.rewards.models import Award
from app.rewards.states import State
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW

DAY = timedelta(days=1)
LNG, LAT = 121.4247, 29.2892
CLOSED, REOPENED, AGAIN = NOW - 10 * DAY, NOW - 6 * DAY, NOW - 2 * DAY
R2 = 20_000  # an order to correct: class R2 of the default table, in fen


def change(case_id, **values):
    db.session.execute(update(Case).where(Case.id == case_id).values(**values))
    db.session.expire_all()


def case_here(*, received, closed=None, category="W4"):
    case_id = make.case(received=received, order=True)
    change(case_id, lng=LNG, lat=LAT, cell=cell(LNG, LAT), category=category, closed_at=closed)
    return case_id


def known(award):
    (view,) = (line for line in queries.by_id(award.id).checks if line.key == "not_known")
    return view


EARLIER = {
    "closed before this report": ({"received": NOW - 30 * DAY, "closed": CLOSED}, True),
    "closed in the same second": ({"received": NOW - 30 * DAY, "closed": AGAIN}, True),
    "closed a second too late": (
        {"received": NOW - 30 * DAY, "closed": AGAIN + timedelta(seconds=1)}, None,
    ),
    "still open": ({"received": NOW - 30 * DAY}, None),
    "another kind of pollution": ({"received": NOW - 30 * DAY, "category": "A6"}, True),
    "longer ago than 90 days": ({"received": NOW - 93 * DAY}, True),
}  # fmt: skip


@pytest.mark.parametrize("earlier", EARLIER)
def test_a_new_case_at_the_same_place(earlier, any_db, context):
    told, ok = EARLIER[earlier]
    with transaction():
        make.rules()
        first = case_here(**told)
        (paid,) = make.checked(first)
        (award,) = make.checked(case_here(received=AGAIN))
    assert (paid.amount_fen, award.amount_fen, award.excluded) == (R2, R2, None)
    line = known(award)
    assert line.ok is ok
    number = db.session.scalar(select(Case.number).where(Case.id == first))
    assert (number in line.evidence["cases"]) is (ok is None)
    assert (number in line.evidence["closed"]) is ("before" in earlier or "same" in earlier)


def test_the_same_reporter_is_paid_each_time(any_db, context):
    with transaction():
        make.rules()
        awards = [
            make.checked(case_here(received=NOW - age * DAY, closed=NOW - (age - 5) * DAY))[0]
            for age in (40, 30, 20)
        ]
    assert [award.amount_fen for award in awards] == [R2] * 3
    assert [known(award).ok for award in awards] == [True] * 3


# ---- a case that was closed and opened again --------------------------------------------------


def opened_again(*, new_reports=(), old=1, **rules):
    """Pay the first turn, close, reopen; then others report that it is back, and it is checked."""
    make.rules(**rules)
    case_id = make.case(reports=old, received=NOW - 20 * DAY, order=True)
    make.checked(case_id, now=CLOSED - DAY)
    steps = ((Move.CLOSE, CLOSED, 1), (Move.REOPEN, REOPENED, 2))
    for seq, (move, at, turn) in enumerate(steps, start=1):
        db.session.add(
            CaseStep(case_id=case_id, seq=seq, move=move, from_state=CaseState.CLOSED,
                     to_state=CaseState.REOPENED, actor="system", at=at, round=turn, facts={})
        )  # fmt: skip
    for place, at in enumerate(new_reports, start=old + 1):
        make.report(case_id, at=at, ordinal=place)
    db.session.add(
        Finding(case_id=case_id, round=2, kind="true", punishable=True, our_jurisdiction=True,
                offender_known=True, order_to_correct=True, grounds="…", officers=[], set_at=NOW)
    )  # fmt: skip
    change(case_id, round=2)
    service.assess_case(case_id, trigger="checked:2", stage=1, by="staff:1", now=NOW)
    return case_id


def told(case_id, trigger):
    """Return amounts and reasons of an event's awards in the order of the reports."""
    rows = db.session.scalars(
        select(Award).where(Award.case_id == case_id, Award.trigger == trigger)
        .order_by(Award.report_id)
    ).all()  # fmt: skip
    return [award.excluded or award.amount_fen for award in rows]


TURNS = {
    "nobody reported it anew": ({}, [R2], []),
    "one reported it after the reopening": ({"new_reports": [AGAIN]}, [R2], [R2]),
    "one reported it between closing and reopening": ({"new_reports": [CLOSED + DAY]}, [R2], [R2]),
    "reported in the second of the closing": ({"new_reports": [CLOSED]}, [R2], ["not_first"]),
    "a second after the closing": (
        {"new_reports": [CLOSED + timedelta(seconds=1)]}, [R2], [R2],
    ),
    "two reported it anew": (
        {"new_reports": [AGAIN, AGAIN + timedelta(minutes=5)]}, [R2], [R2, "not_first"],
    ),
    "two of each turn": (
        {"old": 2, "new_reports": [AGAIN, AGAIN + DAY]}, [R2, "not_first"], [R2, "not_first"],
    ),
    "same day shares, each turn by itself": (
        {"old": 3, "new_reports": [AGAIN, AGAIN + timedelta(hours=1), AGAIN + DAY],
         "same_day_joint": True},
        [6_668, 6_666, 6_666], [10_000, 10_000, "not_first"],
    ),
    "three of one day: the remainder goes to the first": (
        {"new_reports": [AGAIN + timedelta(minutes=n) for n in range(3)], "same_day_joint": True},
        [R2], [6_668, 6_666, 6_666],
    ),
}  # fmt: skip


@pytest.mark.parametrize("turn", TURNS)
def test_a_reopened_case_pays_who_reported_it_anew(turn, any_db, context):
    facts, first, second = TURNS[turn]
    with transaction():
        case_id = opened_again(**facts)
    assert told(case_id, "checked:1") == first
    assert told(case_id, "checked:2") == second


def test_the_first_of_a_turn_is_told_his_place_in_it(any_db, context):
    with transaction():
        case_id = opened_again(new_reports=[AGAIN, AGAIN + DAY])
    award = db.session.scalar(
        select(Award).where(Award.trigger == "checked:2", Award.excluded.is_(None))
    )
    (line,) = (line for line in queries.by_id(award.id).checks if line.key == "first")
    assert (line.ok, line.evidence["place"], line.evidence["of"]) == (True, 1, 2)
    assert award.report_id != db.session.scalar(
        select(Report.id).where(Report.case_id == case_id).order_by(Report.id).limit(1)
    )


def punished(case_id, *, fine, turn):
    make.penalty(case_id, fine=fine, turn=turn)
    service.consider(make.decided_event(case_id, turn=turn))


def rest_of(case_id):
    """Return what decisions brought, by the place of the report."""
    rows = db.session.execute(
        select(Report.ordinal_in_case, Award.amount_fen).join(Award, Award.report_id == Report.id)
        .where(Award.case_id == case_id, Award.stage == 2).order_by(Award.id)
    )  # fmt: skip
    return [tuple(row) for row in rows]


FIVE_PER_CENT = {115_000_00: 5_750_00, 20_000_00: 1_000_00, 135_000_00: 6_750_00}
"""Fines and what the default table gives for them, in fen (5 per cent)."""
ONE, TWO, BOTH = FIVE_PER_CENT
PENALTIES = {
    "the first round alone": ({"new_reports": [AGAIN]}, {1: ONE}, [(1, FIVE_PER_CENT[ONE] - R2)]),
    "the second round alone": ({"new_reports": [AGAIN]}, {2: ONE}, [(2, FIVE_PER_CENT[ONE] - R2)]),
    "each round, told by two": (
        {"new_reports": [AGAIN]}, {1: ONE, 2: TWO},
        [(1, FIVE_PER_CENT[ONE] - R2), (2, FIVE_PER_CENT[TWO] - R2)],
    ),
    "each round, told by one: the fines as one sum": (
        {}, {1: ONE, 2: TWO},
        [(1, FIVE_PER_CENT[ONE] - R2), (1, FIVE_PER_CENT[BOTH] - FIVE_PER_CENT[ONE])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", PENALTIES)
def test_a_fine_pays_whose_turn_it_punishes(which, any_db, context):
    facts, fines, made = PENALTIES[which]
    with transaction():
        case_id = opened_again(**facts)
        for turn, fine in fines.items():
            punished(case_id, fine=fine, turn=turn)
    assert rest_of(case_id) == made


def test_a_revoked_round_leaves_what_the_other_was_worth(any_db, context):
    with transaction():
        case_id = opened_again()
        for turn, fine in ((1, ONE), (2, TWO)):
            punished(case_id, fine=fine, turn=turn)
        db.session.execute(
            update(Penalty).where(Penalty.round == 1).values(revoked_at=NOW, state="revoked")
        )
        db.session.expire_all()
        service.consider(
            PenaltyRevoked(case_id=case_id, round=1, by="staff:1", now=NOW, reason="复议撤销")
        )
        total = db.session.scalar(
            select(func.sum(Award.amount_fen)).where(
                Award.case_id == case_id, Award.state != State.NOT_ELIGIBLE
            )
        )
    assert total == FIVE_PER_CENT[TWO]


def test_a_later_finding_is_not_held_against_who_told_the_earlier_turn(any_db, context):
    with transaction():
        case_id = opened_again(new_reports=[AGAIN])
        db.session.execute(update(Finding).where(Finding.round == 2).values(kind="untrue"))
        db.session.expire_all()
        punished(case_id, fine=ONE, turn=1)
    assert rest_of(case_id) == [(1, FIVE_PER_CENT[ONE] - R2)]


def test_joint_reporters_of_a_repeated_offence_share_with_the_remainder(any_db, context):
    with transaction():
        case_id = opened_again(new_reports=[AGAIN])
        award = db.session.scalar(
            select(Award).where(Award.case_id == case_id, Award.trigger == "checked:2")
        )
        (clerk,) = make.people("专岗")
        service.amend(award.id, {"joint_reporters": 3}, note="联名信", staff_id=clerk, now=NOW)
        split = next(line for line in award.lines if line["rule"] == "split")
    assert (award.amount_fen, award.state) == (R2, State.ASSESSED)
    assert (split["amount_fen"], split["facts"]["others_fen"]) == (6_668, 6_666)


@pytest.mark.parametrize(
    ("people", "parts"), [(1, (R2,)), (2, (10_000,) * 2), (3, (6_668, 6_666, 6_666)),
                          (7, (2_858, *[2_857] * 6))]
)  # fmt: skip
def test_shares_of_a_day_add_up_to_the_whole(people, parts, any_db, context):
    with transaction():
        make.rules(same_day_joint=True)
        made = make.checked(make.case(reports=people, order=True))
    assert tuple(award.amount_fen for award in made) == parts
    assert sum(parts) == R2
