"""What a citizen can tick: tiles of the founding document first, each with its official code; pure.

Source: domain.md §2 and §9. A tile is a citizen's word, the code is the desk's: the desk may set
another one.
"""

from dataclasses import dataclass
from enum import StrEnum


class Medium(StrEnum):
    """Colour and glyph family of a kind."""

    AIR = "air"
    WATER = "water"
    NOISE = "noise"
    WASTE = "waste"
    SOIL = "soil"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One tile; `label` is the message id, `urgent_now` holds if it goes on now."""

    key: str
    code: str
    label: str
    medium: Medium
    first: bool = True
    urgent: bool = False
    urgent_now: bool = False


M = Medium
_TABLE = (
    Kind(key="burning", code="A6", label="Waste burning", medium=M.AIR, urgent_now=True),
    Kind(key="dumping", code="S9", label="Waste dumping", medium=M.WASTE),
    Kind(key="unsure", code="Z", label="Can't say", medium=M.OTHER),
    Kind(key="source_water", code="W5", label="Water source", medium=M.WATER, urgent=True),
    Kind(key="site_dust", code="A5", label="Site dust", medium=M.AIR),
    Kind(key="black_water", code="W4", label="Black water", medium=M.WATER),
    Kind(key="odour", code="A2", label="Fumes and smell", medium=M.AIR),
    Kind(key="noise", code="N9", label="Noise", medium=M.NOISE),
    Kind(key="cooking", code="A4", label="Cooking fumes", medium=M.AIR, first=False),
    Kind(key="chimney", code="A3", label="Factory exhaust", medium=M.AIR, first=False),
    Kind(key="vehicle", code="A7", label="Vehicle smoke", medium=M.AIR, first=False),
    Kind(
        key="discharge", code="W1", label="Factory waste water", medium=M.WATER, first=False,
        urgent_now=True,
    ),
    Kind(key="sewage", code="W2", label="Household sewage", medium=M.WATER, first=False),
    Kind(key="farm", code="W3", label="Livestock farm", medium=M.WATER, first=False),
    Kind(
        key="outfall", code="W6", label="Pipe into river or sea", medium=M.WATER, first=False,
        urgent_now=True,
    ),
    Kind(key="hazardous", code="S4", label="Hazardous waste", medium=M.WASTE, first=False,
         urgent=True),
    Kind(key="medical", code="S5", label="Medical waste", medium=M.WASTE, first=False,
         urgent=True),
    Kind(key="soil", code="T", label="Soil", medium=M.SOIL, first=False),
    Kind(key="ecology", code="E", label="Damaged nature", medium=M.SOIL, first=False),
    Kind(key="radiation", code="R2", label="Radiation", medium=M.OTHER, first=False, urgent=True),
    Kind(key="light", code="R3", label="Light", medium=M.OTHER, first=False),
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.key: kind for kind in _TABLE}
FIRST: tuple[Kind, ...] = tuple(kind for kind in _TABLE if kind.first)
MORE: tuple[Kind, ...] = tuple(kind for kind in _TABLE if not kind.first)

CATEGORIES: dict[str, str] = {
    "A1": "Smoke and dust", "A2": "Smell", "A3": "Industrial exhaust", "A4": "Cooking fumes",
    "A5": "Site and road dust", "A6": "Open burning", "A7": "Vehicle exhaust", "A9": "Other air",
    "W1": "Industrial waste water", "W2": "Domestic sewage", "W3": "Livestock waste water",
    "W4": "Black and smelly water", "W5": "Drinking water source", "W6": "River or sea outfall",
    "W7": "Sea", "W9": "Other water", "N1": "Industrial noise", "N2": "Building site noise",
    "N3": "Neighbourhood noise", "N4": "Traffic noise", "N9": "Other noise",
    "S1": "Household waste", "S2": "Construction waste", "S3": "Industrial solid waste",
    "S4": "Hazardous waste", "S5": "Medical waste", "S6": "Sludge", "S9": "Other solid waste",
    "T": "Soil", "E": "Damaged ecology", "R1": "Electromagnetic radiation",
    "R2": "Ionising radiation", "R3": "Light pollution", "P": "Project and discharge permits",
    "M": "False monitoring data", "Z": "Other",
}  # fmt: skip
"""Official codes (domain.md §9) → message id."""

MEDIA: dict[str, Medium] = {
    "A": M.AIR, "W": M.WATER, "N": M.NOISE, "S": M.WASTE, "T": M.SOIL, "E": M.SOIL,
}  # fmt: skip


def letters(wanted: Medium) -> str:
    """Return the first letters of the official codes of a colour family."""
    known = {code[:1] for code in CATEGORIES}
    return "".join(sorted(letter for letter in known if medium(letter) is wanted))


def medium(category: str) -> Medium:
    """Return the colour family of an official code."""
    return MEDIA.get(category[:1], Medium.OTHER)
