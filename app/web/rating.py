"""The questions of a rating: asked on the reporter's own page and by telephone (screens.md C9)."""

from enum import StrEnum
from typing import TypeVar

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional

from app.feedback.rules import RatingReason, Satisfaction, Solved
from app.feedback.service import RatingData
from app.intake.submission import MAX_WORDS
from app.web.forms import BaseForm, lines, picks

E = TypeVar("E", bound=StrEnum)


class RateForm(BaseForm):
    """C9: words, no default, changeable for 30 days."""

    solved = RadioField(
        _("Is the problem solved?"),
        choices=picks([("yes", _("Solved")), ("partly", _("Partly")), ("no", _("Not solved"))]),
        validators=[AnyOf(("yes", "partly", "no"), message=_("Please say whether it is solved"))],
        validate_choice=False,
    )
    satisfaction = RadioField(
        _("Are you satisfied with the result?"),
        choices=picks([
            ("very", _("Very satisfied")), ("satisfied", _("Satisfied")),
            ("mostly", _("Mostly satisfied")), ("dissatisfied", _("Dissatisfied")),
            ("very_dissatisfied", _("Very dissatisfied")),
        ]),
        validators=[AnyOf(
            ("very", "satisfied", "mostly", "dissatisfied", "very_dissatisfied"),
            message=_("Please say how satisfied you are"),
        )],
        validate_choice=False,
    )  # fmt: skip
    attitude = RadioField(
        _("And with how you were treated?"),
        choices=picks([("satisfied", _("Satisfied")), ("dissatisfied", _("Dissatisfied"))]),
        validators=[Optional()], validate_choice=False,
    )  # fmt: skip
    reasons = SelectMultipleField(
        _("What was not right?"),
        choices=picks([
            ("nobody_came", _("Nobody came")), ("not_solved", _("Not solved")),
            ("came_back", _("It came back")),
            ("reply_unclear", _("I don't understand the answer")),
        ]),
    )  # fmt: skip
    words = TextAreaField(
        _("More words"), filters=[lines],
        validators=[Length(max=MAX_WORDS, message=_("Please use 3,000 characters at most"))],
    )  # fmt: skip

    def rating(self) -> RatingData:
        """Return what was answered; what is missing or unknown is None."""
        return RatingData(
            solved=_one(Solved, self.solved.data),
            satisfaction=_one(Satisfaction, self.satisfaction.data),
            attitude=_one(Satisfaction, self.attitude.data),
            reasons=tuple(RatingReason(reason) for reason in self.reasons.data or ()),
            words=self.words.data or "",
        )


def _one(kind: type[E], value: str | None) -> E | None:
    return kind(value) if value in set(kind) else None
