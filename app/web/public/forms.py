"""Forms of the citizen's pages; each yields a frozen value, none reaches a service."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    Length,
    Optional,
    ValidationError,
)

from app.intake.kinds import KINDS
from app.intake.submission import MAX_WORDS, MIN_WORDS, ContactMode
from app.web.forms import BaseForm, lines, picks
from app.web.public.answers import Answers

PHONE = re.compile(r"1[3-9]\d{9}")
DRAFT_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def digits(value: str | None) -> str:
    """Forgive spaces, dashes and full-width digits in numbers that people copy."""
    kept = [str(int(sign)) for sign in value or "" if sign.isdecimal()]
    return "".join(kept)


def number(value: str | None, low: float, high: float) -> float | None:
    """Read a figure that a script wrote; anything else counts as not given."""
    try:
        found = float(value or "")
    except ValueError:
        return None
    return found if low <= found <= high else None


class ReportForm(BaseForm):
    """C3: everything a report is made of."""

    draft = HiddenField()
    photos = MultipleFileField(_("Photos"))
    photo_ids = SelectMultipleField(validate_choice=False)
    lng = HiddenField()
    lat = HiddenField()
    accuracy = HiddenField()
    place_words = StringField(
        _("Road, number or landmark"),
        filters=[lines], render_kw={"placeholder": _("Road, number or landmark")},
        validators=[Length(max=200, message=_("Please use 200 characters at most"))],
    )  # fmt: skip
    township = SelectField(_("Town or street"), choices=(), validate_choice=False)
    village = SelectField(_("Village or area"), choices=(), validate_choice=False)
    kinds = SelectMultipleField(
        _("What pollution"), choices=picks((kind.key, _(kind.label)) for kind in KINDS.values())
    )
    happening = RadioField(
        _("Is it happening now?"),
        choices=picks([("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not sure"))]),
        validators=[Optional()], validate_choice=False,
    )  # fmt: skip
    words = TextAreaField(
        _("More words"), filters=[lines],
        validators=[Length(max=MAX_WORDS, message=_("Please use 3,000 characters at most"))],
    )  # fmt: skip
    suspect = StringField(
        _("Who causes it"), filters=[lines],
        render_kw={"placeholder": _("a firm, a number plate, a place")},
        validators=[Length(max=200, message=_("Please use 200 characters at most"))],
    )  # fmt: skip
    contact_mode = RadioField(
        _("How can we reach you?"),
        choices=picks(
            [
                (ContactMode.ANONYMOUS, _("Anonymous, by query code")),
                (ContactMode.PHONE, _("Messages to my phone")),
                (ContactMode.REWARD, _("Reward under my real name")),
            ]
        ),
        default=ContactMode.ANONYMOUS,
    )
    phone = StringField(
        _("Mobile number"), render_kw={"inputmode": "numeric", "autocomplete": "tel"}
    )
    consent = BooleanField(_("I agree that my number is kept for this report only"))
    website = StringField(_("Leave this empty"))

    def answers(self) -> Answers:
        """Return what was told; figures and words that nobody can have typed count as empty."""
        happening = self.happening.data if self.happening.data in ("yes", "no", "unknown") else ""
        mode = self.contact_mode.data
        return Answers(
            kinds=tuple(key for key in self.kinds.data or () if key in KINDS),
            happening=happening,
            place_words=self.place_words.data or "",
            township=self.township.data or "", village=self.village.data or "",
            lng=number(self.lng.data, -180, 180), lat=number(self.lat.data, -90, 90),
            accuracy=number(self.accuracy.data, 0, 1_000_000),
            words=self.words.data or "", suspect=self.suspect.data or "",
            contact_mode=mode if mode in set(ContactMode) else ContactMode.ANONYMOUS,
            phone=digits(self.phone.data), consent=bool(self.consent.data),
        )  # fmt: skip

    def files(self) -> list[FileStorage]:
        """Return the photos that came with this request; an empty file field sends one nameless."""
        return [item for item in self.photos.data or () if isinstance(item, FileStorage) and item]

    def validate_website(self, field: Field) -> None:
        """Refuse what only a machine fills in, but say so: a person's report is never lost."""
        if field.data:
            raise ValidationError(_("Leave this empty"))

    def validate_phone(self, field: Field) -> None:
        mode = self.contact_mode.data
        count = len(digits(field.data))
        if mode == ContactMode.ANONYMOUS or (mode == ContactMode.REWARD and not count):
            return
        if not PHONE.fullmatch(digits(field.data)):
            if count == 11:
                raise ValidationError(_("This is not a mobile number; please check it"))
            raise ValidationError(
                _("A mobile number has 11 digits; this one has %(count)s", count=count)
            )

    def validate_consent(self, field: Field) -> None:
        left = self.contact_mode.data != ContactMode.ANONYMOUS and digits(self.phone.data)
        if left and not field.data:
            raise ValidationError(_("Please tick that we may keep the number, or stay anonymous"))


def fill(form: ReportForm, answers: Answers) -> None:
    """Write kept answers into the form's fields."""
    for name in ("kinds", "happening", "place_words", "township", "village", "words", "suspect",
                 "contact_mode", "phone", "consent"):  # fmt: skip
        value = getattr(answers, name)
        form[name].data = list(value) if isinstance(value, tuple) else value
    fill_position(form, answers)


def fill_position(form: ReportForm, answers: Answers) -> None:
    """Write the kept figures into the hidden fields, whatever stood there."""
    for name in ("lng", "lat", "accuracy"):
        value = getattr(answers, name)
        form[name].data = "" if value is None else repr(value)


def gaps(answers: Answers, *, photos: int) -> dict[str, Any]:
    """Return field → message of what a report still lacks (domain.md §5, move 1)."""
    lacks: dict[str, Any] = {}
    placed = answers.placed or answers.place_words or answers.township or answers.village
    if not placed:
        lacks["place_words"] = _("Please write the place, or tap “Locate me”")
    if not answers.kinds:
        lacks["kinds"] = _("Please choose a kind; “Can't say” will do")
    if not photos and len(answers.words) < MIN_WORDS:
        lacks["words"] = _("Please add a photo, or write at least 5 characters")
    return lacks
