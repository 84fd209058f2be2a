"""Words for tasks and arrivals."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LABELS: dict[str, dict[str, LazyString]] = {
    "Grade": {"A": _l("grade A"), "B": _l("grade B"), "C": _l("grade C")},
    "TaskState": {
        "open": _l("To be signed for"),
        "signed": _l("Signed for"),
        "arrived": _l("On site"),
        "done": _l("Done"),
        "cancelled": _l("Cancelled"),
    },
    "TaskKind": {
        "visit": _l("Visit"),
        "check": _l("Check"),
        "spot_check": _l("Spot check"),
        "recheck": _l("Check afterwards"),
        "patrol": _l("Patrol"),
    },
    "Outcome": {
        "resolved": _l("Solved"),
        "partly": _l("Partly solved"),
        "unable": _l("Cannot be solved by us"),
        "no_pollution": _l("No pollution"),
    },
    "ReplyKind": {
        "first": _l("First reply"),
        "progress": _l("Further reply"),
        "final": _l("Reply proposed for the end"),
    },
    "PointKind": {
        "start": _l("Patrol begun"),
        "normal": _l("All normal"),
        "problem": _l("Problem"),
        "end": _l("Patrol ended"),
    },
    "HandBackState": {
        "open": _l("Waits for an answer"),
        "granted": _l("Hand-back granted"),
        "refused": _l("Hand-back refused"),
        "taken_back": _l("Taken back by the unit"),
    },
    "Proof": {
        "fresh": _l("Picture taken on the spot"),
        "album": _l("Picture from the album"),
        "none": _l("No picture"),
    },
    "Challenge": {
        "met": _l("Page opened on the spot"),
        "missing": _l("Sent without the page's mark"),
        "late": _l("The page was open for more than ten minutes"),
        "used": _l("The page's mark was used before"),
        "foreign": _l("The page's mark is of another task"),
    },
    "Reason": {
        "no_position": _l("the phone gave no position"),
        "case_without_point": _l("the report has no point on the map"),
        "far": _l("too far from the place reported"),
        "inaccurate": _l("the position is too rough"),
        "clock_not_known": _l("the phone's clock was not compared within 12 hours"),
        "time_impossible": _l("the time told cannot be true"),
        "outside_radius": _l("outside the radius, within the position's error"),
        "rough_position": _l("the position is rough"),
        "album_photo": _l("picture from the album"),
        "no_photo": _l("no picture"),
        "clock_apart": _l("the phone's clock is more than 5 minutes off"),
        "offline": _l("sent later, without network at the time"),
        "challenge_missing": _l("sent without the page's mark"),
        "challenge_late": _l("the page was open for more than ten minutes"),
        "challenge_used": _l("the page's mark was used before"),
        "challenge_foreign": _l("the page's mark is of another task"),
    },
}
