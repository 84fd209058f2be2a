"""Random lives of many cases: tallies always equal a recount, published months stay."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from app.cases import service as cases
from app.cases.workflow import MOVES, Move, State
from app.core.db import db
from app.core.errors import Refused
from app.core.tx import transaction
from app.feedback.models import Rating
from app.intake.models import Report
from app.rates import RATES, exclusions, published, tally
from app.rates.definition import Period
from app.rates.models import Exclusion, Tally
from app.rates.queries import Group, by_group, every, figure
from app.rates.recount import differences
from app.rates.words import ExclusionState
from app.sla import service as sla
from app.sla.kinds import ClockKind
from tests.features import rates_story, sla_story
from tests.infra.clock import moment

START = moment("2026-06-01 09:00")
WHOLE = Period(start=moment("2026-05-01"), end=moment("2027-01-01"))
RARE = frozenset({Move.WITHDRAW, Move.REJECT, Move.MERGE, Move.HAND_OVER})


class County:
    """A few cases in two townships, and dice that let things happen to them."""

    def __init__(self, seed):
        self.dice, self.now, self.people = random.Random(seed), START, rates_story.begin()
        self.cases = [
            rates_story.Teller(
                self.people, "06-01 09:00", reports=1 + n % 2,
                town=(sla_story.TOWN, sla_story.OTHER_TOWN)[n % 2],
            )
            for n in range(4)
        ]  # fmt: skip
        self.parent = sla_story.accepted("2026-06-01 09:00")
        self.digests = {}

    def step(self):
        self.now += timedelta(minutes=self.dice.choice([5, 60, 700, 3000, 9000]))
        acts = (self.move, self.move, self.move, self.exclude, self.settle, self.report,
                self.rate, self.sweep, self.sweep, self.refresh, self.publish)  # fmt: skip
        act, case = self.dice.choice(acts), self.dice.choice(self.cases)
        try:
            with transaction():
                act(case)
        except Refused:
            db.session.rollback()

    def move(self, case):
        row = cases.get(case.case_id)
        likely = [
            step for step, rule in MOVES.items()
            if row.state in rule.sources and (step not in RARE or self.dice.random() < 0.15)
        ]  # fmt: skip
        if not likely:
            return
        step = self.dice.choice(likely)
        if step in (Move.ASSIGN, Move.GRANT_HANDBACK):
            how = ("remote",) if self.dice.random() < 0.2 and step is Move.ASSIGN else ()
            who = self.dice.choice(("laoli", "ayong"))
            (case.on_assign if step is Move.ASSIGN else case.on_granted)(self.now, who, *how)
        elif step is Move.ARRIVE:
            case.on_arrive(self.now, self.dice.choice("AAC"))
        elif step is Move.SUSPEND:
            case.on_suspend(self.now, self.dice.choice(["lab_report", "disaster", "busy"]))
        elif step is Move.MERGE:
            case.move(step, self.now, merged_into_id=self.parent, exclusion="merged",
                      exclusion_by=1)  # fmt: skip
        elif step is Move.UNMERGE:
            case.move(step, self.now, merged_into_id=None)
        elif step is Move.PASS_CHECK:
            case.on_finding(self.now)
            case.move(step, self.now)
        else:
            case.move(step, self.now)

    def exclude(self, case):
        case.on_exclude(self.now, self.dice.choice(["test", "natural_cause"]))

    def settle(self, _case):
        rows = list(db.session.query(Exclusion.id, Exclusion.state))
        if not rows:
            return
        chosen, state = self.dice.choice(rows)
        if state is ExclusionState.APPROVED:
            exclusions.lift(chosen, reason="x", by=self.people["chen"], now=self.now)
        elif self.dice.random() < 0.5:  # a repair by hand, behind the service's back
            db.session.execute(delete(Exclusion).where(Exclusion.id == chosen))

    def report(self, case):
        name = self.dice.choice(["test", "refuses_reply"])
        value = self.dice.random() < 0.5
        db.session.execute(
            update(Report).where(Report.case_id == case.case_id).values({name: value})
        )
        act = self.dice.randrange(4)
        if act == 0:
            sla.stop(case.case_id, ClockKind.FIRST_REPLY, self.now)
        elif act == 1:
            sla.confirm(case.case_id, self.now, accepted=True, actor="staff:1", reason="x")
        elif act == 2:
            case.on_withdraw_report(self.now)
        elif cases.get(case.case_id).state is not State.MERGED:
            case.on_join(self.now)

    def rate(self, case):
        case.on_rate(self.now, self.dice.choice(["very", "dissatisfied"]))
        if self.dice.random() < 0.1:
            db.session.execute(delete(Rating).where(Rating.case_id == case.case_id))

    def sweep(self, _case):
        while sla.breach_batch(self.now) or sla.cap_batch(self.now):
            pass

    def refresh(self, _case):
        while tally.refresh(self.now):
            pass

    def publish(self, _case):
        month = f"2026-{self.dice.randrange(6, 12):02d}"
        self.digests[month] = published.publish(month, by=self.people["chen"], now=self.now)

    def look(self):
        db.session.rollback()
        assert differences(WHOLE, now=self.now) == []
        for rate in RATES:
            rows = every(rate, WHOLE, now=self.now)
            kept = [row for row in rows if row.excluded is None]
            whole = figure(rate, WHOLE, now=self.now)
            assert (whole.top, whole.bottom, whole.excluded) == (
                sum(row.good for row in kept), len(kept), len(rows) - len(kept)
            )  # fmt: skip
        for month, digest in self.digests.items():
            assert published.is_whole(month)
            assert published.get(month).digest == digest


def live(seed, steps):
    county = County(seed)
    for number in range(steps):
        county.step()
        if number % 5 == 4:
            county.look()
    with transaction():
        county.refresh(None)
    county.look()
    return county


@pytest.mark.parametrize("seed", [1, 2])
def test_tallies_equal_a_recount_whatever_happens(context, seed):
    county = live(seed, 60)
    assert db.session.query(Tally).count() > 0
    assert county.digests


def test_on_both_databases(any_db, context):
    county = live(11, 50)
    assert db.session.query(Tally).count() > 0
    assert county.digests


def test_a_day_is_never_counted_wrong_while_it_waits(any_db, context):
    """Without the job, with it, and again after a change: always the same as the rows."""
    people = rates_story.begin()
    life = "11-23 09:00 accept; 11-23 10:00 assign; 11-24 09:00 arrive"
    case = rates_story.Teller(people, "11-23 08:30").tell(life)
    now = moment("2026-12-20 09:00")
    for change in ("", "12-01 09:00 exclude test", "12-02 09:00 lift"):
        case.tell(change)
        before = by_group(RATES[0], rates_story.WHOLE, Group.TOWNSHIP, now=now)
        db.session.rollback()
        with transaction():
            while tally.refresh(now):
                pass
        after = by_group(RATES[0], rates_story.WHOLE, Group.TOWNSHIP, now=now)
        assert before == after
        assert after[sla_story.TOWN].excluded == (1 if "exclude" in change else 0)
    assert differences(rates_story.WHOLE, now=now) == []
