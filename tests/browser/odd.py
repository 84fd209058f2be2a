"""What else the story needs, so that pages have something to show: flags, a call, new limits."""

from datetime import timedelta

from app.core import clock
from app.core.tx import transaction
from app.feedback import call_queries, calls
from app.flags import queries, service
from app.flags.kinds import FlagKind
from app.flags.service import Matter
from app.sla import policies, policy_versions
from app.sla.kinds import ClockKind
from app.sla.rules_policy import Cell, document, limits
from app.worktime.rules import Allowance
from tests.browser.living import Living


def raise_flags(living: Living) -> None:
    """Flag a later report's photo and three claims."""
    old, new = living.told["paid"], living.told["told"]
    pair = {
        "earlier": old.photo, "case": old.number, "held_by": "report", "report": old.report_id,
        "received_at": living.now.isoformat(), "exact": False, "distance": 3, "agreement": 0.987,
        "cuts": [0.02, 0.0, 0.0, 0.015], "mirrored": True, "framed": False,
    }  # fmt: skip
    ring = [living.told[name] for name in ("told", "claimed", "paid")]
    claims = [{"case": told.number, "at": living.now.isoformat()} for told in ring]
    matters = (
        Matter(kind=FlagKind.PHOTO_USED, key=f"photo:{new.photo}",
               evidence={"photo": new.photo, "pairs": [pair]}, case_ids=frozenset({new.case_id})),
        Matter(kind=FlagKind.PAYEE_RING, key="ring:story", size=3,
               evidence={"month": "2026-05", "codes": 3, "cases": claims},
               case_ids=frozenset(told.case_id for told in ring)),
    )  # fmt: skip
    with transaction():
        for matter in matters:
            service.raise_flag(matter, now=living.now)


def call(living: Living) -> None:
    """Close a case whose reporter left a number, and let the caller ring."""
    living.walk("called", "closed", 1, phone="13800000001")
    (waiting,) = call_queries.waiting()
    living.act(timedelta(0), calls.connect, waiting.id, by=living.staff["caller"])


def bring_limits(living: Living) -> None:
    """Bring a version of time limits, for which another person has still to answer."""
    base = policies.shipped()[-1]
    closure = Cell(kind=ClockKind.CLOSURE, urgency="yellow")
    own = Cell(kind=ClockKind.CLOSURE, urgency="red", category="W5")
    told = limits(base) | {closure: Allowance.read("5wd"), own: Allowance.read("2wd")}
    living.act(
        timedelta(0), policy_versions.propose, document(told, base),
        valid_from=clock.local(living.now).date() + timedelta(days=30), source="甬环发〔2026〕1号",
        by=living.staff["security"],
    )  # fmt: skip


def numbers() -> dict[str, int]:
    """Return the ids of these by the names that addresses use."""
    names = {FlagKind.PHOTO_USED: "flag_used", FlagKind.PAYEE_RING: "flag_ring"}
    found = {names[flag.kind]: flag.id for flag in queries.page().rows if flag.kind in names}
    return found | {"call": call_queries.waiting()[0].id, "limits": 1}
