"""Forms of the sign-in."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from app.accounts.passwords import LONGEST
from app.web.forms import BaseForm
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
