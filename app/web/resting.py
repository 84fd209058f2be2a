"""The form by which field and desk ask to let a case rest, and what their pages show of it."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.sla.kinds import PauseReason
from app.sla.suspensions import REASONS, Wish
from app.web.forms import StaffForm
from app.web.labels import choices


class RestForm(StaffForm):
    """Why a case is to rest, what shows it, when it is looked at again."""

    reason = RadioField(
        _l("Why it rests"), [InputRequired(_l("Please choose why it rests."))],
        choices=choices(PauseReason, only=REASONS), id="rest_reason",
    )  # fmt: skip
    words = TextAreaField(_l("What the reporter reads about it"), [Length(max=500)])
    evidence = StringField(_l("What shows it"), [Length(max=200)])
    review_on = DateField(_l("Looked at again on"), [Optional()])

    def wish(self) -> Wish:
        """Return what is asked for."""
        return Wish(
            reason=PauseReason(self.reason.data), words=self.words.data or "",
            evidence=self.evidence.data or "", review_on=self.review_on.data,
        )  # fmt: skip
