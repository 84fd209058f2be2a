"""Forms of the pages around one's own case: code, rating, words, claim secret, claim, phone."""

from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    MultipleFileField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
    Length,
    StopValidation,
    ValidationError,
)

from app.intake.submission import MAX_WORDS
from app.rewards.states import Relation, Way
from app.web.forms import BaseForm, lines, picks
from app.web.labels import choices
from app.web.public.forms import PHONE, digits

PAID_TO = (Way.BANK, Way.PHONE_CREDIT)
"""Ways that need a name."""


class CodeForm(BaseForm):
    """C6: the query code, forgiving spaces and dashes."""

    code = StringField(_("Query code"), render_kw={"inputmode": "numeric", "autocomplete": "off"})

    def digits(self) -> str:
        """Return the digits that were meant."""
        return digits(self.code.data)


class WordsForm(BaseForm):
    """C8 and additions: words, with photos."""

    words = TextAreaField(
        _("Your words"), filters=[lines],
        validators=[Length(max=MAX_WORDS, message=_("Please use 3,000 characters at most"))],
    )  # fmt: skip
    photos = MultipleFileField(_("Photos"))

    def files(self) -> list[FileStorage]:
        """Return the photos that came with this request."""
        return [item for item in self.photos.data or () if isinstance(item, FileStorage) and item]


class ObjectForm(BaseForm):
    """What is wrong with the rejection."""

    words = TextAreaField(
        _("Why it should be taken up"), filters=[lines],
        validators=[Length(max=MAX_WORDS, message=_("Please use 3,000 characters at most"))],
    )  # fmt: skip


class ReviewForm(ObjectForm):
    """What the reporter does not agree with."""

    words = TextAreaField(
        _("What you do not agree with"), filters=[lines],
        validators=[Length(max=MAX_WORDS, message=_("Please use 3,000 characters at most"))],
    )  # fmt: skip


def six_digits(_form: BaseForm, field: Field) -> None:
    """Ask for six digits that are not all alike."""
    told = digits(field.data)
    if len(told) != 6 or len(told) != len((field.data or "").strip()):
        raise StopValidation(_("Please enter six digits"))


class SecretForm(BaseForm):
    """Set the claim secret, twice, because nobody can recover it."""

    secret = StringField(
        _("Six digits"),
        validators=[six_digits],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    again = StringField(
        _("Once more"),
        validators=[six_digits],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    def validate_secret(self, field: Field) -> None:
        told = digits(field.data)
        if len(set(told)) == 1 or told in ("123456", "654321"):
            raise ValidationError(_("This is too easy to guess; please choose other digits"))

    def validate_again(self, field: Field) -> None:
        if digits(field.data) != digits(self.secret.data):
            raise ValidationError(_("The two entries differ; please enter them again"))


class ClaimForm(BaseForm):
    """C10: how the reward is to be collected; the claim secret stands for the name."""

    way = RadioField(
        _("How do you want to collect it?"), choices=(),
        validators=[DataRequired(message=_("Please choose a way"))], validate_choice=False,
    )  # fmt: skip
    secret = StringField(
        _("Claim secret"), render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    relation = RadioField(
        _("Who collects it?"), choices=choices(Relation), default=str(Relation.SELF),
        validate_choice=False,
    )  # fmt: skip
    stands_for = StringField(
        _("For whom, and by which paper"), validators=[Length(max=200)],
    )  # fmt: skip
    name = StringField(_("Name"), validators=[Length(max=60)])
    identity_number = StringField(_("Identity number"), validators=[Length(max=30)])
    account = StringField(_("Account or phone number"), validators=[Length(max=40)])
    bank = StringField(_("Bank"), validators=[Length(max=60)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Say at once all that a payment by bank or phone lacks."""
        super().validate(extra_validators)
        if self.way.data in (Way.PHONE_CREDIT, Way.BANK):
            for name in ("name", "identity_number", "account"):
                if not (self[name].data or "").strip():
                    words = _("Please fill in “%(name)s”", name=self[name].label.text)
                    self[name].errors = [words]
        return not self.errors

    def offer(self, ways: tuple[Way, ...]) -> None:
        """Offer what the rule set allows, and the two ways to do without."""
        words = {
            Way.VOUCHER: _("At the counter, without a name"),
            Way.PHONE_CREDIT: _("As phone credit"),
            Way.BANK: _("To a bank account"),
        }
        offered = [(str(way), words[way]) for way in sorted(ways, key=list(words).index)]
        without = [("donate", _("Donate it")), ("decline", _("Decline it"))]
        self.way.choices = picks([*offered, *without])

    def needs_secret(self, *, is_set: bool) -> bool:
        """Say whether the claim secret is asked: always once it is set, to give up too."""
        return is_set or self.way.data not in ("donate", "decline")

    def relates(self) -> Relation:
        """Return who collects it; an unknown word means the reporter."""
        told = str(self.relation.data or "")
        return Relation(told) if told in set(Relation) else Relation.SELF

    def validate_stands_for(self, field: Field) -> None:
        named = (field.data or "").strip()
        if self.way.data in PAID_TO and self.relates() is not Relation.SELF and not named:
            raise ValidationError(_("Please write for whom you collect, and which paper shows it"))

    def payee(self) -> dict[str, str]:
        """Return who is to be paid, as typed."""
        names = ("name", "identity_number", "account", "bank", "relation", "stands_for")
        return {name: (self[name].data or "").strip() for name in names}


class PhoneForm(BaseForm):
    """Leave a phone number later."""

    phone = StringField(
        _("Mobile number"), render_kw={"inputmode": "numeric", "autocomplete": "tel"}
    )
    consent = BooleanField(_("I agree that my number is kept for this report only"))

    def validate_phone(self, field: Field) -> None:
        if not PHONE.fullmatch(digits(field.data)):
            raise ValidationError(_("This is not a mobile number; please check it"))

    def validate_consent(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(_("Please tick that we may keep the number"))
