"""Where a person's work begins: the first part of the house that he may enter."""

from flask import url_for

from app.accounts.queries import Actor
from app.web import navigation


def home_of(actor: Actor) -> str:
    """Return the address of the first page; several parts: the list of them."""
    parts = navigation.parts(actor)
    if not parts:
        return url_for("frame.start")
    _words, items = parts[0]
    return url_for(items[0].endpoint)
