"""Forms of the sign-in."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from app.accounts.passwords import LONGEST
from app.identity.rules import Kinship
from app.web.forms import BaseForm, StaffForm
from app.web.labels import choices
from app.web.messages.accounts import MESSAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What somebody claims to be."""

    username: str
    password: str


class LoginForm(BaseForm):
    """Name and password."""

    username = StringField(
        _l("User name"),
        [InputRequired(_l("Please enter your user name.")), Length(max=40)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Please enter your password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()

    def credentials(self) -> Credentials:
        return Credentials(
            username=(self.username.data or "").strip().lower(), password=self.password.data or ""
        )


class CodeForm(BaseForm):
    """Second factor."""

    code = StringField(
        _l("Six digits, or a recovery code"),
        [InputRequired(_l("Please enter the code.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )
    next = HiddenField()


class PasswordForm(BaseForm):
    """A new password of one's own."""

    present = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Please enter your present password.")), Length(max=LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Please enter a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password, once more"),
        [
            InputRequired(_l("Please enter the new password once more.")),
            EqualTo("password", MESSAGES["password_differs"]),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class RelativeForm(StaffForm):
    """Who must not be paid: how related, and a number of which only a fingerprint is kept."""

    kinship = RadioField(
        _l("Who is it?"), [InputRequired(_l("Please choose who it is."))],
        choices=choices(Kinship),
    )  # fmt: skip
    identity_number = StringField(
        _l("Identity number"), [Length(max=30)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )  # fmt: skip
    phone = StringField(
        _l("Mobile number"), [Length(max=30)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip
