"""Forms of enforcement; each yields a frozen value."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.core.money import fen
from app.enforcement.decision import DecisionData
from app.enforcement.filing import FilingData
from app.enforcement.findings import FindingData
from app.enforcement.notice import NoticeData
from app.enforcement.rules import officer_numbers
from app.enforcement.workflow import (
    Consequence,
    FindingKind,
    Measure,
    PenaltyKind,
    PenaltyState,
    ServiceWay,
)
from app.web.forms import StaffForm
from app.web.labels import choices
from app.web.messages.enforcement import MESSAGES

SHORT = [Length(max=300)]
LONG = [Length(max=3000)]


def needed(key: str, *more: Any) -> list[Any]:
    """Ask for a field in the words of the service, so that all that is missing is named at once."""
    return [DataRequired(MESSAGES[key]), *more]


AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?", re.ASCII)


def fen_of(text: str | None) -> int | None:
    """Read yuan as typed (115,000.00 or 115000) into whole fen; None for what is no amount."""
    tidy = (text or "").strip().replace(",", "").replace("，", "").removesuffix("元").strip()
    return fen(Decimal(tidy) * 100) if AMOUNT.fullmatch(tidy) else None


class HearingChoice(StrEnum):
    """Whether a notice offers a hearing: as the rule says, or as a person answers for."""

    RULE = "rule"
    OFFER = "offer"
    NONE = "none"


OFFERED: dict[str, bool] = {HearingChoice.OFFER: True, HearingChoice.NONE: False}


class FindingForm(StaffForm):
    """A finding with its flags and grounds."""

    kind = RadioField(_l("Finding"), choices=choices(FindingKind), validate_choice=False)
    grounds = TextAreaField(_l("Grounds"), needed("grounds_missing", *LONG))
    punishable = BooleanField(_l("Punishable"))
    our_jurisdiction = BooleanField(_l("In our competence"))
    offender_known = BooleanField(_l("The offender is known"))
    order_to_correct = BooleanField(_l("Ordered to correct"))
    on_spot_corrected = BooleanField(_l("Put right on the spot"))
    officers = StringField(_l("Numbers of the officers"), SHORT)

    def found(self) -> FindingData:
        """Return the finding as proposed."""
        word = self.kind.data
        return FindingData(
            kind=FindingKind(word) if word in set(FindingKind) else None,
            grounds=self.grounds.data or "",
            punishable=self.punishable.data,
            our_jurisdiction=self.our_jurisdiction.data,
            offender_known=self.offender_known.data,
            order_to_correct=self.order_to_correct.data,
            on_spot_corrected=self.on_spot_corrected.data,
            officers=officer_numbers(self.officers.data or ""),
        )


class DecisionForm(StaffForm):
    """A decision; `confirmed` is set by the page that reads the amount back."""

    amount = StringField(_l("Fine in yuan"), needed("amount_missing", Length(max=30)))
    kinds = SelectMultipleField(
        _l("Kinds of penalty"), needed("kinds_missing"), choices=choices(PenaltyKind),
        validate_choice=False,
    )  # fmt: skip
    document_no = StringField(_l("Document number"), needed("document_no_missing", Length(max=60)))
    decided_on = DateField(_l("Day of the decision"), [Optional()])
    published = BooleanField(_l("To be published"))
    heard = BooleanField(_l("The party waived its right, or was heard"))
    confirmed = HiddenField()

    def decision(self) -> DecisionData:
        """Return the decision, its amount in fen."""
        chosen = [word for word in self.kinds.data or () if word in set(PenaltyKind)]
        return DecisionData(
            amount_fen=fen_of(self.amount.data),
            document_no=self.document_no.data or "",
            kinds=tuple(PenaltyKind(word) for word in chosen),
            decided_on=self.decided_on.data,
            published=self.published.data,
            heard=self.heard.data,
        )


class FilingForm(StaffForm):
    """The measure that was taken, against whom, on which ground."""

    measure = RadioField(
        _l("Measure taken"), needed("measure_missing"), choices=choices(Measure),
        validate_choice=False,
    )  # fmt: skip
    filing_no = StringField(_l("Filing number"), [Length(max=60)])
    measure_on = DateField(_l("Day of the measure"), [Optional()])
    cause = StringField(_l("Cause"), needed("cause_missing", *SHORT))
    party = StringField(_l("Party"), needed("party_missing", *SHORT))
    credit_code = StringField(_l("Credit code"), [Length(max=30)])
    legal_basis = StringField(_l("Legal basis"), needed("legal_basis_missing", *SHORT))
    violation_on = DateField(_l("Last day of the violation"), [Optional()])
    grave = BooleanField(_l("Life or health was harmed"))
    officers = StringField(_l("Numbers of the officers"), needed("two_officers", *SHORT))
    amount = StringField(_l("Fine in yuan"), [Length(max=30)])
    document_no = StringField(_l("Document number"), [Length(max=60)])

    def filing(self) -> FilingData:
        """Return the filing; on the spot with its decision."""
        word = self.measure.data
        measure = Measure(word) if word in set(Measure) else None
        return FilingData(
            measure=measure,
            filing_no=self.filing_no.data or "",
            measure_on=self.measure_on.data,
            cause=self.cause.data or "",
            party=self.party.data or "",
            credit_code=self.credit_code.data or "",
            legal_basis=self.legal_basis.data or "",
            violation_on=self.violation_on.data,
            grave=self.grave.data,
            officers=officer_numbers(self.officers.data or ""),
            decision=self._on_spot() if measure is Measure.ON_SPOT else None,
        )

    def _on_spot(self) -> DecisionData:
        amount = fen_of(self.amount.data)
        kind = PenaltyKind.FINE if amount else PenaltyKind.WARNING
        return DecisionData(
            amount_fen=amount,
            document_no=self.document_no.data or "",
            kinds=(kind,),
            decided_on=self.measure_on.data,
        )


class StepForm(StaffForm):
    """The next step of a record."""

    state = HiddenField(validators=[InputRequired()])
    note = StringField(_l("Note"), SHORT)

    def step(self) -> PenaltyState | None:
        """Return the state asked for."""
        word = self.state.data
        return PenaltyState(word) if word in set(PenaltyState) else None


class NoticeForm(StaffForm):
    """What the party is told before a decision; the rule proposes whether it may be heard."""

    kinds = SelectMultipleField(
        _l("Planned kinds of penalty"), needed("kinds_missing"), choices=choices(PenaltyKind),
        validate_choice=False,
    )  # fmt: skip
    amount = StringField(_l("Planned fine in yuan"), needed("amount_missing", Length(max=30)))
    on = DateField(_l("Day on which the party was told"), [Optional()])
    hearing = RadioField(
        _l("Right to a hearing"), default=HearingChoice.RULE, choices=choices(HearingChoice),
        validate_choice=False,
    )  # fmt: skip
    word = StringField(_l("Why other than the rule"), SHORT)
    reason = StringField(_l("What was wrong in the notice before"), SHORT)

    def notice(self) -> NoticeData:
        """Return the notice, its amount in fen."""
        chosen = [word for word in self.kinds.data or () if word in set(PenaltyKind)]
        return NoticeData(
            kinds=tuple(PenaltyKind(word) for word in chosen),
            amount_fen=fen_of(self.amount.data),
            on=self.on.data,
            hearing=OFFERED.get(self.hearing.data or ""),
            word=self.word.data or "",
            replaces=self.version,
            reason=self.reason.data or "",
        )


class DayForm(StaffForm):
    """The day on which something happened that the law counts from."""

    on = DateField(_l("Day"), [Optional()])


class ServeForm(StaffForm):
    """On which day and how the decision reached the party."""

    on = DateField(_l("Day of the service"), [Optional()])
    way = RadioField(
        _l("How it was served"), needed("service_way_missing"), choices=choices(ServiceWay),
        validate_choice=False,
    )  # fmt: skip

    def chosen(self) -> ServiceWay | None:
        """Return what was chosen."""
        word = self.way.data
        return ServiceWay(word) if word in set(ServiceWay) else None


class RevokeForm(StaffForm):
    """Why a decision is revoked."""

    reason = TextAreaField(_l("Reason"), LONG)


class ConsequenceForm(StaffForm):
    """What police or court added, and when."""

    kind = RadioField(
        _l("What happened"), [InputRequired(_l("Please choose what happened."))],
        choices=choices(Consequence),
    )  # fmt: skip
    on = DateField(_l("Day"), [InputRequired(_l("Please enter the day."))])

    def chosen(self) -> Consequence:
        """Return what was chosen."""
        return Consequence(self.kind.data)

    def day(self) -> date:
        """Return the day, which the form insists on."""
        assert self.on.data is not None
        return self.on.data
