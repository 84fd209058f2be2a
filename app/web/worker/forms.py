"""Forms of the grid worker; each yields a frozen value."""

from datetime import UTC, datetime
from math import isfinite
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from app.fieldwork.patrols import Here
from app.fieldwork.site import ELEMENTS, MAX_WORDS, MIN_FACTS, FinishData, ReplyData
from app.fieldwork.states import Outcome
from app.fieldwork.weighing import CheckInData
from app.spotchecks.kinds import RESULTS_AFTER, SpotResult
from app.web.forms import StaffForm, picks
from app.web.i18n import gettext as _
from app.web.labels import choices, label
from app.web.messages import sentence

LONG = [Length(max=MAX_WORDS)]
LONGEST_OFFSET_S = 10 * 365 * 86400


def number(text: str | None, *, least: float, most: float) -> float | None:
    """Read what a script filled in; anything that is no number in range counts as nothing."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) and least <= value <= most else None


class ArriveForm(StaffForm):
    """What `arrive.js` fills in by itself, pictures, and the reason where the proof is poor."""

    lng = HiddenField()
    lat = HiddenField()
    accuracy = HiddenField()
    device_at = HiddenField()
    clock_offset_s = HiddenField()
    offset_age_s = HiddenField()
    offline = HiddenField()
    challenge = HiddenField()
    photo = MultipleFileField(_l("Photo taken now"))
    album = MultipleFileField(_l("Picture from the album"))
    words = TextAreaField(_l("Why the place or the time cannot be shown"), [Length(max=500)])

    def told(self, photo_ids: tuple[str, ...]) -> CheckInData:
        """Return the check-in as the page told it."""
        millis = number(self.device_at.data, least=0, most=4e12)
        lng = number(self.lng.data, least=-180, most=180)
        lat = number(self.lat.data, least=-90, most=90)
        return CheckInData(
            lng=lng if lat is not None else None,
            lat=lat if lng is not None else None,
            accuracy=number(self.accuracy.data, least=0, most=1e6),
            device_at=None if millis is None else datetime.fromtimestamp(millis / 1000, UTC),
            clock_offset_s=_seconds(self.clock_offset_s.data, least=-LONGEST_OFFSET_S),
            offset_age_s=_seconds(self.offset_age_s.data, least=0),
            offline=self.offline.data == "1",
            challenge=self.challenge.data or "",
            words=self.words.data or "",
            photo_ids=photo_ids,
            draft_key=self.idem_key.data or "",
        )


class PatrolForm(StaffForm):
    """What `patrol.js` fills in, and what is noted of a place."""

    lng = HiddenField()
    lat = HiddenField()
    accuracy = HiddenField()
    what = StringField()
    words = TextAreaField(_l("What is wrong here"), [Length(max=1000)])

    def here(self) -> Here:
        """Return where the phone says it is."""
        lng = number(self.lng.data, least=-180, most=180)
        lat = number(self.lat.data, least=-90, most=90)
        return Here(
            lng=lng if lat is not None else None,
            lat=lat if lng is not None else None,
            accuracy=number(self.accuracy.data, least=0, most=1e6),
        )


class RecheckForm(ArriveForm):
    """The second look at a closed case: what was found, with the proof of an arrival."""

    result = RadioField(
        _l("How it is there now"), choices=choices(SpotResult), validate_choice=False
    )
    words = TextAreaField(_l("What you saw"), [Length(max=1000)])

    def after_closing(self) -> "RecheckForm":
        """Ask whether it is still in order, not whether it ever was solved."""
        self.result.choices = picks((one, label(one, "ResultAfter")) for one in RESULTS_AFTER)
        return self

    def found(self) -> SpotResult | None:
        """Return what was chosen."""
        word = self.result.data
        return SpotResult(word) if word in set(SpotResult) else None


def _seconds(text: str | None, *, least: float) -> float | None:
    return number(text, least=least, most=LONGEST_OFFSET_S)


class ReplyForm(StaffForm):
    """The four elements of a substantive reply, and words."""

    accepted_on = DateField(_l("Accepted on"))
    talked_to = StringField(_l("Talked to whom"), [Length(max=300)])
    measure = TextAreaField(_l("Measure"), LONG)
    time_limit = StringField(_l("Done by when"), [Length(max=300)])
    words = TextAreaField(_l("Anything else to the reporter"), LONG)

    def validate(self, extra_validators: Any = None) -> bool:
        """Say at once everything that is missing, not one thing a try."""
        super().validate(extra_validators)
        for name in ELEMENTS:
            if not str(self[name].data or "").strip():
                self[name].errors = [_("Please fill in “%(name)s”", name=self[name].label.text)]
        return not self.errors

    def reply(self) -> ReplyData:
        """Return the reply as written."""
        return ReplyData(
            accepted_on=self.accepted_on.data,
            talked_to=self.talked_to.data or "",
            measure=self.measure.data or "",
            time_limit=self.time_limit.data or "",
            words=self.words.data or "",
        )


class FinishForm(ReplyForm):
    """What ends a task: facts, outcome, pictures afterwards, the reply proposed."""

    site_facts = TextAreaField(_l("What you found and did"), LONG)
    outcome = RadioField(_l("How it stands now"), choices=choices(Outcome), validate_choice=False)
    photos = MultipleFileField(_l("Photos afterwards"))
    album = MultipleFileField(_l("Picture from the album"))

    def lacks(self, *, photo: bool) -> bool:
        """Say at once everything that is missing: facts, outcome, a picture, the four elements."""
        self.validate()
        if len((self.site_facts.data or "").strip()) < MIN_FACTS:
            self.site_facts.errors = [sentence("site_facts_missing", {})]
        if self.outcome.data not in set(Outcome):
            self.outcome.errors = [sentence("outcome_missing", {})]
        if photo:
            self.photos.errors = [*self.photos.errors, sentence("after_photo_missing", {})]
        return bool(self.errors)

    def finished(self, photo_ids: tuple[str, ...]) -> FinishData:
        """Return what the worker hands in."""
        word = self.outcome.data
        return FinishData(
            site_facts=self.site_facts.data or "",
            outcome=Outcome(word) if word in set(Outcome) else None,
            reply=self.reply(),
            photo_ids=photo_ids,
            draft_key=self.idem_key.data or "",
        )


class PassForm(StaffForm):
    """Who gets a task now, and why."""

    staff_id = RadioField(
        _l("Who takes it over"), [InputRequired(_l("Please choose another worker."))], coerce=int
    )
    reason = TextAreaField(_l("Reason"), [Length(max=500)])


class HandBackForm(StaffForm):
    """Why a case is not this unit's, and whose it may be."""

    suggested_unit = StringField(_l("Whose it may be"), [Length(max=100)])
    reason = TextAreaField(_l("Reason"), [Length(max=1000)])


class ExtendForm(StaffForm):
    """How many more working days, and why."""

    length = IntegerField(
        _l("Working days more"), [InputRequired(_l("Please write how many working days."))]
    )
    reason = TextAreaField(_l("Reason"), [Length(max=1000)])


class OrderForm(StaffForm):
    """The unit's answer to a supervision order."""

    reply = TextAreaField(
        _l("Answer"), [InputRequired(_l("Please write the answer.")), Length(max=2000)]
    )
