"""Forms of a hand-over: to whom and what about, receipt, feedback, return."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.supervision.departments import Department
from app.web.forms import StaffForm, picks
from app.web.labels import choices

WORDS = [Length(max=2000)]
PAPER = [Length(max=80)]


class HandOverForm(StaffForm):
    """Which department, and what the matter is."""

    department = SelectField(
        _l("Department"), [InputRequired(_l("Please choose the department."))],
        choices=picks([("", "—")]) + choices(Department),
    )  # fmt: skip
    matter = TextAreaField(_l("What the department is to do"), WORDS)
    feedback_on = DateField(_l("Feedback until"), [Optional()])


class ReceiptForm(StaffForm):
    """The paper that shows the receipt."""

    paper = StringField(_l("Number of the receipt"), PAPER)


class FeedbackForm(StaffForm):
    """What the department found and did, the paper and the photos that show it."""

    words = TextAreaField(_l("What was found and done"), WORDS)
    paper = StringField(_l("Number of the document"), PAPER)
    photos = MultipleFileField(_l("Photos"))
    album = MultipleFileField(_l("Picture from the album"))
    left_out: Sequence[str] = ()
    """Why photos were not taken in: then the page comes back, with those that were."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Say also which photos were left out."""
        fine = super().validate(extra_validators)
        self.photos.errors = [*self.left_out]
        return bool(fine and not self.left_out)


class ReturnForm(StaffForm):
    """Why it is not the department's, and the paper that says so."""

    words = TextAreaField(_l("Why it is not this department's"), WORDS)
    paper = StringField(_l("Number of the document"), PAPER)


class CallBackForm(StaffForm):
    """Why the hand-over was a mistake."""

    words = TextAreaField(_l("Why it is called back"), [Length(max=500)])
