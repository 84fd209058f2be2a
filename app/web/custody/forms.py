"""Forms of custodians and finance."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.web.forms import StaffForm


class AskForm(StaffForm):
    """Whose contact or account is to be seen, and why."""

    target = StringField(
        _l("Case number or voucher number"),
        [InputRequired(_l("Please enter a number.")), Length(max=40)],
    )
    reason = TextAreaField(
        _l("Reason, at least ten characters"),
        [InputRequired(_l("Please write the reason.")), Length(max=1000)],
    )


class DecideForm(StaffForm):
    """Nothing but the token: the button says yes or no."""


class RevealForm(StaffForm):
    """The passphrase of the custodian's key."""

    passphrase = PasswordField(
        _l("Passphrase of the custodian's key"), [Optional(), Length(max=200)]
    )


class PayForm(StaffForm):
    """The reference of a payment that finance has made."""

    reference = StringField(
        _l("Number of the payment"),
        [InputRequired(_l("Please enter the number of the payment.")), Length(max=60)],
    )


class ReturnForm(StaffForm):
    """Why a payment did not arrive."""

    note = TextAreaField(
        _l("Reason"), [InputRequired(_l("Please write the reason.")), Length(max=500)]
    )


class ResultForm(StaffForm):
    """The bank's result file."""

    file = FileField(_l("Result file"), [FileRequired(_l("Please choose a file."))])
