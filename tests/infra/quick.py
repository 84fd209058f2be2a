"""What is slow on purpose, made quick for tests; its real cost is a test of its own."""

from argon2 import PasswordHasher

from app.accounts import passwords
from app.identity import service as identity

REAL = (passwords._hasher, identity._hasher)
"""What the product hashes passwords and claim secrets with."""


def hash_quickly() -> None:
    """Let this process hash at the least cost that argon2 allows."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._hasher = identity._hasher = quick
