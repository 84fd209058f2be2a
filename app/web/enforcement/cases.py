"""E1: cases by legal deadline; one case with finding and record."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts
from app.accounts.permissions import Verb
from app.briefings.enforcement import List, enforcement_page
from app.cases import queries as case_queries
from app.cases.queries import CaseView
from app.enforcement import queries, workflow
from app.enforcement.queries import PenaltyView
from app.fieldwork import queries as fieldwork
from app.intake import queries as intake
from app.places import queries as places
from app.sla import queries as sla
from app.sla.kinds import ClockKind
from app.web import access
from app.web.access import needs
from app.web.enforcement.blueprint import blueprint
from app.web.enforcement.forms import ConsequenceForm, RevokeForm
from app.web.labels import label
from app.web.requests import page_number


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


def context(row: CaseView) -> dict[str, Any]:
    """Return what the pages of one case show; no reporter in it but the words."""
    found, record = queries.finding(row.id, round_=row.round), queries.penalty(row.id)
    steps = queries.steps(record.id) if record else []
    people = accounts.by_ids([step.staff_id for step in steps])
    arrivals = fieldwork.check_ins(row.id)
    legal = (ClockKind.FILING, ClockKind.DECISION, ClockKind.SERVE)
    return {
        "case": row,
        "area": places.names((row.township_code,)).get(row.township_code or "", ""),
        "finding": found,
        "penalty": record,
        "steps": steps,
        "people": {key: person.name for key, person in people.items()},
        "clocks": [clock for clock in sla.clocks_of(row.id) if clock.kind in legal],
        "reports": intake.of_case(row.id),
        "arrival": arrivals[-1] if arrivals else None,
        "task": fieldwork.current(row.id),
        "kinds": [label(kind, "PenaltyKind") for kind in record.kinds] if record else [],
        "nexts": _nexts(record),
        "may_file": _may_file(row, record),
        "may_decide": record is not None and _decidable(record),
        "may_revoke": record is not None
        and workflow.may_follow(record.state, workflow.PenaltyState.REVOKED),
        "may_review": record is not None
        and workflow.may_follow(record.state, workflow.PenaltyState.LEGAL_REVIEWED)
        and record.filed_by != access.actor().staff_id,
        "revoke_form": RevokeForm(formdata=None),
        "consequence_form": ConsequenceForm(formdata=None),
    }


def _nexts(record: PenaltyView | None) -> tuple[workflow.PenaltyState, ...]:
    return workflow.plain_steps(record.state) if record else ()


def _may_file(row: CaseView, record: PenaltyView | None) -> bool:
    ours = row.finding is None or (row.punishable and row.our_jurisdiction)
    return ours and (record is None or record.state is workflow.PenaltyState.NOT_FILED)


def _decidable(record: PenaltyView) -> bool:
    return any(workflow.may_follow(record.state, new) for new in workflow.BY_DECISION)
