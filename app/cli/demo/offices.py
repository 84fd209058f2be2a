"""What the offices of the demo county do once a working day: enforcement, rewards, requests."""

from datetime import datetime
from random import Random

from sqlalchemy import select

from app.accounts.queries import Actor
from app.cases.models import Case
from app.cli.demo.again import Again
from app.cli.demo.bank import Bank
from app.cli.demo.telephone import Telephone
from app.cli.demo.timeline import Act
from app.core import clock
from app.core.db import db
from app.enforcement import queries as enforcement
from app.enforcement import service as enforce
from app.enforcement.models import Penalty
from app.enforcement.workflow import Measure, PenaltyKind, PenaltyState, ServiceWay
from app.feedback import queries as feedback
from app.feedback import service as feedback_service
from app.identity import service as identity
from app.rewards import queries as rewards
from app.rewards import service as pay
from app.rewards.queries import AwardRow, AwardView
from app.rewards.states import State, Way

SECRET = "380712"
FINES = (500_000, 1_000_000, 2_000_000, 5_000_000, 11_500_000, 20_000_000)
NEXT = {
    PenaltyState.FILED: PenaltyState.INVESTIGATED,
    PenaltyState.INVESTIGATED: PenaltyState.LEGAL_REVIEWED,
}


SHOWN = {
    "first": "", "not_known": "查台账和巡查记录，此前没有", "photos_new": "",
    "not_in_media": "查县融媒体和短视频平台，举报前未见报道",
    "no_other_scheme": "向12345和网格办核对，没有另外发奖", "not_staff": "",
}  # fmt: skip
"""What the demo's clerk writes to the conditions of an award."""
ANSWERS = tuple(
    pay.Answer(key=key, ok=True, words=words or "与记录一致") for key, words in SHOWN.items()
)


class Offices:
    """Everybody who works on paper; each act is one decision in one transaction."""

    def __init__(self, again: Again, rng: Random, people: dict[str, Actor]) -> None:
        self.again, self.line, self.rng, self.people = again, again.line, rng, people
        self.secret = identity.hash_secret(SECRET)
        self.bank = Bank(again.line, people)
        self.number = 0
        self.telephone = Telephone(again.line, people["caller"])

    def day(self, now: datetime) -> None:
        """Look at every desk and queue what is decided today."""
        for case_id in self._unfiled():
            if self.rng.random() < 0.3:
                self.line.at(now, self._file(case_id))
        for case_id, going in self._penalties():
            if self.rng.random() < 0.22:
                self.line.at(now, self._advance(case_id, going))
        self._rewards(now)
        self.telephone.day(now)
        self.again.day(now)
        self.line.at(now, self.bank.day)
        for request in feedback.open_requests():
            if self.rng.random() < 0.7:
                self.line.at(now, self._answer(request))

    def _rewards(self, now: datetime) -> None:
        todo = {
            State.ASSESSED: (self._propose, 0.6),
            State.PROPOSED: (self._review, 0.7),
            State.REVIEWED: (self._approve, 0.7),
            State.APPROVED: (self._notify, 0.9),
            State.NOTIFIED: (self._claim, 0.08),
            State.CLAIMED: (self._pay, 0.5),
        }
        for row in rewards.in_states(tuple(todo), size=400).rows:
            act, share = todo[row.state]
            if row.state is State.CLAIMED and row.claim_way is not Way.VOUCHER:
                continue
            if self.rng.random() < share:
                self.line.at(now, act(row))

    def _unfiled(self) -> list[int]:
        done = select(Penalty.case_id)
        wanted = select(Case.id).where(
            Case.punishable.is_(True), Case.checked_at.is_not(None), Case.id.not_in(done)
        )
        return list(db.session.scalars(wanted))

    def _penalties(self) -> list[tuple[int, PenaltyState]]:
        going = (*NEXT, PenaltyState.LEGAL_REVIEWED, PenaltyState.NOTIFIED, PenaltyState.DECIDED)
        rows = db.session.execute(
            select(Penalty.case_id, Penalty.state).where(Penalty.state.in_(going))
        )
        return [(row.case_id, row.state) for row in rows]

    def _file(self, case_id: int) -> Act:
        def act(now: datetime) -> None:
            self.number += 1
            data = enforce.FilingData(
                measure=Measure.FILING, filing_no=f"甬环宁立〔{now.year}〕{self.number}号",
                cause="违法排放污染物", party=f"示例经营户{self.number}",
                legal_basis="生态环境法典 1103", officers=("浙B-0001", "浙B-0002"),
                violation_on=now.date(),
            )  # fmt: skip
            enforce.file(case_id, data, by=self.people["officer"], now=now)

        return act

    def _advance(self, case_id: int, state: PenaltyState) -> Act:
        def act(now: datetime) -> None:
            if state is PenaltyState.NOTIFIED:
                self._decide(case_id, now)
                return
            if state is PenaltyState.DECIDED:
                today, officer = clock.local(now).date(), self.people["officer"]
                enforce.serve(case_id, way=ServiceWay.DIRECT, on=today, by=officer, now=now)
                return
            if state is PenaltyState.LEGAL_REVIEWED:
                self._tell(case_id, now)
                return
            legal = NEXT[state] is PenaltyState.LEGAL_REVIEWED
            who = self.people["legal" if legal else "officer"]
            enforce.advance(case_id, NEXT[state], by=who, now=now)

        return act

    def _tell(self, case_id: int, now: datetime) -> None:
        notice = enforce.NoticeData(kinds=(PenaltyKind.FINE,), amount_fen=self.rng.choice(FINES))
        enforce.notify(case_id, notice, by=self.people["officer"], now=now)

    def _decide(self, case_id: int, now: datetime) -> None:
        row = enforcement.penalty(case_id)
        number = f"甬环宁罚〔{now.year}〕{row.id if row else case_id}号"
        told = enforcement.notices(row.id) if row else []
        data = enforce.DecisionData(
            amount_fen=told[-1].amount_fen if told else self.rng.choice(FINES),
            document_no=number, kinds=(PenaltyKind.FINE,), heard=True,
        )  # fmt: skip
        enforce.decide(case_id, data, by=self.people["officer"], now=now)

    def _propose(self, row: AwardRow) -> Act:
        clerk = self.people["clerk"].staff_id

        def act(now: datetime) -> None:
            pay.answer_checks(row.id, ANSWERS, staff_id=clerk, now=now)
            pay.propose(row.id, staff_id=clerk, now=now)

        return act

    def _review(self, row: AwardRow) -> Act:
        legal = self.people["legal"].staff_id
        return lambda now: _done(pay.review(row.id, staff_id=legal, now=now))

    def _approve(self, row: AwardRow) -> Act:
        approver = self.people["approver"].staff_id
        return lambda now: _done(pay.approve(row.id, staff_id=approver, now=now))

    def _notify(self, row: AwardRow) -> Act:
        return lambda now: _done(pay.notify(row.id, by=self.people["clerk"].key, now=now))

    def _claim(self, row: AwardRow) -> Act:
        def act(now: datetime) -> None:
            view = rewards.by_id(row.id)
            assert view is not None
            mood = self.rng.random()
            if mood < 0.06:
                pay.decline(row.id, report_id=view.report_id, now=now)
            elif mood < 0.14:
                pay.donate(row.id, report_id=view.report_id, now=now)
            else:
                self._collect(view, now)

        return act

    def _collect(self, view: AwardView, now: datetime) -> None:
        report_id, way = view.report_id, self.bank.way()
        if not identity.has_claim_secret(report_id):
            identity.set_claim_secret(report_id, self.secret, now=now)
        if way is not Way.VOUCHER:
            self.bank.claim(view, way, now=now)
            return
        data = pay.ClaimData(way=way, secret_ok=True)
        pay.claim_award(view.id, data, report_id=report_id, now=now)

    def _pay(self, row: AwardRow) -> Act:
        def act(now: datetime) -> None:
            finance = self.people["finance"].staff_id
            reference = f"DEMO-{now:%Y%m%d}-{row.id}"
            pay.pay(row.id, reference=reference, idem_key=reference, staff_id=finance, now=now)

        return act

    def _answer(self, request: feedback.RequestView) -> Act:
        def act(now: datetime) -> None:
            grant = self.rng.random() < 0.7
            answer = (
                "同意重新办理，三日内再到现场。"
                if grant
                else "已两次复查，未见再发生，继续巡查一个月。"
            )
            feedback_service.decide_reopen(
                request.id, grant=grant, answer=answer, by=self.people["supervisor"], now=now
            )
            if grant:
                self.again.reopened(request.case_id, now)

        return act


def _done(_award: object) -> None:
    """Take what a service returns: the timeline wants nothing back."""
