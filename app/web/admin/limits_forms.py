"""A2's forms: all limits in one table, and a clock that is tried out."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, DateTimeLocalField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.core import clock
from app.intake.kinds import CATEGORIES
from app.places.rules import KINDS
from app.sla.kinds import ClockKind, PauseReason
from app.sla.policies import ANYWHERE, CODES, OWN, URGENCIES, Policy
from app.sla.rules_policy import Cell, Fault, FaultKind, Place, limits
from app.web import lengths
from app.web.forms import StaffForm, picks
from app.web.i18n import gettext as _
from app.web.labels import label
from app.worktime.rules import Unit

JOIN, ALL, PARTS = "__", "all", 3
CHOICES = (*(letter for letter in sorted({code[0] for code in CATEGORIES})), *CATEGORIES)


def name_of(place: Place) -> str:
    """Return the name of a limit's field."""
    if isinstance(place, PauseReason):
        return f"pause{JOIN}{place}"
    town = ALL if place.place == ANYWHERE else str(KINDS.index(place.place))
    return JOIN.join((place.kind, place.urgency, place.category or ALL, town))


def place_of(name: str) -> Place | None:
    """Return the limit of a field's name, None where it names none."""
    first, *rest = name.split(JOIN)
    if first == "pause" and len(rest) == 1:
        return PauseReason(rest[0]) if rest[0] in set(PauseReason) else None
    towns = {ALL: ANYWHERE} | {str(number): kind for number, kind in enumerate(KINDS)}
    if first not in set(ClockKind) or len(rest) != PARTS:
        return None
    urgency, category, town = rest
    if urgency not in URGENCIES or category not in {ALL, *CODES} or town not in towns:
        return None
    return Cell(
        kind=ClockKind(first), urgency=urgency, place=towns[town],
        category="" if category == ALL else category,
    )  # fmt: skip


class LimitsForm(StaffForm):
    """A version: its first day, the document that says so, and a field for each limit.

    `more_…` is one row for a category that has none of its own yet.
    """

    valid_from = DateField(
        _l("Holds from"), [InputRequired(_l("Please enter the first day, such as 2026-12-01."))]
    )
    source = StringField(
        _l("Number of the document"),
        [InputRequired(_l("Please write the number of the document.")), Length(max=200)],
    )
    more_kind = SelectField(_l("Time limit"))
    more_category = SelectField(_l("Category"))
    more_red = StringField(_l("Urgent"), [Length(max=20)])
    more_yellow = StringField(_l("Ordinary"), [Length(max=20)])
    more_blue = StringField(_l("Complex"), [Length(max=20)])

    def __init__(self, policy: Policy, **given: object) -> None:
        super().__init__(**given)
        self.more_kind.choices = picks(
            [("", "—"), *((str(kind), label(kind)) for kind in policy.rows)]
        )
        self.more_category.choices = picks([("", "—"), *((c, category(c)) for c in CHOICES)])

    def cells(self) -> dict[Place, Field]:
        """Return the fields of the limits, in the order of the page."""
        found = {place_of(name): field for name, field in self._fields.items()}
        return {place: field for place, field in found.items() if place is not None}

    def told(self) -> dict[Place, str]:
        """Return what stands in each field and in the further row, units by their codes."""
        told = {place: lengths.plain(field.data or "") for place, field in self.cells().items()}
        if self.more_kind.data in set(ClockKind) and self.more_category.data in CODES:
            for urgency in URGENCIES:
                cell = Cell(kind=ClockKind(self.more_kind.data), urgency=urgency,
                            category=self.more_category.data)  # fmt: skip
                told.setdefault(cell, lengths.plain(self[f"more_{urgency}"].data or ""))
        return told

    def blame(self, faults: list[Fault]) -> None:
        """Show at each field what cannot be so."""
        fields = self.cells()
        for fault in faults:
            place = fault.place
            field = fields.get(place)
            if field is None and isinstance(place, Cell):
                field = self[f"more_{place.urgency}"]
            if field is not None:
                field.errors = [*field.errors, _words(fault)]


def _words(fault: Fault) -> str:
    bound = lengths.words(fault.bound) if fault.bound else ""
    return {
        FaultKind.FORM: _("Please write a number and a unit, such as %(such)s.",
                          such=f"7{lengths.SHORT[Unit.WD]}"),
        FaultKind.MISSING: _("This limit is needed: without it no clock would run."),
        FaultKind.LONGER: _("The law says %(bound)s; it may only be made shorter, in this unit.",
                            bound=bound),
        FaultKind.FIXED: _("The law says %(bound)s, and it is the party's right: it stays.",
                           bound=bound),
        FaultKind.CATEGORY: _("There is no such category."),
    }[fault.kind]  # fmt: skip


def limits_form(policy: Policy, told: Mapping[str, str] | None = None) -> LimitsForm:
    """Return the form with the limits of a policy; `told` is what was sent, None for a new page."""
    start = {name_of(place): lengths.short(length) for place, length in limits(policy).items()}
    names = [*start, *(name for name in told or () if name not in start and place_of(name))]
    fields = {name: StringField(_said(name), [Length(max=20)]) for name in names}
    made = type("EveryLimitForm", (LimitsForm,), fields)
    return made(policy) if told is not None else made(policy, formdata=None, data=start)  # type: ignore[no-any-return]


def _said(name: str) -> str:
    place = place_of(name)
    if not isinstance(place, Cell):
        return str(label(place))
    parts = (label(place.kind), where(place), label(place.urgency, "Urgency"))
    return ", ".join(str(part) for part in parts if part)


def called(policy: str) -> str:
    """Return how people name a policy, by its key."""
    if policy.startswith(OWN):
        return _("version %(n)s of the county", n=policy.removeprefix(OWN))
    return _("came with the service")


def where(cell: Cell) -> str:
    """Return for which category and townships a limit holds, empty for all."""
    town = "" if cell.place == ANYWHERE else cell.place
    return ", ".join(part for part in (category(cell.category), town) if part)


def category(code: str) -> str:
    """Return a category, or a group of them, by code and word."""
    return f"{code} {label(code, 'Category')}" if code in CATEGORIES else code


class TryForm(StaffForm):
    """A clock that is only counted, not started."""

    kind = SelectField(_l("Time limit"))
    urgency = SelectField(_l("Urgency"))
    category = SelectField(_l("Category"))
    place = SelectField(_l("Kind of township"))
    start = DateTimeLocalField(_l("Starts"), format="%Y-%m-%dT%H:%M")

    def __init__(self, policy: Policy, now: datetime, asked: Mapping[str, str]) -> None:
        first = {"kind": str(ClockKind.CLOSURE), "urgency": "yellow", "category": "",
                 "place": ANYWHERE, "start": clock.local(now).replace(tzinfo=None)}  # fmt: skip
        told = MultiDict({"category": "", "place": ANYWHERE} | dict(asked)) if asked else None
        super().__init__(meta={"csrf": False}, data=first, formdata=told)
        self.kind.choices = picks((str(kind), label(kind)) for kind in policy.rows)
        self.urgency.choices = picks((one, label(one, "Urgency")) for one in URGENCIES)
        self.category.choices = picks([("", _l("any")), *((c, category(c)) for c in CATEGORIES)])
        self.place.choices = picks([(ANYWHERE, _l("any")), *((kind, kind) for kind in KINDS[:3])])

    def begins(self) -> datetime:
        """Return the start, in the zone of the county."""
        assert isinstance(self.start.data, datetime)
        return self.start.data.replace(tzinfo=clock.LOCAL)
