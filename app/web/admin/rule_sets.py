"""A6: versions of the reward rules: import, try on a year's cases, put in force as another."""

from datetime import timedelta
from typing import Any

from flask import flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.permissions import Verb
from app.core import clock
from app.core.errors import Invalid
from app.core.money import yuan
from app.core.tx import transaction
from app.rewards import rulesets, service, trials, whatif
from app.rewards.rules.document import Component, RuleDoc, Tier
from app.rewards.rules.percent import percent
from app.web import access
from app.web.access import needs
from app.web.admin.blueprint import blueprint
from app.web.admin.forms import RulesForm
from app.web.forms import unfinished
from app.web.i18n import gettext as _
from app.web.rewards.words import EVENTS, LEVELS, REASONS, RULES

YEAR = timedelta(days=365)


@blueprint.get("/rules")
@needs(Verb.RULES_READ)
def rules() -> ResponseReturnValue:
    """List the versions; whoever may propose one finds the form here."""
    return render_template("admin/rules.html", **_shown(RulesForm(formdata=None)))


@blueprint.post("/rules")
@needs(Verb.RULES_PROPOSE)
def import_rules() -> ResponseReturnValue:
    """Check a file against the schema and keep it as a version that is not yet in force."""
    form = RulesForm()
    try:
        if not form.validate():
            return unfinished("admin/rules.html", **_shown(form))
        document, first = trials.load(form.file.data.read()), form.valid_from.data
        assert first is not None
        with transaction():
            made = service.import_version(
                document, valid_from=first, source=form.source.data or "",
                staff_id=access.actor().staff_id, now=clock.now(),
            ).id  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return unfinished("admin/rules.html", **_shown(form))
    flash(_("Imported, not yet in force. Another person puts it in force."))
    return redirect(url_for("admin.rule_set", rule_set_id=made), 303)


def _shown(form: RulesForm) -> dict[str, object]:
    return {"form": form, "rows": rulesets.versions(now=clock.now())}


@blueprint.get("/rules/<int:rule_set_id>")
@needs(Verb.RULES_READ)
def rule_set(rule_set_id: int) -> ResponseReturnValue:
    """Show a version: its sums, its test cases, and what it would have paid last year."""
    now = clock.now()
    row = rulesets.get(rule_set_id)
    doc = rulesets.doc_of(rule_set_id)
    version = next(one for one in rulesets.versions(now=now) if one.id == rule_set_id)
    return render_template(
        "admin/rule_set.html", version=version, facts=_facts(doc), sums=_sums(doc),
        cases=trials.try_cases(row.document), unread=trials.unread(row.document),
        what_if=whatif.what_if(row.document, since=now - YEAR), reasons=REASONS,
        mine=row.proposed_by == access.actor().staff_id,
    )  # fmt: skip


@blueprint.post("/rules/<int:rule_set_id>/activate")
@needs(Verb.RULES_ACTIVATE)
def activate(rule_set_id: int) -> ResponseReturnValue:
    """Put a version in force; its importer cannot."""
    with transaction():
        service.activate(rule_set_id, staff_id=access.actor().staff_id, now=clock.now())
    flash(_("In force. Reports received from its first day on are valued by it."))
    return redirect(url_for("admin.rules"), 303)


@blueprint.get("/rules/<int:rule_set_id>.json")
@needs(Verb.RULES_READ)
def rule_file(rule_set_id: int) -> ResponseReturnValue:
    """Hand out a version as it was imported."""
    return _file(rulesets.get(rule_set_id).document, f"rule-set-{rule_set_id}.json")


@blueprint.get("/rules/schema.json")
@needs(Verb.RULES_READ)
def rule_schema() -> ResponseReturnValue:
    """Hand out the schema that a version is checked against."""
    return _file(dict(trials.published()), "rule-set.schema.json")


def _file(found: dict[str, Any], name: str) -> ResponseReturnValue:
    answer = jsonify(found)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _facts(doc: RuleDoc) -> list[tuple[str, str]]:
    """Return what holds for every award of the set, as words."""
    said = [
        (_("Several sums"), {"sum": _("are added"), "highest": _("the highest counts"),
                             "max_then_criminal": _("the higher of class and fine, then criminal"
                                                    " events are added")}[doc.stacking]),
        (_("Without a name"), _("allowed") if doc.anonymous_allowed else _("not allowed")),
        (_("Two stages"), _("yes") if doc.two_stages else _("no")),
        (_("Reports of one day"), _("share") if doc.same_day_joint else _("the first earns")),
        (_("Days to claim"), str(doc.claim_days or "—")),
        (_("Working days to tell"), str(doc.notify_days or "—")),
    ]  # fmt: skip
    caps = ((_("Cap of a case"), doc.cap_total_fen),
            (_("Cap of a person and month"), doc.cap_person_month_fen))  # fmt: skip
    said += [(words, yuan(fen)) for words, fen in caps if fen is not None]
    if doc.insider:
        top = "" if doc.insider.cap_fen is None else f", ≤ {yuan(doc.insider.cap_fen)}"
        said.append((_("Report from inside the firm"), f"× {doc.insider.multiplier}{top}"))
    rungs = (f"{LEVELS.get(s.level, s.level)} {_upto(s.up_to_fen)}" for s in doc.ladder)
    return [*said, *([(_("Approval ladder"), "; ".join(rungs))] if doc.ladder else [])]


def _upto(fen: int | None) -> str:
    return "∞" if fen is None else f"≤ {yuan(fen)}"


def _sums(doc: RuleDoc) -> list[tuple[str, str, str]]:
    """Return every sum of the set as (for what, kind, amount)."""
    classes = [
        (f"{c.code} {c.text}".strip(), str(RULES["class"]),
         yuan(c.amount_fen) if c.amount_fen is not None
         else f"{yuan(c.min_fen or 0)} – {yuan(c.max_fen or 0)}")
        for c in doc.classes
    ]  # fmt: skip
    grid = [
        (f"{severity} × {name}", str(RULES["grid"]), yuan(fen))
        for severity, row in doc.grid.items()
        for name, fen in row.items()
    ]
    parts = [(str(EVENTS.get(c.when, c.when)), str(RULES[c.kind]), _amount(c))
             for c in doc.components]  # fmt: skip
    return [*classes, *grid, *map(_band, doc.tiers), *parts]


def _band(tier: Tier) -> tuple[str, str, str]:
    top = "∞" if tier.max_fen is None else yuan(tier.max_fen)
    amount = percent(tier.rate) if tier.rate is not None else yuan(tier.amount_fen or 0)
    return (f"{yuan(tier.min_fen)} – {top}", str(RULES["tier"]), amount)


def _amount(component: Component) -> str:
    rate = component.source.get("rate")
    said = [percent(component.decimal("rate"))] if rate is not None else []
    bounds = (("amount", ""), ("floor", "≥ "), ("min", "≥ "), ("max", "≤ "), ("cap", "≤ "))
    found = ((sign, component.fen(name)) for name, sign in bounds)
    return ", ".join([*said, *(f"{sign}{yuan(fen)}" for sign, fen in found if fen is not None)])
