"""What to look at on the spot, by kind of pollution; the law stays with officer and checker."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

LOOK: dict[str, LazyString] = {
    "A": _l("Photograph where the smoke, dust or smell comes from, and the wind side"),
    "W": _l("Photograph pipe, water surface, and up and down the stream"),
    "N": _l("Note what makes the noise, and from when to when"),
    "S": _l("Photograph the heap, labels and wheel tracks; touch nothing unknown"),
    "T": _l("Photograph the ground, near and far, with something to show the size"),
}
NEAR_AND_FAR = _l("Take one photo from near and one from far")
ASK = _l("Ask who uses the place; never speak of a reporter")
NO_JUDGEMENT = _l("It looks like an offence: call enforcement, do not judge it yourself")


def lines(category: str) -> list[LazyString]:
    """Return the three lines for an official code."""
    return [LOOK.get(category[:1], NEAR_AND_FAR), ASK, NO_JUDGEMENT]
