"""Words for rules, conditions and steps of an award, and the rows that the sheet draws of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.money import yuan
from app.rewards.checklist import CheckView
from app.rewards.queries import AwardView, LineView
from app.rewards.sheets import Sheet
from app.web import filters
from app.web.i18n import gettext as _
from app.web.labels import label

RULES = {
    "class": _l("Fixed sum of its class"),
    "grid": _l("By severity and contribution"),
    "tier": _l("By the size of the fine"),
    "percent_of_fine": _l("Share of the fine"),
    "percent_of_max_fine": _l("Share of the highest possible fine"),
    "fixed": _l("Fixed sum"),
    "range": _l("Amount picked within a range"),
    "up_to": _l("Amount picked up to a cap"),
    "highest": _l("The highest counts"),
    "insider": _l("Report from inside the firm"),
    "cap_total": _l("Cut at the cap of a case"),
    "cap_person_month": _l("Cut at the cap of a person and month"),
    "total": _l("Due in all"),
    "earlier": _l("Less earlier stages"),
    "split": _l("Share of the representative"),
    "excluded": _l("No reward"),
}
EVENTS = {
    "penalty_decision": _l("penalty decision"),
    "administrative_detention": _l("detention"),
    "arrest_approved": _l("arrest"),
    "guilty_verdict": _l("verdict"),
    "environmental_crime": _l("environmental crime"),
    "major_environmental_impact": _l("major impact"),
    "transferred_to_police": _l("handed to the police"),
    "no_penalty_by_discretion": _l("no penalty by discretion"),
    "ownerless_radioactive_source_found": _l("ownerless radioactive source"),
    "special_major_case": _l("special major case"),
    "public_bounty": _l("public bounty"),
}
REASONS = {
    "not_verified": _l("The matter was not confirmed"),
    "already_known": _l("It was known before"),
    "not_first": _l("Somebody else reported it first"),
    "staff_or_relative": _l("Staff or near relatives"),
    "on_duty": _l("Reported on duty"),
    "other_scheme_paid": _l("Another scheme has paid"),
    "in_media": _l("It was in the media before"),
    "anonymous_not_allowed": _l("The rules ask for a name"),
    "anonymous_without_secret": _l("Anonymous and without claim secret"),
    "revoked": _l("The decision was revoked"),
    "nothing_added": _l("It added nothing to the earlier stages"),
}
CHECKS = {
    "verified": _l("Facts confirmed"),
    "first": _l("First report"),
    "not_known": _l("Not known before"),
    "not_in_media": _l("Not in the media"),
    "no_other_scheme": _l("Not paid by another scheme"),
    "not_staff": _l("Neither staff nor near relatives"),
    "photos_new": _l("Photos not used before"),
}
LEVELS = {
    "section_head": _l("Section head"),
    "deputy_director": _l("Deputy director"),
    "director": _l("Director"),
    "bureau_meeting": _l("Director with the meeting's minutes"),
}
STEPS = {
    "proposed": _l("Proposal"),
    "reviewed": _l("Review"),
    "approved": _l("Approval"),
    "approved_second": _l("Second approval"),
    "paid": _l("Payment"),
}
STAGES = {1: _l("clue reward"), 2: _l("reward after the penalty")}


def stage(number: int) -> str:
    """Return what a stage is called."""
    return str(STAGES.get(number, STAGES[2]))


def sums(award: AwardView) -> list[tuple[str, str, int | str, str]]:
    """Return the arithmetic line by line, then what is paid now."""
    rows = [_row(line) for line in award.lines]
    words = filters.capitals(award.amount_fen)
    share = _("share %(no)s of %(of)s", no=award.share_no, of=award.share_of)
    said = words if award.share_of == 1 else words + _(", ") + share
    return [*rows, (_("This reward"), said, award.amount_fen, "total")]


def _row(line: LineView) -> tuple[str, str, int | str, str]:
    words = str(RULES.get(line.rule, line.rule))
    if line.when in EVENTS and line.rule not in ("tier", "percent_of_fine"):
        words = f"{words}{_(': ')}{EVENTS[line.when]}"
    look = "hold" if line.rule in ("highest", "total") else ""
    return (words, small(line), line.amount_fen, look)


def small(line: LineView) -> str:
    """Return what stands small under a line: by which figures it came about."""
    facts = line.facts
    match line.rule:
        case "class":
            return f"{facts.get('class_code', '')} {facts.get('text', '')}".strip()
        case "percent_of_fine" | "percent_of_max_fine":
            return _percent(facts)
        case "excluded":
            return str(REASONS.get(line.when, line.when))
        case "highest" | "earlier":
            return ""
        case "total":
            return _("rounded once, half up")
        case _:
            return line.basis


def _percent(facts: Any) -> str:
    said = [f"{yuan(facts['base_fen'])} × {facts['percent']}"]
    if facts.get("floor_fen") is not None:
        said.append(_("at least %(yuan)s", yuan=yuan(facts["floor_fen"])))
    if facts.get("cap_fen") is not None:
        said.append(_("at most %(yuan)s", yuan=yuan(facts["cap_fen"])))
    return _(", ").join(said)


def ticks(checks: Sequence[CheckView]) -> list[tuple[str, str, bool]]:
    """Return the conditions with their evidence; what a person must look at does not hold yet."""
    return [(str(CHECKS.get(c.key, c.key)), _evidence(c), c.holds is True) for c in checks]


def _evidence(check: CheckView) -> str:
    """Return what the records say to a line, then what a person said to it."""
    found = [] if check.holds is not None else [_("Somebody must look.")]
    return " ".join([*found, *_records(check), *_said(check)])


def _said(check: CheckView) -> list[str]:
    if check.said is None:
        return []
    words = check.said.words or _("as the records show")
    told = _("%(name)s, %(at)s: %(words)s", name=check.said.name, at=filters.stamp(check.said.at),
             words=words)  # fmt: skip
    old = check.holds is None
    return [_("Answered before the records changed.") + " " + told if old else told]


def _order(said: Any) -> list[str]:
    """Return the receipt, its place in the server's order and the audit entry that proves it."""
    at = datetime.fromisoformat(said["received_at"])
    found = [_("%(at)s, number %(n)s of %(of)s", at=filters.stamp(at), n=said["place"],
               of=said["of"])]  # fmt: skip
    entry, following = said.get("entry"), said.get("next")
    if entry:
        found.append(_("Audit entry %(seq)s, digest %(digest)s.", seq=entry["seq"],
                       digest=entry["hash"][:16]))  # fmt: skip
    if following:
        found.append(_("The next report is entry %(seq)s.", seq=following["seq"]))
    return found


def _records(check: CheckView) -> list[str]:
    said, found = check.evidence, list[str]()
    match check.key:
        case "first" if "received_at" in said:
            found += _order(said)
        case "verified" if said.get("at"):
            at = datetime.fromisoformat(said["at"])
            found.append(f"{label(said['finding'], 'FindingKind')}{_(', ')}{filters.day(at)}")
        case "not_known":
            found.append(_known(said))
        case "not_staff" if said.get("tie"):
            found.append(_("A number given belongs to: %(who)s", who=label(said["tie"], "Tie")))
        case "not_staff" if check.ok:
            found.append(_("Checked once more at the claim."))
        case "photos_new" if said.get("same_in_reports"):
            found.append(_("The same photo stands in %(n)s earlier reports.",
                           n=said["same_in_reports"]))  # fmt: skip
        case "not_in_media" if said.get("own_reports"):
            found.append(_("The bureau took it from the media itself."))
        case _:
            pass
    return found


def _known(said: Any) -> str:
    if said.get("cases"):
        return _("Earlier cases nearby: %(numbers)s", numbers=", ".join(said["cases"]))
    if said.get("closed"):
        return _("Closed before this report: %(numbers)s. A repeated offence is paid again.",
                 numbers=", ".join(said["closed"]))  # fmt: skip
    if said.get("own_reports"):
        return _("The bureau's own record came first.")
    return _("Nothing on record nearby in the %(n)s days before.", n=said.get("days", 90))


def trail(sheet: Sheet) -> list[tuple[str, str, bool]]:
    """Return the stations of the approval: who signed, where it stands."""
    signed = {step.key: step for step in sheet.trail}
    wanted = ["proposed", *(["reviewed"] if sheet.needs_review else []), "approved",
              *(["approved_second"] if sheet.needs_second else []), "paid"]  # fmt: skip
    first_open = next((key for key in wanted if key not in signed), None)
    return [
        (str(STEPS[key]), signed[key].name if key in signed else "", key == first_open)
        for key in wanted
    ]
