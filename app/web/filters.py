"""How values are written: local times, money, per cent, distances, spans (screens.md §2, §6)."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from flask import Flask
from markupsafe import Markup

from app.core import clock, money
from app.intake.kinds import medium
from app.web import i18n
from app.web.i18n import gettext as _
from app.web.sparks import spark_line

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NONE = "—"


def register(app: Flask) -> None:
    """Give the filters of this module to templates."""
    writers = (
        day,
        moment,
        hm,
        short,
        stamp,
        iso,
        due,
        money_of,
        yuan,
        capitals,
        percent,
        distance,
        span,
    )
    for write in writers:
        app.jinja_env.filters[write.__name__] = write
    app.jinja_env.filters["money"] = money_of
    app.jinja_env.filters["spark_line"] = spark_line
    app.jinja_env.filters["medium"] = medium


def day(at: datetime | None) -> str:
    """Write the local date: 11 月 23 日, with the year if it is not this one."""
    if at is None:
        return NONE
    local = clock.local(at)
    this_year = local.year == clock.local(clock.now()).year
    if i18n.current() == "zh":
        return f"{'' if this_year else f'{local.year} 年 '}{local.month} 月 {local.day} 日"
    return f"{local.day} {MONTHS[local.month - 1]}{'' if this_year else f' {local.year}'}"


def hm(at: datetime | None) -> str:
    """Write the local time of day; the end of a day is 24:00."""
    if at is None:
        return NONE
    local = clock.local(at)
    return "24:00" if ends_day(at) else f"{local:%H:%M}"


def moment(at: datetime | None) -> str:
    """Write date and time: 11 月 23 日 10:21."""
    return NONE if at is None else f"{day(at)} {hm(at)}"


def short(at: datetime | None) -> str:
    """Write date and time for columns: 11-23 10:21."""
    return NONE if at is None else f"{clock.local(at):%m-%d} {hm(at)}"


def stamp(at: datetime | None) -> str:
    """Write the full moment as papers have it: 2026-11-23 10:21:07."""
    return NONE if at is None else f"{clock.local(at):%Y-%m-%d %H:%M:%S}"


def iso(at: datetime) -> str:
    """Write the value of a `datetime` attribute."""
    return clock.local(at).isoformat(timespec="seconds")


def due(at: datetime | None, now: datetime | None = None) -> str:
    """Write a promised time as people say it: 16:40, 明天 24:00, 11 月 26 日 24:00."""
    if at is None:
        return NONE
    today = clock.local(now or clock.now()).date()
    days = (clock.local(at).date() - today).days
    if days == 0:
        return hm(at)
    if days == 1:
        return _("tomorrow %(time)s", time=hm(at))
    return moment(at)


def ends_day(at: datetime) -> bool:
    """Say whether this is the stored end of a day (23:59:59 local)."""
    local = clock.local(at)
    return (local.hour, local.minute, local.second) == (23, 59, 59)


def span(length: timedelta | float | None) -> str:
    """Write a length of time in its two largest units: 6 天 13 时, 1 时 50 分, 18 分."""
    if length is None:
        return NONE
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    minutes = int(abs(seconds) // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(d)s d %(h)s h", d=days, h=hours) if hours else _("%(d)s d", d=days)
    if hours:
        return _("%(h)s h %(m)s min", h=hours, m=rest) if rest else _("%(h)s h", h=hours)
    return _("%(m)s min", m=rest) if rest else _("less than 1 min")


def money_of(fen: int | None) -> str:
    """Write fen as yuan without a sign: 5,750.00."""
    return NONE if fen is None else money.yuan(fen).replace("-", "−")


def yuan(fen: int | None) -> str:
    """Write fen with the word for yuan: 5,750.00 元."""
    return NONE if fen is None else _("%(amount)s yuan", amount=money_of(fen))


def capitals(fen: int | None) -> Markup:
    """Write fen in financial capitals, marked as Chinese on a page of any language."""
    words = money.capitals(fen) if fen is not None else NONE
    return Markup('<span lang="zh-CN">{}</span>').format(words)


def percent(top: float | Decimal | None, bottom: int | None = None) -> str:
    """Write top/bottom (or a share of one) as per cent, two places, half up; — for nothing due."""
    if top is None or bottom == 0:
        return NONE
    share = Decimal(str(top)) / Decimal(bottom) if bottom is not None else Decimal(str(top))
    return f"{(share * 100).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}%"


def distance(metres: float | None) -> str:
    """Write metres, rounded to ten, or kilometres from one on."""
    if metres is None:
        return NONE
    if metres < 1000:
        whole = round(metres) if metres < 100 else round(metres, -1)
        return _("%(m)s m", m=int(whole))
    return _("%(km)s km", km=f"{metres / 1000:.1f}")
