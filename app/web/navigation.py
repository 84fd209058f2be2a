"""Top and bottom navigation: one table by part of the house; lines without a page are left out."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts.permissions import Verb
from app.accounts.queries import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry; `verb` says for whom."""

    endpoint: str
    words: LazyString
    verb: Verb | None = None
    icon: str = ""


V = Verb
PARTS: dict[str, tuple[Item, ...]] = {
    "public": (
        Item(endpoint="public.report", words=_l("Report"), icon="camera"),
        Item(endpoint="public.nearby", words=_l("Nearby"), icon="pin"),
        Item(endpoint="public.track", words=_l("Track"), icon="search"),
    ),
    "worker": (
        Item(endpoint="worker.today", words=_l("Today"), icon="list", verb=V.TASK_READ),
        Item(endpoint="worker.patrol", words=_l("Patrol"), icon="walk", verb=V.PATROL),
        Item(endpoint="worker.outbox", words=_l("To send"), icon="up", verb=V.TASK_READ),
        Item(endpoint="worker.team", words=_l("Team"), icon="user", verb=V.TASK_REASSIGN),
        Item(endpoint="worker.me", words=_l("Me"), icon="user", verb=V.TASK_READ),
    ),
    "desk": (
        Item(endpoint="desk.inbox", words=_l("Inbox"), verb=V.DESK_READ),
        Item(endpoint="desk.new", words=_l("Enter a call"), verb=V.REPORT_ENTER),
        Item(endpoint="desk.checks", words=_l("Check"), verb=V.CASE_CHECK),
        Item(endpoint="desk.approvals", words=_l("Decide"), verb=V.APPROVALS_READ),
        Item(endpoint="desk.limits", words=_l("Time limits"), verb=V.APPROVALS_READ),
        Item(endpoint="desk.callbacks", words=_l("Call back"), verb=V.CALL_BACK),
        Item(endpoint="desk.handovers", words=_l("Departments"), verb=V.DEPARTMENT_WORK),
        Item(endpoint="desk.handovers", words=_l("Departments"), verb=V.CASE_HAND_OVER),
    ),
    "enforcement": (Item(endpoint="enforcement.cases", words=_l("Cases"), verb=V.ENF_READ),),
    "rewards": (
        Item(endpoint="rewards.queue", words=_l("To be assessed"), verb=V.REWARD_PROPOSE),
        Item(endpoint="rewards.reviews", words=_l("To be reviewed"), verb=V.REWARD_REVIEW),
        Item(endpoint="rewards.approvals", words=_l("To be approved"), verb=V.REWARD_APPROVE),
        Item(endpoint="rewards.unclaimed", words=_l("Unclaimed"), verb=V.REWARD_READ),
        Item(endpoint="rewards.voucher", words=_l("Check a voucher"), verb=V.VOUCHER_CHECK),
    ),
    "flags": (Item(endpoint="flags.waiting", words=_l("To judge"), verb=V.FLAG_READ),),
    "supervisor": (
        Item(endpoint="supervisor.rates", words=_l("Five rates"), verb=V.RATES_READ),
        Item(endpoint="supervisor.overdue", words=_l("Late and reopen"), verb=V.OVERDUE_READ),
        Item(endpoint="supervisor.ranking", words=_l("Ranking"), verb=V.RATES_READ),
        Item(endpoint="supervisor.map", words=_l("Map"), verb=V.RATES_READ),
        Item(endpoint="supervisor.briefings", words=_l("Briefings"), verb=V.BRIEFING_READ),
        Item(endpoint="supervisor.spot_checks", words=_l("Spot checks"), verb=V.SPOT_REDRAW),
    ),
    "custody": (
        Item(endpoint="custody.openings", words=_l("Openings"), verb=V.IDENTITY_READ),
        Item(endpoint="custody.payouts", words=_l("Payouts"), verb=V.PAYOUT_READ),
        Item(endpoint="custody.batches", words=_l("Batches"), verb=V.PAYOUT_READ),
        Item(endpoint="custody.batches", words=_l("Batches"), verb=V.IDENTITY_READ),
    ),
    "admin": (
        Item(endpoint="admin.staff", words=_l("Staff"), verb=V.STAFF_READ),
        Item(endpoint="admin.areas", words=_l("Areas"), verb=V.AREAS_ADMIN),
        Item(endpoint="admin.limits", words=_l("Time limits"), verb=V.POLICY_READ),
        Item(endpoint="admin.calendar", words=_l("Calendar"), verb=V.CALENDAR_ADMIN),
        Item(endpoint="admin.rules", words=_l("Reward rules"), verb=V.RULES_READ),
        Item(endpoint="admin.audit", words=_l("Audit"), verb=V.AUDIT_READ),
        Item(endpoint="admin.jobs", words=_l("Jobs"), verb=V.JOBS_READ),
    ),
}
WORDS: dict[str, LazyString] = {
    "worker": _l("Field work"),
    "desk": _l("Desk"),
    "enforcement": _l("Enforcement"),
    "rewards": _l("Rewards"),
    "flags": _l("Flags"),
    "supervisor": _l("Supervision"),
    "custody": _l("Custody"),
    "admin": _l("Administration"),
}


def register(app: Flask) -> None:
    app.jinja_env.globals["nav_items"] = items


def items(part: str, actor: Actor | None = None) -> list[Item]:
    """Return the entries of a part that this person may use."""
    return [
        item
        for item in PARTS.get(part, ())
        if item.endpoint in current_app.view_functions
        and (item.verb is None or (actor is not None and actor.may(item.verb)))
    ]


def parts(actor: Actor) -> list[tuple[LazyString, list[Item]]]:
    """Return all parts of the house that this person may enter."""
    found = [(WORDS[part], items(part, actor)) for part in WORDS]
    return [(words, rows) for words, rows in found if rows]
