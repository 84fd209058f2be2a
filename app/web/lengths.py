"""Time limits as people write and read them: `7wd` or `7工作日`, and "7 working days"."""

import re

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.web.i18n import gettext as _
from app.worktime.rules import Allowance, Unit

SHORT: dict[Unit, LazyString] = {
    Unit.MIN: _l("min"), Unit.H: _l("h"), Unit.WH: _l("wh"), Unit.WD: _l("wd"), Unit.ND: _l("nd"),
}  # fmt: skip
SPOKEN = {
    "分钟": Unit.MIN, "办公小时": Unit.WH, "工作小时": Unit.WH, "小时": Unit.H,
    "工作日": Unit.WD, "自然日": Unit.ND, "天": Unit.ND,
}  # fmt: skip
"""Chinese words for the units; `个` may stand before them."""
WRITTEN = re.compile(rf"\s*个?({'|'.join(SPOKEN)})\s*$")


def words(length: Allowance) -> str:
    """Write a limit in its own unit."""
    table = {
        Unit.MIN: _("%(n)s minutes", n=length.length),
        Unit.H: _("%(n)s hours", n=length.length),
        Unit.WH: _("%(n)s working hours", n=length.length),
        Unit.WD: _("%(n)s working days", n=length.length),
        Unit.ND: _("%(n)s days", n=length.length),
    }
    return table[length.unit]


def short(length: Allowance) -> str:
    """Write a limit as it is entered in the reader's language."""
    return f"{length.length}{SHORT[length.unit]}"


def plain(text: str) -> str:
    """Return what was entered with the unit's own code; what is none stays as it is."""
    return WRITTEN.sub(lambda found: SPOKEN[found[1]], text.strip())
