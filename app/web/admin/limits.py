"""A2: time limits: what holds today, a clock tried out, versions that the county sets itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.tx import transaction
from app.sla import policies, policy_book, policy_versions, rules_policy
from app.sla import queries as sla
from app.sla.kinds import ClockKind
from app.sla.policies import Policy
from app.sla.rules_policy import Cell, Change, Place
from app.web import access, lengths
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.web.admin.limits_forms import LimitsForm, TryForm, called, limits_form, name_of, where
from app.web.clocks import day_cells
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.worktime.rules import Allowance, Due, Unit

NEW = "admin/limits_new.html"


@blueprint.get("/limits")
@needs(Verb.POLICY_READ)
def limits() -> ResponseReturnValue:
    """Show the limits of today with their versions; count a clock that somebody tries out."""
    now = clock.now()
    present = policy_book.in_force(now)
    asked = TryForm(present, now, request.args)
    tried = _tried(asked) if asked.validate() else None
    return render_template(
        "admin/limits.html", present=present, rows=_rows(rules_policy.limits(present)),
        pauses=present.pauses.values(), versions=policy_versions.listed(now=now), asked=asked,
        tried=tried, words=lengths.words, called=called,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A clock that was only counted: its policy, its limit and how each day counts."""

    policy: Policy
    length: Allowance | None
    due: Due | None
    days: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    started_at: datetime
    unit: Unit


def _tried(asked: TryForm) -> Tried:
    start, kind = asked.begins(), ClockKind(asked.kind.data)
    policy = policy_book.in_force(start)
    told = (asked.urgency.data, asked.place.data, asked.category.data or "")
    length = policy.allowance(kind, *told)
    due = sla.promised(kind, told[0], start, township_kind=told[1], category=told[2])
    shown = _Account(started_at=start, unit=length.unit) if length else None
    cells = day_cells(shown, due.days) if shown and due else []
    return Tried(policy=policy, length=length, due=due, days=cells)


def _rows(found: Mapping[Place, Any]) -> list[tuple[Cell, str, dict[str, Any]]]:
    """Return lines of the table: a kind, for whom it holds, and what stands at each urgency."""
    lines: dict[tuple[ClockKind, str, str], tuple[Cell, dict[str, Any]]] = {}
    for place, value in found.items():
        if isinstance(place, Cell):
            key = (place.kind, place.category, place.place)
            lines.setdefault(key, (place, {}))[1][place.urgency] = value
    order = sorted(lines, key=lambda key: (list(ClockKind).index(key[0]), key[1]))
    return [(lines[key][0], where(lines[key][0]), lines[key][1]) for key in order]


@blueprint.route("/limits/new", methods=["GET", "POST"])
@needs(Verb.POLICY_ADMIN)
def limits_new() -> ResponseReturnValue:
    """Change limits: all stand in one form; see what changes, then bring the version."""
    present = policy_book.in_force(clock.now())
    if request.method == "GET":
        return render_template(NEW, **_shown(limits_form(present), present))
    form = limits_form(present, request.form)
    good = form.validate()
    found, faults = rules_policy.read(form.told(), policies.shipped()[-1])
    form.blame(faults)
    first = form.valid_from.data
    if not good or faults or not isinstance(first, date):
        return unfinished(NEW, **_shown(form, present))
    document = rules_policy.document(found, policies.shipped()[-1])
    if request.form.get("step") != "store":
        return _before(document, first, present)
    try:
        with transaction():
            made = policy_versions.propose(
                document, valid_from=first, source=form.source.data or "",
                by=access.actor(), now=clock.now(),
            )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return unfinished(NEW, **_shown(form, present))
    flash(_("Kept, not yet in force. Another person puts it in force."))
    return redirect(url_for("admin.limits_version", version_id=made), 303)


def _before(document: dict[str, Any], first: date, present: Policy) -> str:
    """Show what a version would change, nothing kept yet; its further row is a row by now."""
    new = policies.read(document | {"key": "new", "valid_from": str(first)})
    written = limits_form(present, {name_of(place): "" for place in rules_policy.limits(new)})
    for place, field in written.cells().items():
        held = rules_policy.limits(new).get(place)
        field.data = lengths.short(held) if held else ""
    for name in ("more_kind", "more_category", "more_red", "more_yellow", "more_blue"):
        written[name].data = ""
    return render_template(NEW, changes=_changes(first, new), **_shown(written, present))


def _changes(first: date, new: Policy) -> list[Change]:
    start = datetime.combine(first, time.min, clock.LOCAL)
    return rules_policy.changes(policy_book.in_force(start), new)


def _shown(form: LimitsForm, present: Policy) -> dict[str, Any]:
    cells = form.cells()
    return {
        "form": form, "present": present, "rows": _rows(cells), "words": lengths.words,
        "pauses": [field for place, field in cells.items() if not isinstance(place, Cell)],
        "running": policy_versions.open_clocks(), "where": where,
    }  # fmt: skip


@blueprint.get("/limits/<int:version_id>")
@needs(Verb.POLICY_READ)
def limits_version(version_id: int) -> ResponseReturnValue:
    """Show a version: what it changes, who brought it, and what may be done with it."""
    row = policy_versions.version(version_id, now=clock.now())
    before = policy_versions.before(row)
    return render_template(
        "admin/limits_version.html", row=row, before=before, words=lengths.words, where=where,
        called=called, changes=rules_policy.changes(before, row.policy),
        running=policy_versions.open_clocks(), mine=access.actor().staff_id == row.proposed_by,
    )  # fmt: skip


@blueprint.get("/limits/<int:version_id>.json")
@needs(Verb.POLICY_READ)
def limits_file(version_id: int) -> ResponseReturnValue:
    """Hand out a version as it is kept; its digest stands on its page and in the audit."""
    answer = jsonify(policy_versions.document(version_id))
    answer.headers["Content-Disposition"] = f'attachment; filename="limits-{version_id}.json"'
    return answer


@blueprint.post("/limits/<int:version_id>/activate")
@needs(Verb.POLICY_ACTIVATE)
def limits_activate(version_id: int) -> ResponseReturnValue:
    """Put a version in force; whoever brought it cannot."""
    with transaction():
        policy_versions.activate(version_id, by=access.actor(), now=clock.now())
    flash(_("In force from its first day. Clocks that run already keep their limits."))
    return redirect(url_for("admin.limits"), 303)


@blueprint.post("/limits/<int:version_id>/withdraw")
@needs(Verb.POLICY_ADMIN, Verb.POLICY_ACTIVATE)
def limits_withdraw(version_id: int) -> ResponseReturnValue:
    """Take a version back before its first day."""
    with transaction():
        policy_versions.withdraw(version_id, by=access.actor(), now=clock.now())
    flash(_("Taken back. Nothing changed."))
    return redirect(url_for("admin.limits_version", version_id=version_id), 303)
