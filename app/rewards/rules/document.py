"""A rule set as a document: yuan in the file, fen and exact decimals in the arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import Any


class RuleFault(ValueError):
    """A rule set cannot be read; the message names the place in the document."""


class Stacking(StrEnum):
    """How several amounts meet."""

    SUM = "sum"
    HIGHEST = "highest"
    MAX_THEN_CRIMINAL = "max_then_criminal"


def number(value: Any, where: str) -> Decimal:
    """Return an exact decimal. Raises RuleFault."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise RuleFault(f"{where}: a number is expected, not {value!r}")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise RuleFault(f"{where}: a number is expected, not {value!r}") from None
    if not found.is_finite() or found < 0:
        raise RuleFault(f"{where}: a number from 0 on is expected, not {value!r}")
    return found


def in_fen(source: Mapping[str, Any], name: str, where: str) -> int | None:
    """Return `name` (yuan) or `name_fen` as whole fen; None when neither is stated."""
    if source.get(f"{name}_fen") is not None:
        exact = number(source[f"{name}_fen"], f"{where}.{name}_fen")
    elif source.get(name) is not None:
        exact = number(source[name], f"{where}.{name}") * 100
    else:
        return None
    if exact != exact.to_integral_value():
        raise RuleFault(f"{where}.{name}: a fraction of a fen")
    return int(exact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """An amount for one event; what its kind reads stays in `source`."""

    when: str
    kind: str
    needs: str = ""
    source: Mapping[str, Any] = field(repr=False)

    def fen(self, name: str) -> int | None:
        """Return an amount of the component in fen, None when it has none."""
        return in_fen(self.source, name, self.when)

    def money(self, name: str) -> Decimal:
        """Return an amount that must be there, in exact fen."""
        found = self.fen(name)
        if found is None:
            raise RuleFault(f"{self.when}.{name}: missing")
        return Decimal(found)

    def decimal(self, name: str) -> Decimal:
        """Return a number that must be there, such as a rate."""
        return number(self.source.get(name), f"{self.when}.{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardClass:
    """A class with one amount, or with a range from which a person picks."""

    code: str
    text: str
    amount_fen: int | None
    min_fen: int | None
    max_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A band of fines [min, max) with a rate or an amount."""

    min_fen: int
    max_fen: int | None
    rate: Decimal | None
    amount_fen: int | None

    def holds(self, fine_fen: int) -> bool:
        """Say whether a fine lies in the band."""
        return self.min_fen <= fine_fen and (self.max_fen is None or fine_fen < self.max_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Insider:
    """What a report from inside the firm is multiplied by, and the cap after it."""

    multiplier: Decimal
    cap_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rung of the approval ladder; `up_to_fen` None: without end."""

    level: str
    up_to_fen: int | None
    review: bool = False
    second: bool = False
    minutes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDoc:
    """One version of one rule set."""

    id: str
    name: str
    status: str
    stacking: Stacking
    effective: date | None = None
    classes: tuple[RewardClass, ...] = ()
    tiers: tuple[Tier, ...] = ()
    components: tuple[Component, ...] = ()
    grid: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    insider: Insider | None = None
    cap_total_fen: int | None = None
    cap_person_month_fen: int | None = None
    anonymous_allowed: bool = True
    two_stages: bool = True
    same_day_joint: bool = False
    claim_days: int | None = None
    claim_unit: str = "nd"
    notify_days: int | None = None
    ladder: tuple[Step, ...] = ()

    @property
    def graded(self) -> bool:
        """Say whether the classes are R0 to R3, which follow from the facts."""
        return {"R0", "R1", "R2", "R3"} <= {item.code for item in self.classes}


def read(source: Mapping[str, Any]) -> RuleDoc:
    """Read a rule set from JSON. Raises RuleFault with the place that is wrong."""
    found = {name: source.get(name) for name in ("id", "name", "status", "stacking_mode")}
    for name, value in found.items():
        if not isinstance(value, str) or not value:
            raise RuleFault(f"{name}: missing")
    try:
        stacking = Stacking(str(found["stacking_mode"]))
    except ValueError:
        raise RuleFault(f"stacking_mode: {found['stacking_mode']!r} is unknown") from None
    claim_days, claim_unit = _claim(source)
    return RuleDoc(
        id=str(found["id"]), name=str(found["name"]), status=str(found["status"]),
        stacking=stacking, effective=_day(source), classes=_classes(source),
        tiers=_tiers(source), components=_components(source), grid=_grid(source),
        insider=_insider(source), cap_total_fen=in_fen(source, "cap_total", "document"),
        cap_person_month_fen=in_fen(source, "cap_person_month", "document"),
        anonymous_allowed=_anonymous(source), two_stages=bool(source.get("two_stages", True)),
        same_day_joint=bool(source.get("same_day_joint", False)), claim_days=claim_days,
        claim_unit=claim_unit, ladder=ladder(source.get("ladder") or ()),
        notify_days=source.get("notify_within_working_days_after_decision"),
    )  # fmt: skip


def _day(source: Mapping[str, Any]) -> date | None:
    stated = source.get("effective")
    try:
        return date.fromisoformat(stated) if stated else None
    except (TypeError, ValueError):
        raise RuleFault(f"effective: {stated!r} is not a date") from None


def _claim(source: Mapping[str, Any]) -> tuple[int | None, str]:
    if source.get("claim_working_days") is not None:
        return int(number(source["claim_working_days"], "claim_working_days")), "wd"
    days = source.get("claim_days")
    return (None if days is None else int(number(days, "claim_days"))), "nd"


def _anonymous(source: Mapping[str, Any]) -> bool:
    """Return what the document says; silent ones allow it unless they ask for a name."""
    if source.get("anonymous_allowed") is not None:
        return bool(source["anonymous_allowed"])
    asks = any("姓名" in str(name) for name in source.get("claim_fields") or ())
    return not (source.get("real_name_required") or asks)


def _classes(source: Mapping[str, Any]) -> tuple[RewardClass, ...]:
    return tuple(
        RewardClass(
            code=str(item["code"]),
            text=item.get("text", ""),
            amount_fen=in_fen(item, "amount", f"classes.{item['code']}"),
            min_fen=in_fen(item, "min", f"classes.{item['code']}"),
            max_fen=in_fen(item, "max", f"classes.{item['code']}"),
        )
        for item in source.get("classes") or ()
    )


def _tiers(source: Mapping[str, Any]) -> tuple[Tier, ...]:
    return tuple(
        Tier(
            min_fen=in_fen(item, "fine_min", f"tiers.{place}") or 0,
            max_fen=in_fen(item, "fine_max", f"tiers.{place}"),
            rate=number(item["rate"], f"tiers.{place}.rate") if "rate" in item else None,
            amount_fen=in_fen(item, "amount", f"tiers.{place}"),
        )
        for place, item in enumerate(source.get("tiers") or ())
    )


def _components(source: Mapping[str, Any]) -> tuple[Component, ...]:
    special = source.get("special")
    stated = [*(source.get("components") or ()), *([special] if special else ())]
    for place, item in enumerate(stated):
        if not item.get("when") or not item.get("kind"):
            raise RuleFault(f"components.{place}: when and kind are needed")
    return tuple(
        Component(when=item["when"], kind=item["kind"], needs=item.get("needs", ""), source=item)
        for item in stated
    )


def _grid(source: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    return {
        str(severity): {
            str(name): in_fen({"amount": value}, "amount", f"grid.{severity}.{name}") or 0
            for name, value in row.items()
        }
        for severity, row in (source.get("severity_contribution") or {}).items()
    }


def _insider(source: Mapping[str, Any]) -> Insider | None:
    stated = source.get("insider")
    if not stated:
        return None
    multiplier = number(stated.get("multiplier"), "insider.multiplier")
    return Insider(multiplier=multiplier, cap_fen=in_fen(stated, "cap", "insider"))


def ladder(stated: Any) -> tuple[Step, ...]:
    """Read the rungs of an approval ladder, lowest first. Raises RuleFault."""
    steps = tuple(
        Step(
            level=str(item["level"]),
            up_to_fen=in_fen(item, "up_to", f"ladder.{place}"),
            review=bool(item.get("review")),
            second=bool(item.get("second")),
            minutes=bool(item.get("minutes")),
        )
        for place, item in enumerate(stated)
    )
    bounds = [step.up_to_fen for step in steps[:-1]]
    if steps and (None in bounds or steps[-1].up_to_fen is not None):
        raise RuleFault("ladder: only the last rung is without end, and it must be")
    if any(low >= high for low, high in pairwise(bounds) if low and high):
        raise RuleFault("ladder: the rungs must rise")
    return steps
