"""Forms of the supervisor; each yields a frozen value."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.rates.words import BY_HAND, OF_REPORT
from app.web.forms import BaseForm, StaffForm, picks
from app.web.labels import label


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
    category = SelectField(_l("Category"), [Optional()], validate_choice=False)
    channel = SelectField(_l("Channel"), [Optional()], validate_choice=False)
    level = SelectField(_l("Level"), [Optional()], validate_choice=False)


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


class ObjectionForm(ReopenForm):
    """Yes or no to an objection, with the answer that the reporter reads."""

    approve = RadioField(
        _l("Your decision"), [InputRequired(_l("Please decide."))],
        choices=picks([("yes", _l("Take it up again")), ("no", _l("It stays as it is"))]),
    )  # fmt: skip


class ReviewForm(ReopenForm):
    """What the authority answered to a review: its name, its document, yes or no, and words."""

    approve = RadioField(
        _l("Your decision"), [InputRequired(_l("Please decide."))],
        choices=picks([("yes", _l("It agrees with the reporter: reopen the case")),
                       ("no", _l("It confirms the outcome"))]),
    )  # fmt: skip
    authority = StringField(
        _l("Authority that reviewed it"),
        [InputRequired(_l("Please enter the authority that reviewed it.")), Length(max=100)],
    )
    paper = StringField(
        _l("Number of its document"),
        [InputRequired(_l("Please enter the number of its document.")), Length(max=100)],
    )


class OrderForm(StaffForm):
    """What the units of the chosen cases must do and answer."""

    requirement = TextAreaField(
        _l("What must be done"),
        [InputRequired(_l("Please write what must be done.")), Length(max=1000)],
    )


class ExcludeForm(StaffForm):
    """Ask to leave a case out of the rates."""

    number = StringField(_l("Case number"), [InputRequired(_l("Please enter the case number."))])
    reason = SelectField(_l("Reason"), choices=picks([
        (reason, label(reason, "Exclusion")) for reason in BY_HAND if reason not in OF_REPORT
    ]))  # fmt: skip
    note = TextAreaField(_l("Why"), [InputRequired(_l("Please write why.")), Length(max=1000)])


class DecideForm(StaffForm):
    """Approve, refuse or lift an exclusion, with words."""

    answer = TextAreaField(_l("Words to it"), [Length(max=1000)])


class MonthForm(StaffForm):
    """Publish a month that is over."""

    month = StringField(
        _l("Month, like 2026-10"), [InputRequired(_l("Please write a month like 2026-10."))]
    )


class PlanForm(StaffForm):
    """How many patrols a worker makes in a week, and why not the rule's number."""

    worker = SelectField(_l("Grid worker"), validate_choice=False)
    week = SelectField(_l("Week from"), validate_choice=False)
    planned = StringField(_l("Patrols planned"), [Length(max=10)])
    reason = TextAreaField(_l("Reason"), [Length(max=1000)])


class SampleForm(StaffForm):
    """Draw the sample of a month that is over."""

    month = StringField(
        _l("Month, like 2026-10"), [InputRequired(_l("Please write a month like 2026-10."))]
    )


class RedrawForm(StaffForm):
    """Ask for another draw of a month."""

    reason = TextAreaField(_l("Why it is drawn again"), [Length(max=1000)])


class RedrawDecisionForm(StaffForm):
    """Draw a month again as somebody else asked, or refuse."""

    approve = RadioField(
        _l("Your decision"), [InputRequired(_l("Please decide."))],
        choices=picks([("yes", _l("Draw the month again")), ("no", _l("The draw stays"))]),
    )  # fmt: skip
    answer = TextAreaField(_l("Words to it"), [Length(max=1000)])


class SpotAnswerForm(StaffForm):
    """What follows from a second look that found the case not solved."""

    reopen = RadioField(
        _l("Your decision"), [InputRequired(_l("Please decide."))],
        choices=picks([("yes", _l("Reopen the case")), ("no", _l("Do not reopen"))]),
    )  # fmt: skip
    falsified = BooleanField(_l("The disposal was falsified"))
    words = TextAreaField(_l("Reason"), [Length(max=1000)])
