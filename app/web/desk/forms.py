"""Forms of the desk; each yields a frozen value."""

from collections.abc import Sequence
from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from app.cases.triage import REJECT_REASONS, Triage
from app.cases.workflow import Urgency
from app.enforcement.service import FindingData
from app.enforcement.workflow import FindingKind
from app.intake.alike import Told
from app.intake.kinds import CATEGORIES, KINDS
from app.intake.submission import MAX_WORDS, MIN_WORDS, ContactMode, Happening, Source, Submission
from app.web.forms import StaffForm, picks
from app.web.labels import choices, label

REASON = [Optional(), Length(max=500)]
NEEDED = _l("Please write the reason.")


class TriageForm(StaffForm):
    """Level, code, grid and person of a case that is accepted."""

    urgency = RadioField(
        _l("Level"), [InputRequired(_l("Please choose the level."))], choices=choices(Urgency)
    )
    category = SelectField(
        _l("Category"), choices=picks((code, label(code, "Category")) for code in CATEGORIES)
    )
    grid_code = SelectField(_l("Village grid"), [InputRequired(_l("Please choose the grid."))])
    staff_id = SelectField(_l("Worker"), coerce=int)
    reason = TextAreaField(_l("Reason for a change"), REASON)

    def triage(self) -> Triage:
        """Return what the desk decided."""
        return Triage(
            urgency=Urgency(self.urgency.data), category=self.category.data,
            grid_code=self.grid_code.data, reason=self.reason.data or "",
        )  # fmt: skip


class AssignForm(StaffForm):
    """Who gets a case that was accepted before."""

    staff_id = SelectField(_l("Worker"), coerce=int)
    reason = TextAreaField(_l("Reason for a change"), REASON)


class RejectForm(StaffForm):
    """Why a report is not accepted; another person decides."""

    reason = RadioField(
        _l("Reason"), [InputRequired(_l("Please choose a reason."))],
        choices=picks((word, label(word, "RejectReason")) for word in REJECT_REASONS),
        id="reject_reason",
    )  # fmt: skip
    note = TextAreaField(
        _l("What the reporter will read"),
        [DataRequired(NEEDED), Length(max=1000)],
        id="reject_note",
    )


class YesNoForm(StaffForm):
    """Yes or no of a second person."""

    approve = RadioField(
        _l("Your decision"), [InputRequired(_l("Please decide."))],
        choices=picks([("yes", _l("Agree")), ("no", _l("Do not agree"))]),
    )  # fmt: skip

    @property
    def agreed(self) -> bool:
        """Whether the answer is yes."""
        return bool(self.approve.data == "yes")


class DecideForm(YesNoForm):
    """Yes or no to a report that somebody would not accept."""

    note = TextAreaField(_l("Reason"), REASON)


class ArrivalWordForm(YesNoForm):
    """Whether an arrival of grade C counts, and why."""

    approve = RadioField(
        _l("Your decision"), [InputRequired(_l("Please decide."))],
        choices=picks([("yes", _l("Let the arrival count")), ("no", _l("It is no arrival"))]),
    )  # fmt: skip
    reason = TextAreaField(_l("Reason"), [DataRequired(NEEDED), Length(max=500)])


class PatrolWordForm(YesNoForm):
    """Whether a patrol without a position counts, and why."""

    approve = RadioField(
        _l("Your decision"), [InputRequired(_l("Please decide."))],
        choices=picks([("yes", _l("Accept the patrol")), ("no", _l("Do not accept it"))]),
    )  # fmt: skip
    reason = TextAreaField(_l("Reason"), [DataRequired(NEEDED), Length(max=500)])


class HandBackForm(YesNoForm):
    """Yes or no to a hand-back, and who gets the case then."""

    new_staff_id = SelectField(_l("New worker"), coerce=int)
    answer = TextAreaField(_l("Reason"), REASON)


class StormForm(StaffForm):
    """Where clocks stand still, and on whose warning."""

    townships = SelectMultipleField(
        _l("Townships"), [InputRequired(_l("Please choose at least one township."))]
    )
    warning = StringField(
        _l("Number of the warning"),
        [InputRequired(_l("Please write the number of the warning.")), Length(max=80)],
    )


class MergeForm(StaffForm):
    """Into which case this one goes."""

    parent = StringField(_l("Case number"), [InputRequired(_l("Please enter the case number."))])
    note = TextAreaField(_l("Why it is the same matter"), [DataRequired(NEEDED), Length(max=500)])


class UnmergeForm(StaffForm):
    """Why the merge was wrong."""

    note = TextAreaField(
        _l("Why it is another matter"), [DataRequired(NEEDED), Length(max=500)], id="unmerge_note"
    )


class AskForm(StaffForm):
    """One question to the reporter."""

    question = TextAreaField(
        _l("Question to the reporter"), [DataRequired(_l("Please write the question.")),
                                         Length(max=500)],
    )  # fmt: skip


class CheckForm(StaffForm):
    """The finding, and whether the case passes or goes back."""

    finding = RadioField(_l("Finding"), [Optional()], choices=choices(FindingKind))
    punishable = BooleanField(_l("A violation that can be punished"))
    our_jurisdiction = BooleanField(_l("In our competence"), default=True)
    offender_known = BooleanField(_l("The offender is known"))
    order_to_correct = BooleanField(_l("An order to correct was given"))
    on_spot_corrected = BooleanField(_l("Put right on the spot"))
    grounds = TextAreaField(_l("Grounds"), [Optional(), Length(max=2000)])
    reason = TextAreaField(_l("Reason for sending it back"), REASON)

    def found(self, officers: Sequence[str] = ()) -> FindingData:
        """Return the finding as set by the checker; `officers` are those of the proposal."""
        return FindingData(
            kind=FindingKind(self.finding.data), punishable=self.punishable.data,
            our_jurisdiction=self.our_jurisdiction.data, offender_known=self.offender_known.data,
            order_to_correct=self.order_to_correct.data, grounds=self.grounds.data or "",
            on_spot_corrected=self.on_spot_corrected.data, officers=tuple(officers),
        )  # fmt: skip


class CloseForm(StaffForm):
    """The final reply that the reporter reads."""

    reply = TextAreaField(
        _l("Reply that the reporter reads"),
        [DataRequired(_l("Please write the reply.")), Length(max=3000)],
    )


class EntryForm(StaffForm):
    """A call, a letter, a visitor: what is told, typed by the desk."""

    source = SelectField(
        _l("Source"),
        choices=choices(
            Source, only=(Source.LINE_12345, Source.HOTLINE, Source.WALK_IN, Source.LETTER,
                          Source.SUPERIOR, Source.INSPECTION, Source.MEDIA),
        ),
    )  # fmt: skip
    phone = StringField(_l("Telephone number"), [Optional(), Length(max=20)])
    consent = BooleanField(_l("The caller agrees that we keep the number for this case"))
    place_words = StringField(_l("Place"), [Length(max=300)])
    grid_code = SelectField(_l("Village grid"), [Optional()])
    kinds = SelectField(
        _l("Kind of pollution"),
        choices=picks((key, label(key, "Kind")) for key in KINDS),
        default="unsure",
    )
    happening = RadioField(
        _l("Is it happening now?"), choices=choices(Happening), default=Happening.UNKNOWN
    )
    words = TextAreaField(_l("What was told"), [
        DataRequired(_l("Please write what was told.")),
        Length(min=MIN_WORDS, max=MAX_WORDS, message=_l("Please write a whole sentence.")),
    ])  # fmt: skip
    suspect = StringField(_l("Who does it"), [Optional(), Length(max=200)])
    draft = HiddenField(default=lambda: uuid4().hex)
    looked = HiddenField()
    """Set once the open cases that may be the same matter were shown."""

    def told(self) -> Told:
        """Return what open cases are compared with."""
        return Told(
            place_words=(self.place_words.data or "").strip(),
            grid_code=self.grid_code.data or "", phone=(self.phone.data or "").strip(),
            suspect=(self.suspect.data or "").strip(),
        )  # fmt: skip

    def submission(self, *, actor: str, join: str = "") -> Submission:
        """Return the report as every channel hands it in; `join` is the number of its case."""
        phone = (self.phone.data or "").strip()
        return Submission(
            client_key=str(self.idem_key.data), source=Source(self.source.data),
            kinds=(self.kinds.data,), happening=Happening(self.happening.data),
            words=self.words.data or "", suspect=self.suspect.data or "",
            place_words=self.place_words.data or "", grid_code=self.grid_code.data or "",
            contact_mode=ContactMode.PHONE if phone else ContactMode.ANONYMOUS, phone=phone,
            consent=self.consent.data, actor=actor, join_case=join,
        )  # fmt: skip
