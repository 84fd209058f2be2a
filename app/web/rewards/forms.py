"""Forms of the reward desk; each yields plain values."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DecimalField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.errors import Invalid
from app.rewards.checklist import BARS, CheckView
from app.rewards.service import Answer
from app.web.forms import StaffForm, picks
from app.web.rewards.words import CHECKS, REASONS

MOST = 10_000_000
STATED_BARS = ("already_known", "in_media", "other_scheme_paid", "staff_or_relative", "on_duty")
NOTE = [Optional(), Length(max=1000)]


class ProposeForm(StaffForm):
    """What the clerk says to the next reader."""

    note = TextAreaField(_l("Note for the approver"), NOTE)


def _holds(key: str) -> RadioField:
    words = picks([("yes", _l("Holds")), ("no", _l("Does not hold"))])
    return RadioField(CHECKS[key], [Optional()], choices=words)


def _shown() -> StringField:
    return StringField(_l("Shown by (words or a link)"), [Optional(), Length(max=1000)])


class ChecksForm(StaffForm):
    """Whether each condition holds, and by what it is shown; what the records prove is preset."""

    first, first_words = _holds("first"), _shown()
    not_known, not_known_words = _holds("not_known"), _shown()
    not_in_media, not_in_media_words = _holds("not_in_media"), _shown()
    no_other_scheme, no_other_scheme_words = _holds("no_other_scheme"), _shown()
    not_staff, not_staff_words = _holds("not_staff"), _shown()
    photos_new, photos_new_words = _holds("photos_new"), _shown()

    def preset(self, checks: Iterable[CheckView]) -> "ChecksForm":
        """Fill in what was said before, else what the records prove."""
        for check in checks:
            if check.key not in BARS:
                continue
            said = check.said
            if said is not None and check.holds is not None:
                self[check.key].data = "yes" if said.ok else "no"
                self[f"{check.key}_words"].data = said.words
            elif check.ok is True:
                self[check.key].data = "yes"
        return self

    def lines(self) -> list[tuple[Any, Any]]:
        """Return the fields of each line: whether it holds, by what it is shown."""
        return [(self[key], self[f"{key}_words"]) for key in BARS]

    def answers(self) -> list[Answer]:
        """Return what was said. Raises Invalid at the first line without an answer."""
        for key in BARS:
            if self[key].data not in ("yes", "no"):
                raise Invalid("check_missing", field=key)
        return [
            Answer(key=key, ok=self[key].data == "yes", words=self[f"{key}_words"].data or "")
            for key in BARS
        ]


class AmendForm(StaffForm):
    """What no record holds: stated by a person, with a reason."""

    insider = BooleanField(_l("Report from inside the firm"))
    joint_reporters = IntegerField(
        _l("People who reported together"), [Optional(), NumberRange(1, 1000)]
    )
    picked_amount = DecimalField(
        _l("Amount picked within the range (yuan)"), [Optional(), NumberRange(0, MOST)], places=2
    )
    bar = RadioField(
        _l("Not to be rewarded"), [Optional()], default="",
        choices=picks(
            [("", _l("No such reason")), *((word, REASONS[word]) for word in STATED_BARS)]
        ),
    )  # fmt: skip
    note = TextAreaField(_l("Evidence"), [InputRequired(_l("Please write the reason.")), *NOTE[1:]])

    def stated(self) -> dict[str, Any]:
        """Return the facts that were stated, money in fen."""
        found: dict[str, Any] = {"insider": bool(self.insider.data)}
        if self.joint_reporters.data:
            found["joint_reporters"] = self.joint_reporters.data
        if self.picked_amount.data is not None:
            found["picked_amount"] = int(self.picked_amount.data * 100)
        if self.bar.data:
            found[self.bar.data] = True
        return found


class DecideForm(StaffForm):
    """Agree or give back; the highest rung names the meeting's minutes."""

    minutes_no = StringField(_l("Number of the meeting's minutes"), [Optional(), Length(max=60)])
    note = TextAreaField(_l("Reason for giving it back"), NOTE)


class AnswerForm(StaffForm):
    """Answer to an objection."""

    upheld = RadioField(
        _l("Objection"), [InputRequired(_l("Please decide."))],
        choices=picks([("yes", _l("Justified: assess anew")), ("no", _l("Not justified"))]),
    )  # fmt: skip
    words = TextAreaField(
        _l("What the reporter will read"),
        [InputRequired(_l("Please write the reason.")), Length(max=2000)],
    )


class ClawBackForm(StaffForm):
    """Whether overpaid money came back or is let rest, with a reason."""

    note = TextAreaField(
        _l("Reason"), [InputRequired(_l("Please write the reason.")), Length(max=1000)]
    )


class VoucherForm(StaffForm):
    """The number that somebody shows at the counter."""

    number = StringField(
        _l("Number of the voucher"), [InputRequired(_l("Please enter a number.")), Length(max=40)]
    )
