"""Each rate's edges, fixed by hand-made cases: one line of life each, told on real databases.

"1/1" is good and due, "0/1" due and failed, "0/0" nothing counts; words after it say why a record
was left out. 2026-11-23 is a Monday: a visit assigned then is due by the end of the 24th, a reply
by the 25th, a closure by 2 December; a filing 15 days after its finding.
"""

from dataclasses import dataclass

import pytest

from app.rates.recount import differences
from app.sla import policy_book
from app.sla.kinds import ClockKind
from tests.features import rates_story
from tests.infra.clock import moment

NOW = "12-30 12:00"
TO_HANDLED = "11-23 09:00 accept; 11-23 10:00 assign; 11-24 09:00 arrive; 11-24 15:00 handle; "
FOUND = TO_HANDLED + "11-25 10:00 finding; "
CLOSED = FOUND + "11-25 11:00 pass_check; 11-25 12:00 reply; 11-26 09:00 close; "
GO = "11-23 09:00 accept; 11-23 10:00 assign; "


@dataclass(frozen=True)
class Told:
    """What happens, at what moment the rate is asked, and what it says."""

    name: str
    rate: str
    life: str
    says: str
    now: str = NOW
    reports: int = 1
    urgency: str = "yellow"


def told(rate, *rows):
    return [Told(f"{rate}: {name}", rate, life, says, **more) for name, life, says, more in rows]


ARRIVAL = told(
    "arrival",
    ("in time", GO + "11-24 09:00 arrive", "1/1", {}),
    ("in the last second", GO + "11-24 23:59:59 arrive", "1/1", {}),
    ("a second too late", GO + "11-25 00:00:00 arrive", "0/1", {}),
    ("late", GO + "11-25 09:00 arrive", "0/1", {}),
    ("never, and overdue", GO, "0/1", {}),
    ("never, not swept yet", GO, "0/1", {"now": "11-25 00:00"}),
    ("not due yet", GO, "0/0", {"now": "11-24 12:00"}),
    ("due this very second", GO, "0/0", {"now": "11-24 23:59:59"}),
    ("made early, not yet due", GO + "11-23 11:00 arrive", "0/0", {"now": "11-24 12:00"}),
    ("grade C unconfirmed", GO + "11-24 09:00 arrive C", "0/1", {}),
    ("grade C confirmed", GO + "11-24 09:00 arrive C; 11-26 09:00 confirm yes", "1/1", {}),
    ("grade C turned down", GO + "11-24 09:00 arrive C; 11-26 09:00 confirm no", "0/1", {}),
    ("grade C refused, made again in time",
     GO + "11-24 09:00 arrive C; 11-24 10:00 confirm again; 11-24 15:00 arrive_again", "1/1", {}),
    ("grade C refused, made again too late",
     GO + "11-24 09:00 arrive C; 11-24 10:00 confirm again; 11-25 09:00 arrive_again", "0/1", {}),
    ("grade C refused after the limit, made again",
     GO + "11-24 09:00 arrive C; 11-25 10:00 confirm again; 11-25 11:00 arrive_again", "0/1", {}),
    ("grade C refused, never made again",
     GO + "11-24 09:00 arrive C; 11-24 10:00 confirm again", "0/1", {}),
    ("grade C refused, the limit still runs",
     GO + "11-24 09:00 arrive C; 11-24 10:00 confirm again", "0/0", {"now": "11-24 12:00"}),
    ("grade C late, confirmed", GO + "11-25 09:00 arrive C; 11-26 09:00 confirm yes", "0/1", {}),
    ("offline, uploaded late", GO + "11-25 10:00 arrive A", "0/1", {}),
    ("offline in time, uploaded a day after", GO + "11-24 23:00 arrive A 20:00", "1/1", {}),
    ("no visit needed", ("11-23 09:00 accept; 11-23 10:00 assign laoli remote;"
     " 11-23 11:00 handle_remotely"), "0/0 no_visit", {}),
    ("needed in round 1, not in round 2", GO + "11-26 09:00 arrive; 11-26 15:00 handle;"
     "11-27 09:00 finding plain; 11-27 10:00 pass_check; 11-27 11:00 close; 11-30 09:00 reopen;"
     "11-30 10:00 assign laoli remote", "0/1 no_visit", {}),
    ("a second round has a visit of its own", CLOSED + "11-30 09:00 reopen;"
     "11-30 10:00 assign; 12-05 09:00 arrive", "1/2", {}),
    ("rework is no second visit", TO_HANDLED + "11-25 09:00 fail_check; 11-30 09:00 arrive",
     "1/1", {}),
    ("handed back: a fresh visit of the new unit", GO + "11-23 11:00 ask_handback;"
     "11-24 10:00 granted; 11-25 10:00 arrive", "1/1 handed_back", {}),
    ("handed back: the new unit is late", GO + "11-23 11:00 ask_handback;"
     "11-24 10:00 granted; 11-26 10:00 arrive", "0/1 handed_back", {}),
    ("hand-back refused: the time runs on", GO + "11-23 11:00 ask_handback;"
     "11-25 10:00 refuse_handback; 11-25 11:00 arrive", "0/1", {}),
    ("handed over to a department before the visit", GO + "11-24 09:00 hand_over",
     "0/0 handed_over", {}),
    ("storm, approved", GO + "11-24 09:00 suspend disaster; 11-26 09:00 resume;"
     "11-26 10:00 arrive", "1/1", {}),
    ("a question does not stop the way there", GO + "11-24 09:00 ask_reporter;"
     "11-26 09:00 answered; 11-26 10:00 arrive", "0/1", {}),
    ("merged before it was due", GO + "11-24 09:00 merge", "0/0 merged", {}),
    ("merged after it had failed", GO + "11-26 09:00 sweep; 11-26 10:00 merge", "0/0 merged", {}),
    ("merge undone", GO + "11-24 09:00 merge; 11-24 10:00 unmerge; 11-24 11:00 arrive",
     "1/1", {}),
    ("withdrawn before dispatch", "11-23 09:00 accept; 11-23 10:00 withdraw_report", "0/0", {}),
    ("excluded as a test", GO + "12-01 09:00 exclude test", "0/0 test", {}),
    ("exclusion only proposed", GO + "12-01 09:00 exclude test proposed", "0/1", {}),
    ("exclusion refused", GO + "12-01 09:00 exclude test refused", "0/1", {}),
    ("exclusion lifted", GO + "12-01 09:00 exclude test; 12-02 09:00 lift", "0/1", {}),
)  # fmt: skip

REPLY = told(
    "reply",
    ("in time", GO + "11-25 09:00 reply", "1/1", {}),
    ("late", GO + "11-26 09:00 reply", "0/1", {}),
    ("only closing answered it, late", CLOSED.replace("11-25 12:00 reply; ", ""), "0/1", {}),
    ("accepted is no reply", GO, "0/1", {}),
    ("two reports, two replies", GO + "11-25 09:00 reply", "2/2", {"reports": 2}),
    ("joined later, answered before: answered", GO + "11-24 09:00 reply; 11-26 10:00 join",
     "2/2", {}),
    ("joined later: its own two days", GO + "11-26 10:00 join; 11-27 10:00 reply", "1/2", {}),
    ("merged cases keep their replies", GO + "11-24 09:00 merge", "0/0", {}),
    ("refuses a reply", "11-23 09:00 accept; 11-23 09:01 mark refuses_reply",
     "0/0 refuses_reply", {}),
    ("a test", "11-23 09:00 accept; 11-23 09:01 mark test", "0/0 test", {}),
    ("one of two withdrawn before dispatch", ("11-23 09:00 accept; 11-23 09:30 withdraw_report 1;"
     "11-23 10:00 assign; 11-24 09:00 reply"), "1/1 withdrawn", {"reports": 2}),
    ("withdrawn after dispatch: still owed", GO + "11-24 09:00 withdraw_report", "0/1", {}),
    ("withdrawn whole", "11-23 09:00 accept; 11-23 10:00 withdraw_report", "0/0 withdrawn", {}),
    ("a pause of the case does not pause the reply", GO + "11-24 09:00 suspend lab_report;"
     "11-30 09:00 resume; 11-30 10:00 reply", "0/1", {}),
    ("urgent: 24 hours", GO + "11-24 10:00 reply", "0/1", {"urgency": "red"}),
)  # fmt: skip

CLOSURE = told(
    "closure",
    ("in time", CLOSED, "1/1", {}),
    ("handled in time, checked late", TO_HANDLED + "12-03 09:00 finding plain;"
     "12-03 10:00 pass_check", "0/1", {}),
    ("checked is enough, closing may wait", FOUND + "12-02 23:59:59 pass_check", "1/1", {}),
    ("open and overdue", GO, "0/1", {}),
    ("not due", GO, "0/0", {"now": "12-02 12:00"}),
    ("reopened within 30 days: failed", CLOSED + "12-20 09:00 reopen", "0/1",
     {"now": "12-25 12:00"}),
    ("reopened on the 30th day: failed", CLOSED + "12-26 23:00 reopen", "0/1", {}),
    ("reopened after 31 days: stands", CLOSED + "12-27 09:00 reopen", "1/1", {}),
    ("reopened, closed again in time", CLOSED + "12-01 09:00 reopen; 12-01 10:00 assign;"
     "12-02 09:00 arrive; 12-02 10:00 handle; 12-03 09:00 finding plain; 12-03 10:00 pass_check",
     "1/2", {}),
    ("extended before it expired", GO + "12-01 09:00 extend closure 3; 12-03 09:00 arrive;"
     "12-03 10:00 handle; 12-04 09:00 finding plain; 12-04 10:00 pass_check", "1/1", {}),
    ("extension refused", GO + "12-01 09:00 extend closure 3 no; 12-03 09:00 arrive;"
     "12-03 10:00 handle; 12-04 09:00 finding plain; 12-04 10:00 pass_check", "0/1", {}),
    ("paused now: due nowhere", GO + "11-24 09:00 arrive; 11-25 09:00 suspend judicial",
     "0/0", {"now": "12-20 09:00"}),
    ("paused two days, resumed: due later", GO + "11-24 09:00 arrive;"
     "11-25 10:00 suspend lab_report; 11-27 15:00 resume; 12-04 09:00 handle;"
     "12-04 10:00 finding plain; 12-04 11:00 pass_check", "1/1", {}),
    ("suspended after it expired: stays expired", GO + "11-24 09:00 arrive; 12-04 09:00 sweep;"
     "12-04 10:00 suspend judicial", "0/1", {}),
    ("a busy unit pauses nothing", GO + "11-24 09:00 suspend busy; 12-01 09:00 resume", "0/1", {}),
    ("rework costs its time", TO_HANDLED + "11-25 09:00 fail_check; 12-02 09:00 arrive;"
     "12-02 10:00 handle; 12-03 08:00 finding plain; 12-03 09:00 pass_check", "0/1", {}),
    ("waiting for a department pauses nothing", ("11-23 09:00 accept; 11-23 10:00 hand_over;"
     "12-04 09:00 feedback"), "0/1", {}),
    ("more urgent after all: three days", GO + "11-24 09:00 urgency red; 11-24 10:00 arrive;"
     "11-25 09:00 handle; 11-27 09:00 finding plain; 11-27 10:00 pass_check", "0/1", {}),
    ("merged", GO + "11-24 09:00 merge", "0/0 merged", {}),
    ("withdrawn", "11-23 09:00 accept; 11-23 10:00 withdraw_report", "0/0 withdrawn", {}),
    ("rejected", "11-23 09:00 reject", "0/0", {}),
    ("excluded as a test", CLOSED + "12-03 09:00 exclude test", "0/0 test", {}),
    ("a rating struck out touches no closure", CLOSED + "11-27 09:00 rate very_dissatisfied;"
     "11-28 09:00 exclude abusive approved 0", "1/1", {}),
)  # fmt: skip

PENALTY = told(
    "penalty",
    ("filed in time", FOUND + "12-02 09:00 file 12-02", "1/1", {}),
    ("filed on the last day", FOUND + "12-10 09:00 file 12-10", "1/1", {}),
    ("filed a day late", FOUND + "12-11 09:00 file 12-11", "0/1", {}),
    ("filed in time, entered late", FOUND + "12-12 09:00 file 12-09", "1/1", {}),
    ("not filed", FOUND, "0/1", {}),
    ("not due yet", FOUND, "0/0", {"now": "12-01 09:00"}),
    ("punished on the spot", FOUND + "11-26 09:00 file 11-26 on_spot", "1/1", {}),
    ("order to correct and seal", FOUND + "11-26 09:00 file 11-26 correct_and_seal", "1/1", {}),
    ("transferred to the police with receipt", FOUND + "11-26 09:00 file 11-26 transfer",
     "1/1", {}),
    ("not punishable", TO_HANDLED + "11-25 10:00 finding plain", "0/0", {}),
    ("not ours", TO_HANDLED + "11-25 10:00 finding theirs", "0/0", {}),
    ("offender unknown", TO_HANDLED + "11-25 10:00 finding unknown", "0/0", {}),
    ("not true", TO_HANDLED + "11-25 10:00 finding untrue plain", "0/0", {}),
    ("no penalty by law", FOUND + "12-02 09:00 file 12-02; 12-03 09:00 step investigated;"
     "12-04 09:00 step legal_reviewed; 12-05 09:00 step no_penalty", "0/0 no_penalty", {}),
    ("no penalty by law, archived since", FOUND + "12-02 09:00 file 12-02;"
     "12-03 09:00 step investigated; 12-04 09:00 step legal_reviewed;"
     "12-05 09:00 step no_penalty; 12-08 09:00 step archived", "0/0 no_penalty", {}),
    ("decision revoked: the filing was made", FOUND + "12-02 09:00 file 12-02;"
     "12-03 09:00 step investigated; 12-04 09:00 step legal_reviewed;"
     "12-04 10:00 notify; 12-05 09:00 decide;"
     "12-20 09:00 revoke", "1/1", {}),
    ("natural cause, approved", FOUND + "12-12 09:00 exclude natural_cause",
     "0/0 natural_cause", {}),
    ("another department's, approved", FOUND + "12-12 09:00 exclude other_department",
     "0/0 other_department", {}),
    ("a pause of the case does not pause the filing", TO_HANDLED + "11-25 10:00 finding;"
     "11-25 11:00 suspend judicial", "0/1", {}),
)  # fmt: skip

SATISFACTION = told(
    "satisfaction",
    ("very content", CLOSED + "11-27 09:00 rate very", "1/1", {}),
    ("mostly content", CLOSED + "11-27 09:00 rate mostly", "1/1", {}),
    ("not content", CLOSED + "11-27 09:00 rate dissatisfied", "0/1", {}),
    ("nobody answered: no default", CLOSED, "0/0", {}),
    ("changed its mind", CLOSED + "11-27 09:00 rate very; 12-10 09:00 rate dissatisfied",
     "0/1", {}),
    ("two reports, two words", CLOSED + "11-27 09:00 rate very 0;"
     "11-28 09:00 rate very_dissatisfied 1", "1/2", {"reports": 2}),
    ("reopened: the word on the first closing stands", CLOSED + "11-27 09:00 rate dissatisfied;"
     "11-30 09:00 reopen", "0/1", {}),
    ("rated anew after round 2: one rating, not two", CLOSED + "11-27 09:00 rate dissatisfied;"
     "11-30 09:00 reopen; 11-30 10:00 assign; 12-01 09:00 arrive; 12-01 10:00 handle;"
     "12-02 09:00 finding plain; 12-02 10:00 pass_check; 12-02 11:00 close;"
     "12-03 09:00 rate very", "1/1", {}),
    ("abusive, approved", CLOSED + "11-27 09:00 rate very_dissatisfied;"
     "11-28 09:00 exclude abusive approved 0", "0/0 abusive", {}),
    ("abusive of one, the other counts", CLOSED + "11-27 09:00 rate very_dissatisfied 0;"
     "11-27 10:00 rate very 1; 11-28 09:00 exclude abusive approved 0", "1/1 abusive",
     {"reports": 2}),
    ("a test", CLOSED + "11-27 09:00 rate very; 11-28 09:00 mark test", "0/0 test", {}),
)  # fmt: skip

TABLE = [*ARRIVAL, *REPLY, *CLOSURE, *PENALTY, *SATISFACTION]


@pytest.mark.parametrize("rate", ["arrival", "reply", "closure", "penalty", "satisfaction"])
def test_every_edge(any_db, context, rate):
    people, wrong = rates_story.begin(), []
    mine = [one for one in TABLE if one.rate == rate]
    for case in mine[::3] if any_db == "postgres" else mine:  # the statements are the same
        teller = rates_story.Teller(
            people, "11-23 08:30", reports=case.reports, urgency=case.urgency
        ).tell(case.life)
        said = teller.says(case.rate, case.now)
        if said != case.says:
            wrong.append(f"{case.name}: {said} instead of {case.says}")
    assert not wrong, "\n" + "\n".join(wrong)
    for now in (NOW, "11-25 00:00", "12-02 12:00"):
        assert differences(rates_story.WHOLE, now=moment(f"2026-{now}")) == []


def test_the_table_is_long_enough():
    assert len(TABLE) >= 60
    assert len({case.name for case in TABLE}) == len(TABLE)


def test_who_held_the_clock_answers_for_it(context):
    """After a hand-back the new unit; while the checker has it, the checking office."""
    people = rates_story.begin()
    mine = rates_story.Teller(people, "11-23 08:30").tell(
        GO + "11-24 09:00 ask_handback; 11-24 10:00 granted; 11-25 10:00 arrive;12-03 09:00 sweep"
    )
    other = rates_story.Teller(people, "11-23 08:30").tell(TO_HANDLED + "12-03 09:00 sweep")
    assert held(mine) == {"330226111"}
    assert held(other) == {policy_book.in_force(moment("2026-11-23")).holder(ClockKind.CHECK)}


def held(teller):
    rows = rates_story.every(
        rates_story.BY_KEY["closure"], rates_story.WHOLE, now=moment("2026-12-30")
    )
    return {row.unit_code for row in rows if row.case_id == teller.case_id}
