"""Kinds of flags and what a person may say to one."""

from enum import StrEnum


class FlagKind(StrEnum):
    """What looks odd; one sentence each in `web/labels/flags.py`."""

    PHOTO_USED = "photo_used"
    TAKEN_LATER = "taken_later"
    TAKEN_LONG_BEFORE = "taken_long_before"
    OLDER_THAN_CAMERA = "older_than_camera"
    PLACE_OFF = "place_off"
    EDITED = "edited"
    THUMBNAIL_DIFFERS = "thumbnail_differs"
    PAYEE_RING = "payee_ring"
    REPORTER_AND_WORKER = "reporter_and_worker"
    SPOT_AGAIN = "spot_again"


class Verdict(StrEnum):
    """A person's answer; what follows from it is done by people, where it belongs."""

    FALSE_ALARM = "false_alarm"
    EXPLAINED = "explained"
    SUSPICIOUS = "suspicious"
