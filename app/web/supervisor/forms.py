"""Forms of the supervisor; each yields a frozen value."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.web.forms import BaseForm, StaffForm, picks


class ScopeForm(BaseForm):
    """Own days and whose records; sent by GET, so it carries no token."""

    class Meta:
        """A question needs no token."""

        csrf = False

    first = DateField(_l("From"), [Optional()])
    last = DateField(_l("To"), [Optional()])
    township = SelectField(_l("Township"), [Optional()], validate_choice=False)
    grid = SelectField(_l("Village"), [Optional()], validate_choice=False)
    person = SelectField(_l("Person"), [Optional()], validate_choice=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A decision on a reopen request."""

    grant: bool
    words: str


class ReopenForm(StaffForm):
    """Yes or no to a reopen request, with the answer that the reporter reads."""

    approve = RadioField(
        _l("Your decision"), [InputRequired(_l("Please decide."))],
        choices=picks([("yes", _l("Reopen the case")), ("no", _l("Do not reopen"))]),
    )  # fmt: skip
    answer = TextAreaField(
        _l("Answer to the reporter"),
        [InputRequired(_l("Please write the answer.")), Length(max=1000)],
    )

    def decision(self) -> Answer:
        """Return what was decided."""
        return Answer(grant=self.approve.data == "yes", words=self.answer.data or "")


class OrderForm(StaffForm):
    """What the units of the chosen cases must do and answer."""

    requirement = TextAreaField(
        _l("What must be done"),
        [InputRequired(_l("Please write what must be done.")), Length(max=1000)],
    )
