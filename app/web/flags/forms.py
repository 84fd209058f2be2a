"""The form of an answer to a flag."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.flags.kinds import Verdict
from app.web.forms import StaffForm
from app.web.labels import choices


class AnswerForm(StaffForm):
    """What a person judges, and why; `base_version` carries the size of the flag that was read."""

    verdict = RadioField(
        _l("Your judgement"), [InputRequired(_l("Please choose."))], choices=choices(Verdict)
    )
    reason = TextAreaField(
        _l("Reason"), [InputRequired(_l("Please write the reason.")), Length(max=1000)]
    )
