"""A reward as its reporter reads it: the panel of the case page, the checks, the sum in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from app.cases.queries import CaseView
from app.cases.workflow import State as CaseState
from app.core import money
from app.core.errors import NotFound
from app.rewards import queries as rewards
from app.rewards.checklist import CheckView
from app.rewards.queries import AwardView, LineView
from app.rewards.states import State, Way
from app.web import filters
from app.web.i18n import gettext as _
from app.web.rewards.words import EVENTS, REASONS, small

SHOWN = (
    State.NOTIFIED, State.CLAIMED, State.INSTRUCTED, State.PAID, State.ARCHIVED, State.LAPSED,
    State.DECLINED, State.DONATED, State.APPEALED, State.NOT_ELIGIBLE, State.CLAWBACK_DUE,
    State.RECOVERED,
)  # fmt: skip
"""Before the notice an amount may still change: it is not shown."""
HEADLINES = {
    State.NOTIFIED: "The reward is decided",
    State.CLAIMED: "Claimed, payment is being prepared",
    State.INSTRUCTED: "Claimed, payment is ordered",
    State.PAID: "Paid",
    State.ARCHIVED: "Paid",
    State.LAPSED: "The time to collect is over",
    State.DECLINED: "You declined the reward",
    State.DONATED: "You donated the reward",
    State.APPEALED: "Your objection is being looked at",
    State.NOT_ELIGIBLE: "No reward",
    State.CLAWBACK_DUE: "The amount is being looked at again",
    State.RECOVERED: "Paid back",
}
CHECKS = {
    "verified": "The matter was found to be true",
    "first": "You reported it first",
    "not_known": "It was not known before",
    "not_in_media": "It was not in the news before",
    "no_other_scheme": "No other scheme paid for it",
    "not_staff": "You do not work for the supervision",
    "photos_new": "The photos are new",
}
RULES = {
    "class": "Fixed amount of its class",
    "percent_of_fine": "Share of the fine",
    "percent_of_max_fine": "Share of the highest possible fine",
    "fixed": "Added for what followed",
    "tier": "By the size of the fine",
    "range": "Amount set by a person",
    "up_to": "Amount set by a person",
    "grid": "By weight and contribution",
    "highest": "The higher one counts",
    "insider": "Doubled for an insider",
    "cap_total": "Cut at the cap of a case",
    "cap_person_month": "Cut at the cap of a person and month",
    "total": "Due in all",
    "earlier": "Less what you had before",
    "split": "Your share",
    "excluded": "No reward",
}
"""Every rule that a line can name (`app/rewards/rules/`)."""
CHANGES = {
    "penalty": "A fine would raise it: you would be told of a second stage.",
    "detention": "Detention, arrest or a verdict would add to it.",
    "revoked": "Should the decision be revoked, it is worked out anew.",
    "capped": "It stands at the cap of the rules: a higher fine would not raise it.",
    "appeal": "New facts could change it: you may object below.",
}
STAGES = {1: "first stage, for the lead", 2: "second stage, after the penalty"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The reward's part of the case page."""

    headline: str
    say: str
    yuan: str
    open: bool
    voucher: bool
    button: str


def of(report_id: int) -> AwardView | None:
    """Return the award that the reporter may know of."""
    found = rewards.award_view(report_id)
    return found if found is not None and found.state in SHOWN else None


def mine(report_id: int) -> AwardView:
    """Return the award of the reporter who asks. Raises NotFound."""
    award = of(report_id)
    if award is None:
        raise NotFound
    return award


def has_voucher(award: AwardView) -> bool:
    """Say whether there is a voucher to take to the counter."""
    open_now = award.state in (State.CLAIMED, State.INSTRUCTED)
    return open_now and award.claim_way is Way.VOUCHER


def panel(report_id: int, case: CaseView, *, now: datetime) -> Panel | None:
    """Return the panel; its button is green only where nothing else is."""
    award = of(report_id)
    if award is None:
        return None
    say = _(STAGES.get(award.stage, STAGES[2]))
    if award.can_claim and award.claim_due_at is not None:
        left = _("%(n)s days left, collect by %(day)s", n=award.days_left(now),
                 day=filters.day(award.claim_due_at))  # fmt: skip
        say = f"{say}{_(', ')}{left}"
    elif award.voucher_no:
        number = Markup('<span class="nw">{}</span>').format(award.voucher_no)
        say = Markup("{}{}{} {}").format(say, _(", "), _("voucher"), number)
    return Panel(
        headline=headline(award), say=say, yuan=whole(award.amount_fen),
        open=award.can_claim, voucher=has_voucher(award),
        button="2" if case.state is CaseState.CLOSED else "1",
    )  # fmt: skip


def headline(award: AwardView) -> str:
    """Say how far the reward is; a voucher waits for its owner, what was paid has its day."""
    if has_voucher(award):
        return _("Claimed: show the voucher at the counter")
    if award.state in (State.PAID, State.ARCHIVED) and award.paid_at is not None:
        return _("Paid on %(day)s", day=filters.day(award.paid_at))
    return _(HEADLINES[award.state])


def whole(fen: int) -> str:
    """Write fen as yuan, without decimals where there are none."""
    written = money.yuan(fen)
    return written.removesuffix(".00")


def checks(award: AwardView) -> list[tuple[str, str, bool]]:
    """Return the conditions as (words, evidence, holds)."""
    told = [check for check in award.checks if check.key in CHECKS and check.holds is not None]
    return [(_(CHECKS[check.key]), _said(check), bool(check.holds)) for check in told]


def _said(check: CheckView) -> str:
    """Return the evidence; what does not hold is said in words, not by a sign alone."""
    parts = [] if check.holds else [_("not so")]
    parts += [evidence] if (evidence := _evidence(check)) else []
    return _(", ").join(parts)


def _evidence(check: CheckView) -> str:
    if check.key == "first" and check.evidence.get("received_at"):
        at = datetime.fromisoformat(str(check.evidence["received_at"]))
        place = check.evidence.get("place", 1)
        return _("%(at)s, report %(n)s in order", at=filters.stamp(at), n=place)
    if check.key == "verified" and check.evidence.get("at"):
        return filters.day(datetime.fromisoformat(str(check.evidence["at"])))
    return ""


def sums(award: AwardView) -> list[tuple[str, str, Any, str]]:
    """Return the arithmetic, line by line, as the rule version does it."""
    rows = [_line(line) for line in award.lines if line.rule != "excluded"]
    return [*rows, (_("To collect now"), "", award.amount_fen, "total")]


def changes(award: AwardView) -> list[str]:
    """Return what would change the amount, and what share of it this is."""
    said = [_(CHANGES[key]) for key in award.could_change if key != "appeal" or award.can_appeal]
    if award.share_of > 1:
        said.append(_("%(of)s reported it that day; yours is share %(no)s.", of=award.share_of,
                      no=award.share_no))  # fmt: skip
    return said


def reason(award: AwardView) -> str:
    """Return why there is no reward; nothing where there is one."""
    if award.excluded == "staff_or_relative":
        return _(
            "Staff and their near relatives get no reward by the rules. A number that you gave, "
            "or left with the report, stands in their register. Nobody here sees whose it is."
        )
    return str(REASONS.get(award.excluded, "")) if award.excluded else ""


def _line(line: LineView) -> tuple[str, str, Any, str]:
    words = _(RULES[line.rule])
    if line.rule == "fixed" and line.when in EVENTS:
        words = f"{words}{_(': ')}{EVENTS[line.when]}"
    look = "hold" if line.rule == "total" else ""
    basis = str(line.facts.get("text") or line.basis) if line.rule == "class" else small(line)
    return (words, basis, line.amount_fen, look)
