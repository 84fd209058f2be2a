"""What a phone number and an identity number must look like, who is near to staff; pure."""

import re
import unicodedata
from datetime import date
from enum import StrEnum

import phonenumbers

MOBILE = re.compile(r"^1[3-9]\d{9}$", re.ASCII)
IDENTITY = re.compile(r"^[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dX]$",
                      re.ASCII)  # fmt: skip
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
REGION = "CN"
OF_AGE = 14
"""Below it a guardian acts (个人信息保护法 31; domain.md §7)."""


class Kinship(StrEnum):
    """How somebody is related to a member of staff (近亲属: 民法典 1045)."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    OTHER = "other"


class Tie(StrEnum):
    """Why somebody is not to be paid: works here, or is a registered relative of who does."""

    STAFF = "staff"
    RELATIVE = "relative"


def phone(text: str) -> str | None:
    """Return a mobile number of the mainland as E.164 (+8613800001111); None for anything else."""
    narrow = unicodedata.normalize("NFKC", text[:40])
    try:
        number = phonenumbers.parse(narrow, REGION)
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    if number.country_code != 86 or not MOBILE.match(national) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def identity_number(text: str) -> str | None:
    """Return an 18-place identity number with a right check place (GB 11643); else None."""
    number = "".join(unicodedata.normalize("NFKC", text[:40]).split()).upper()
    if not IDENTITY.match(number):
        return None
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number[:17], strict=True))
    return number if CHECKS[total % 11] == number[17] else None


def age(number: str, today: date) -> int:
    """Return the whole years of the holder of an identity number that was read before."""
    born = (int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return today.year - born[0] - ((today.month, today.day) < born[1:])
