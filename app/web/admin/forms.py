"""Forms of the administrators; each yields a frozen value."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.accounts.status import Status
from app.core.errors import Invalid
from app.web.forms import StaffForm, picks
from app.web.labels import choices, label
from app.worktime.calendar import DayKind


class StatusForm(StaffForm):
    """Whether somebody is on duty."""

    status = SelectField(_l("Status"), choices=choices(Status))

    def chosen(self) -> Status:
        """Return the chosen status."""
        return Status(self.status.data)


class AreasForm(StaffForm):
    """A file of areas, tried first and stored once that is confirmed."""

    file = FileField(_l("GeoJSON file"), [FileRequired(_l("Please choose a file."))])
    replace = BooleanField(_l("Retire areas that the file has no longer"))


class NoticeForm(StaffForm):
    """A year's notice as a file of days, or its lines pasted."""

    doc_no = StringField(
        _l("Number of the notice"),
        [InputRequired(_l("Please write the number of the notice.")), Length(max=80)],
    )
    file = FileField(_l("CSV or JSON file"))
    lines = TextAreaField(_l("Or the lines themselves"), [Length(max=1_000_000)])

    def text(self) -> str:
        """Return what was sent, the file before the lines. Raises Invalid."""
        raw = self.file.data.read() if self.file.data else b""
        try:
            text = raw.decode("utf-8-sig") or str(self.lines.data or "")
        except UnicodeDecodeError as error:
            raise Invalid("calendar_columns", field="file") from error
        if not text.strip():
            raise Invalid("calendar_choose", field="file")
        return text


AS_THE_WEEK = "week"


class DayForm(StaffForm):
    """One day, changed by a document."""

    day = DateField(_l("Day"), [InputRequired(_l("Please choose a day."))])
    kind = SelectField(_l("Kind of day"))
    doc_no = StringField(
        _l("Number of the document"),
        [InputRequired(_l("Please write the number of the document.")), Length(max=80)],
    )

    def __init__(self, **given: object) -> None:
        super().__init__(prefix="day", **given)
        kinds = (DayKind.HOLIDAY, DayKind.MAKEUP)
        self.kind.choices = picks(
            [*((kind, label(kind)) for kind in kinds), (AS_THE_WEEK, _l("As the week says"))]
        )

    def chosen(self) -> DayKind | None:
        """Return the chosen kind, None for what the week says."""
        return None if self.kind.data == AS_THE_WEEK else DayKind(self.kind.data)


class RulesForm(StaffForm):
    """A new version of a rule set, from which day it holds and where its text was published."""

    file = FileField(_l("Rule set"), [FileRequired(_l("Please choose a file."))])
    valid_from = DateField(
        _l("Holds from"), [InputRequired(_l("Please enter the first day, such as 2026-12-01."))]
    )
    source = StringField(
        _l("Source"),
        [InputRequired(_l("Please write where the text was published.")), Length(max=200)],
    )
