"""What somebody wrote into a form that could not be taken: given back to be copied."""

from urllib.parse import urlsplit

from flask import request

UNSHOWN = ("csrf_token", "idem_key", "version", "pass", "present", "again", "code", "phone", "next")
"""Fields that no page repeats."""


def sentences() -> list[str]:
    """Return the sentences of the form that was sent.

    What is plain ASCII without a blank is a choice or a number, quickly made again.
    """
    if request.method != "POST":
        return []
    values = (
        value.strip()
        for name, value in request.form.items(multi=True)
        if not any(word in name for word in UNSHOWN)
    )
    return [value for value in values if not value.isascii() or " " in value]


def from_here() -> bool:
    """Say whether a page of ours sent the form, so that no other site can put words on ours."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host
