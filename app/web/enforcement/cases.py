"""E1: cases by legal deadline; one case with finding and record."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.briefings.enforcement import List, enforcement_page
from app.cases import queries as case_queries
from app.cases.queries import CaseView
from app.core import clock, money
from app.core.errors import NotFound
from app.enforcement import policy, queries, workflow
from app.enforcement.queries import FindingView, NoticeView, PenaltyView
from app.enforcement.rounds import SUBJECT
from app.fieldwork import queries as fieldwork
from app.intake import queries as intake
from app.places import queries as places
from app.sla import queries as sla
from app.sla.kinds import ClockKind, ClockState
from app.sla.queries import ClockView
from app.web import access, i18n
from app.web.access import needs
from app.web.enforcement.blueprint import blueprint
from app.web.enforcement.forms import ConsequenceForm, DayForm, NoticeForm, RevokeForm, ServeForm
from app.web.labels import label
from app.web.requests import page_number
from app.worktime.calendar import end_of

LEGAL = (
    ClockKind.FILING, ClockKind.DECISION, ClockKind.HEARING, ClockKind.SERVE,
    ClockKind.WITHDRAW_PUBLICATION,
)  # fmt: skip


@blueprint.get("")
@needs(Verb.ENF_READ)
def cases() -> ResponseReturnValue:
    """List cases by what enforcement has to do with them."""
    word = request.args.get("list", List.VERIFY)
    wanted = List(word) if word in set(List) else List.VERIFY
    number = page_number()
    page = enforcement_page(wanted, number=number)
    names = places.names(row.township_code for row in page.rows)
    return render_template(
        "enforcement/cases.html", page=page, wanted=wanted, names=names, lists=tuple(List)
    )


@blueprint.get("/<number>")
@needs(Verb.ENF_READ)
def case(number: str) -> ResponseReturnValue:
    """Show one case as enforcement needs it."""
    row = case_queries.by_number(number)
    return render_template("enforcement/case.html", **context(row))


def asked_round() -> int | None:
    """Return the round that the address names."""
    return request.args.get("round", type=int)


def shown_round(row: CaseView) -> int:
    """Return the round that a page shows, the last where none is named. Raises NotFound."""
    asked = asked_round()
    if asked is not None and not 1 <= asked <= row.round:
        raise NotFound("no_such_round", number=row.number)
    return asked or row.round


def context(row: CaseView) -> dict[str, Any]:
    """Return what the pages of one case show of a round; no reporter in it but the words."""
    turn = shown_round(row)
    found, record = queries.finding(row.id, round_=turn), queries.penalty(row.id, round_=turn)
    steps = queries.steps(record.id) if record else []
    notices = queries.notices(record.id) if record else []
    people = accounts.by_ids([step.staff_id for step in steps])
    arrivals = fieldwork.check_ins(row.id)
    today = clock.local(clock.now()).date()
    return {
        "case": row,
        "area": places.names((row.township_code,)).get(row.township_code or "", ""),
        "turn": turn,
        "finding": found,
        "penalty": record,
        "steps": steps,
        "people": {key: person.name for key, person in people.items()},
        "clocks": _clocks(row.id, turn),
        "reports": intake.of_case(row.id),
        "arrival": arrivals[-1] if arrivals else None,
        "task": fieldwork.current(row.id),
        "kinds": _kinds(record.kinds if record else ()),
        "notices": [_told(notice) for notice in reversed(notices)],
        "revoke_form": RevokeForm(formdata=None),
        "serve_form": ServeForm(formdata=None, prefix="s", on=today),
        "notice_form": _notice_form(notices, today),
        "hearing_rule": policy.in_force(today),
        "hearing_source": policy.in_force(today).source[i18n.current()],
        "hearing_form": DayForm(formdata=None, prefix="h", on=today),
        "withdraw_form": DayForm(formdata=None, prefix="w", on=today),
        "consequence_form": ConsequenceForm(formdata=None),
    } | _open_ways(found, record)


def _clocks(case_id: int, turn: int) -> list[ClockView]:
    """Return the legal clocks of a round; one that was replaced tells no deadline."""
    return [
        one for one in sla.clocks_of(case_id)
        if one.kind in LEGAL and one.subject == f"{SUBJECT}{turn}"
        and one.state is not ClockState.VOID
    ]  # fmt: skip


def _told(notice: NoticeView) -> dict[str, Any]:
    return {"notice": notice, "kinds": _kinds(notice.kinds), "on": end_of(notice.told_on)}


def _notice_form(notices: list[NoticeView], today: date) -> NoticeForm:
    """Make the form of a notice; one that replaces another begins with what that one said."""
    if not notices:
        return NoticeForm(formdata=None, prefix="n", on=today)
    last = notices[-1]
    return NoticeForm(
        formdata=None, prefix="n", on=today, base_version=str(last.seq), kinds=last.kinds,
        amount=money.yuan(last.amount_fen),
    )  # fmt: skip


def _kinds(kinds: Iterable[str]) -> list[object]:
    return [label(kind, "PenaltyKind") for kind in kinds]


def _open_ways(found: FindingView | None, record: PenaltyView | None) -> dict[str, Any]:
    """Return where the record may go from here."""
    filed_it = record is not None and record.filed_by == access.actor().staff_id
    follows = partial(workflow.may_follow, record.state) if record else _nowhere
    return {
        "nexts": _nexts(record),
        "may_file": _may_file(found, record),
        "may_decide": any(map(follows, workflow.BY_DECISION)),
        "may_revoke": follows(workflow.PenaltyState.REVOKED),
        "may_notify": follows(workflow.PenaltyState.NOTIFIED),
        "may_review": follows(workflow.PenaltyState.LEGAL_REVIEWED) and not filed_it,
        "may_serve": record is not None and _servable(record),
    }


def _nowhere(_state: workflow.PenaltyState) -> bool:
    return False


def _nexts(record: PenaltyView | None) -> tuple[workflow.PenaltyState, ...]:
    steps = workflow.plain_steps(record.state) if record else ()
    served = record is not None and record.served_at is not None
    return tuple(one for one in steps if served or one is not workflow.PenaltyState.SERVED)


def _servable(record: PenaltyView) -> bool:
    """Say whether a decision waits for its service; one upheld in review is served already."""
    follows = workflow.may_follow(record.state, workflow.PenaltyState.SERVED)
    return follows and record.served_at is None


def _may_file(found: FindingView | None, record: PenaltyView | None) -> bool:
    is_open = found is None or found.set_at is None
    ours = is_open or (found is not None and found.punishable and found.our_jurisdiction)
    return ours and (record is None or record.state is workflow.PenaltyState.NOT_FILED)
