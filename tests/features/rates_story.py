"""Stories of one case in a line of words each, told by the services: what the rates then say."""

from datetime import date

from sqlalchemy import select, update

from app import penalty_clocks
from app.accounts.permissions import Role
from app.cases import service as cases
from app.cases.events import CaseMoved, CaseRegraded
from app.cases.workflow import Move, Urgency
from app.core import clock, events
from app.core.db import db
from app.core.tx import transaction
from app.enforcement import service as enforcement
from app.enforcement.events import FindingSet, NoPenaltyDecided, PenaltyDecided, PenaltyFiled
from app.enforcement.service import DecisionData, FilingData, FindingData, NoticeData
from app.enforcement.workflow import FindingKind, Measure, PenaltyKind, PenaltyState
from app.feedback import service as feedback
from app.feedback.rules import Satisfaction, Solved
from app.fieldwork import service as fieldwork
from app.intake import service as intake
from app.intake.events import ReportReceived
from app.intake.models import Report
from app.rates import BY_KEY, exclusions
from app.rates.definition import Period
from app.rates.queries import every
from app.sla import extensions
from app.sla import service as sla
from app.sla.kinds import ClockKind
from app.sla.models import Clock
from app.worktime import service as worktime
from tests.features import sla_story as story
from tests.infra.clock import moment

YEAR = "2026-"
WHOLE = Period(start=moment("2026-11-01"), end=moment("2027-01-01"))
PLAIN = {
    "handle", "pass_check", "fail_check", "close", "reopen", "refuse_handback", "hand_over",
    "feedback", "department_return", "unmerge", "resume", "reject", "ask_reporter", "answered",
    "ask_handback", "handle_remotely", "accept",
}  # fmt: skip
PEOPLE = {
    "chen": Role.SUPERVISOR, "lead": Role.DESK_LEAD, "laoli": Role.GRID_WORKER,
    "checker": Role.CHECKER, "officer": Role.OFFICER, "legal": Role.LEGAL, "boss": Role.APPROVER,
    "ayong": Role.GRID_WORKER,
}  # fmt: skip


def begin():
    """Let clocks, tasks and filings follow; make the people. 老李 is of one township."""
    events.react_with(
        {
            CaseMoved: (fieldwork.follow, sla.follow),
            CaseRegraded: (sla.follow_regrade,),
            ReportReceived: (sla.follow_report,),
            FindingSet: (penalty_clocks.start_filing,),
            PenaltyFiled: (penalty_clocks.follow_filing,),
            PenaltyDecided: (penalty_clocks.follow_decision,),
            NoPenaltyDecided: (penalty_clocks.follow_no_penalty,),
        }
    )
    with transaction():
        worktime.seed(moment("2026-01-01 00:00"))
    return {
        name: story.person(name, role, area=story.OTHER_TOWN if name == "ayong" else story.TOWN)
        for name, role in PEOPLE.items()
    }


class Teller:
    """One case and what happens to it, a line at a time: "11-23 09:00 assign"."""

    def __init__(self, people, opened, *, reports=1, urgency="yellow", town=story.TOWN):
        self.people = people
        self.case_id = story.new_case(YEAR + opened, urgency=urgency, reports=reports, town=town)
        self.hand_made = self.parent = 0

    def tell(self, lines):
        """Let all of it happen in one transaction: services flush, and a commit costs time."""
        told = [part.split() for part in lines.split(";") if part.strip()]
        for day, hour, what, *_rest in told:
            if what == "merge":
                self.parent = story.accepted(f"{YEAR}{day} {hour}")
        with transaction():
            for day, hour, what, *rest in told:
                now = moment(f"{YEAR}{day} {hour}")
                if what in PLAIN:
                    self.move(what, now)
                else:
                    getattr(self, f"on_{what}")(now, *rest)
        return self

    def on_sweep(self, now):
        while sla.breach_batch(now):
            pass

    def on_merge(self, now):
        self.move("merge", now, merged_into_id=self.parent, exclusion="merged", exclusion_by=1)

    def on_join(self, now):
        story.add_report(self.case_id, f"{clock.local(now):%Y-%m-%d %H:%M}")

    def move(self, step, now, **changes):
        facts = changes.pop("facts", {})
        cases.move(self.case_id, Move(step), by="staff:1", now=now, note="理由", facts=facts,
                   changes=changes)  # fmt: skip

    def on_assign(self, now, who="laoli", *how):
        worker = self.people[who]
        self.move("assign", now, assignee_id=worker.staff_id, unit_code=worker.area_code,
                  on_site="remote" not in how)  # fmt: skip

    def on_granted(self, now, who="ayong"):
        worker = self.people[who]
        self.move("grant_handback", now, assignee_id=worker.staff_id, unit_code=worker.area_code)

    def on_arrive(self, now, counts="A", seen=None):
        facts = {"counts": counts != "C"}
        if seen:
            facts["at"] = moment(f"{clock.local(now):%Y-%m-%d} {seen}").isoformat()
        self.move("arrive", now, facts=facts)

    def on_confirm(self, now, yes="yes"):
        sla.confirm(self.case_id, now, accepted=yes == "yes", actor="staff:1", reason="看过",
                    again=yes == "again")  # fmt: skip

    def on_arrive_again(self, now):
        sla.stop(self.case_id, ClockKind.ARRIVE, now, actor="staff:2")

    def on_suspend(self, now, code):
        self.move("suspend", now, facts={"code": code})

    def on_reply(self, now):
        sla.stop(self.case_id, ClockKind.FIRST_REPLY, now)

    def on_urgency(self, now, word):
        cases.regrade(self.case_id, urgency=Urgency(word), category="A6", by="staff:1", now=now,
                      note="x")  # fmt: skip

    def reports(self):
        return list(db.session.scalars(
            select(Report.id).where(Report.case_id == self.case_id).order_by(Report.id)
        ))  # fmt: skip

    def on_withdraw_report(self, now, index="0"):
        intake.withdraw(self.reports()[int(index)], now=now)

    def on_mark(self, _now, column):
        db.session.execute(
            update(Report).where(Report.case_id == self.case_id).values({column: True})
        )

    def on_extend(self, now, kind, length, grant="yes"):
        limit = db.session.scalar(
            select(Clock.id).where(Clock.case_id == self.case_id, Clock.kind == kind)
            .order_by(Clock.id.desc())
        )  # fmt: skip
        asked = extensions.ask(
            limit, length=int(length), reason="取样未回", by=self.people["laoli"], now=now
        )
        extensions.decide(
            asked, grant=grant == "yes", answer="同意", by=self.people["boss"], now=now
        )

    def on_finding(self, now, *flags):
        found = FindingData(
            kind=FindingKind.UNTRUE if "untrue" in flags else FindingKind.TRUE,
            grounds="现场堆放焚烧痕迹清楚，违法事实属实。", punishable="plain" not in flags,
            our_jurisdiction="theirs" not in flags, offender_known="unknown" not in flags,
            officers=("3302001", "3302002"),
        )  # fmt: skip
        enforcement.set_finding(self.case_id, found, by=self.people["checker"], now=now)

    def on_file(self, now, day, measure="filing"):
        number, on = f"{self.case_id}", date.fromisoformat(YEAR + day)
        fine = DecisionData(amount_fen=50_000, document_no=f"罚{number}", kinds=(PenaltyKind.FINE,))
        kind = Measure(measure)
        filed = FilingData(
            measure=kind, filing_no=f"立{number}", cause="露天焚烧", party="某厂",
            legal_basis="法典", officers=("3302001", "3302002"), measure_on=on,
            violation_on=date(2026, 11, 20),
            decision=fine if kind is Measure.ON_SPOT else None,
        )  # fmt: skip
        enforcement.file(self.case_id, filed, by=self.people["officer"], now=now)

    def on_step(self, now, state):
        who = "legal" if state == "legal_reviewed" else "officer"
        enforcement.advance(
            self.case_id, PenaltyState(state), by=self.people[who], now=now, note="x"
        )

    def on_notify(self, now):
        data = NoticeData(amount_fen=50_000, kinds=(PenaltyKind.FINE,))
        enforcement.notify(self.case_id, data, by=self.people["officer"], now=now)

    def on_decide(self, now):
        data = DecisionData(
            amount_fen=50_000,
            document_no=f"罚{self.case_id}",
            kinds=(PenaltyKind.FINE,),
            heard=True,
        )
        enforcement.decide(self.case_id, data, by=self.people["officer"], now=now)

    def on_revoke(self, now):
        enforcement.revoke(self.case_id, reason="撤销", by=self.people["officer"], now=now)

    def on_rate(self, now, word, index="0"):
        data = feedback.RatingData(solved=Solved.YES, satisfaction=Satisfaction(word))
        feedback.rate(self.reports()[int(index)], data, now=now)

    def on_exclude(self, now, reason, upto="approved", index=None):
        report = None if index is None else self.reports()[int(index)]
        self.hand_made = exclusions.propose(
            self.case_id, reason, note="说明", by=self.people["lead"], now=now, report_id=report
        )
        if upto != "proposed":
            exclusions.decide(
                self.hand_made, approve=upto == "approved", answer="已核", by=self.people["chen"],
                now=now,
            )  # fmt: skip

    def on_lift(self, now):
        exclusions.lift(self.hand_made, reason="弄错了", by=self.people["chen"], now=now)

    def says(self, rate, now, period=WHOLE):
        """Say what a rate has of this case: "1/2" and each reason for leaving a record out."""
        db.session.rollback()
        mine = [
            row for row in every(BY_KEY[rate], period, now=moment(YEAR + now))
            if row.case_id == self.case_id
        ]  # fmt: skip
        kept = [row for row in mine if row.excluded is None]
        out = sorted(row.excluded for row in mine if row.excluded)
        return " ".join([f"{sum(row.good for row in kept)}/{len(kept)}", *out])
