"""Password hashing with argon2id, outside any transaction, at most four at once (R-S6, R-S7)."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import Invalid, Limited

SHORTEST = 12
LONGEST = 128
PATIENCE_SECONDS = 10.0

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4, type=Type.ID)
_places = BoundedSemaphore(4)
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$DJgv7wemC8Nh4G5L0Dqgcw"
    "$cCUKuUPBTXzQGDEhTgqI7WdGEWCODy7YrHo8HUOzx38"
)
"""Hash of a thrown-away password: an unknown name costs the same time as a known one (R-S11)."""

BASES = (
    "password", "passw0rd", "p@ssw0rd", "qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbn",
    "zxcvbnm", "1qaz2wsx", "qazwsx", "1q2w3e4r", "q1w2e3r4", "abc", "abcd", "abcdef", "admin",
    "administrator", "root", "test", "guest", "user", "login", "welcome", "letmein", "master",
    "iloveyou", "woaini", "woaizhongguo", "zhongguo", "china", "beijing", "zhejiang", "ningbo",
    "ninghai", "huanbao", "huanjing", "shengtai", "eco", "eco110", "huanbao110", "yuelong",
    "taoyuan", "meilin", "qiaotouhu", "changjie", "liyang", "yishi", "chalu", "qiantong",
    "sangzhou", "huangtan", "dajiahe", "qiangjiao", "xidian", "shenzhen", "huchen", "chayuan",
    "yuexi", "monkey", "dragon", "football", "baseball", "superman", "batman", "sunshine",
    "princess", "shadow", "michael", "secret", "summer", "winter", "spring", "autumn", "hello",
    "changeme", "default", "computer", "internet", "security", "government", "zhengfu", "mima",
)  # fmt: skip
TAILS = "0123456789!@#$%^&*()-_=+.,?~ "


def hashed(password: str) -> str:
    """Return the argon2id hash; takes about 0.1 s and 64 MiB."""
    with _Place():
        return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Compare with a stored hash, or with nobody's, in the same time."""
    if len(password) > LONGEST:
        return False
    with _Place():
        try:
            _hasher.verify(stored or NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Say whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def check_strength(password: str, *, username: str) -> None:
    """Refuse what others guess first; no rules of composition (R-S7).

    Raises Invalid with `password_short`, `password_long` or `password_common`.
    """
    if len(password) < SHORTEST:
        raise Invalid("password_short", field="password", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("password_long", field="password", longest=LONGEST)
    if _is_common(password.lower(), username.lower()):
        raise Invalid("password_common", field="password")


def _is_common(password: str, username: str) -> bool:
    bare = password.strip(TAILS)
    parts = [*BASES, username] if username else list(BASES)
    rest = bare
    for word in sorted(parts, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(set(password)) < 5 or len(rest.strip(TAILS)) < 4


class _Place:
    """One of four places to hash at; memory stays bounded under a flood."""

    def __enter__(self) -> None:
        if not _places.acquire(timeout=PATIENCE_SECONDS):
            raise Limited("busy", retry_after=10)

    def __exit__(self, *_: object) -> None:
        _places.release()
