"""Forms of the administrators; each yields a frozen value."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.accounts.status import Status
from app.web.forms import StaffForm
from app.web.labels import choices


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
    """A year's notice as a file of days."""

    doc_no = StringField(
        _l("Number of the notice"),
        [InputRequired(_l("Please write the number of the notice.")), Length(max=80)],
    )
    file = FileField(_l("CSV file"), [FileRequired(_l("Please choose a file."))])
