"""Check a document against the published JSON schema; every fault names its place in the document.

Only the keywords that the schema uses are understood: an unknown one is an error of ours, never
passed over in silence.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

Schema = Mapping[str, Any]
KINDS: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
SAID = frozenset({"$schema", "$id", "$defs", "title", "description", "default", "type"})
"""Keywords that ask for nothing by themselves."""


def faults(value: Any, schema: Schema, root: Schema, at: str = "") -> list[str]:
    """Return what is wrong with a value, as “place: words”; nothing when it fits."""
    if "$ref" in schema:
        return faults(value, _named(schema["$ref"], root), root, at)
    kind = schema.get("type")
    wanted = [kind] if isinstance(kind, str) else kind
    if wanted and not any(KINDS[name](value) for name in wanted):
        return [f"{at or 'document'}: {' or '.join(wanted)} is expected, not {_short(value)}"]
    found: list[str] = []
    for word, asked in schema.items():
        if word not in SAID:
            found += RULES[word](value, asked, root, at)
    return found


def unread(value: Any, schema: Schema, root: Schema, at: str = "") -> list[str]:
    """Return the places of keys that the schema does not know: kept, and read by nobody."""
    if "$ref" in schema:
        return unread(value, _named(schema["$ref"], root), root, at)
    found: list[str] = []
    known = schema.get("properties")
    if known is not None and isinstance(value, Mapping):
        found += [_at(at, name) for name in value if name not in known and not _fen(name, known)]
        for name in value:
            found += unread(value[name], known.get(name, {}), root, _at(at, name))
    if "items" in schema and isinstance(value, list):
        for place, item in enumerate(value):
            found += unread(item, schema["items"], root, _at(at, place))
    return found


def _fen(name: str, known: Mapping[str, Any]) -> bool:
    """Say whether a key is a known amount written in fen."""
    return name.endswith("_fen") and name.removesuffix("_fen") in known


def _named(ref: str, root: Schema) -> Schema:
    found: Any = root
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    assert isinstance(found, Mapping)
    return found


def _at(place: str, name: object) -> str:
    return f"{place}.{name}" if place else str(name)


def _short(value: Any) -> str:
    written = repr(value)
    return written if len(written) <= 40 else f"{written[:39]}…"


def _unless(good: object, at: str, words: str) -> list[str]:
    return [] if good else [f"{at or 'document'}: {words}"]


def _required(value: Any, names: list[str], _root: Schema, at: str) -> list[str]:
    return [f"{_at(at, name)}: missing" for name in names if name not in value]


def _properties(value: Any, known: Any, root: Schema, at: str) -> list[str]:
    return [
        fault
        for name, schema in known.items()
        if name in value
        for fault in faults(value[name], schema, root, _at(at, name))
    ]


def _others(value: Any, schema: Any, root: Schema, at: str) -> list[str]:
    return [fault for name in value for fault in faults(value[name], schema, root, _at(at, name))]


def _items(value: Any, schema: Any, root: Schema, at: str) -> list[str]:
    if not isinstance(value, list):
        return []
    return [
        fault
        for place, item in enumerate(value)
        for fault in faults(item, schema, root, _at(at, place))
    ]


def _one_of(value: Any, schemas: Any, root: Schema, at: str) -> list[str]:
    tried = [faults(value, schema, root, at) for schema in schemas]
    fits = sum(not found for found in tried)
    return _unless(fits == 1, at, "; ".join(sorted(_words(tried))))


def _words(tried: list[list[str]]) -> Iterator[str]:
    return (fault.split(": ", 1)[1] for found in tried for fault in found)


def _format(value: Any, _asked: str, _root: Schema, at: str) -> list[str]:
    if not isinstance(value, str):
        return []
    try:
        date.fromisoformat(value)
    except ValueError:
        return [f"{at}: a day such as 2026-11-23 is expected, not {_short(value)}"]
    return []


def _pattern(value: Any, asked: str, _root: Schema, at: str) -> list[str]:
    return _unless(re.search(asked, value) is not None, at, f"{_short(value)} does not fit {asked}")


def _bound(words: str, good: Callable[[Any, Any], bool]) -> Callable[..., list[str]]:
    def check(value: Any, asked: Any, _root: Schema, at: str) -> list[str]:
        applies = KINDS["number"](value)
        return _unless(not applies or good(value, asked), at, f"{words} {asked} is expected")

    return check


RULES: dict[str, Callable[..., list[str]]] = {
    "required": _required,
    "properties": _properties,
    "additionalProperties": _others,
    "items": _items,
    "oneOf": _one_of,
    "format": _format,
    "pattern": _pattern,
    "enum": lambda value, asked, _root, at: _unless(
        value in asked, at, f"{_short(value)} is not one of {', '.join(asked)}"
    ),
    "minLength": lambda value, asked, _root, at: _unless(
        len(value) >= asked, at, "must not be empty"
    ),
    "minItems": lambda value, asked, _root, at: _unless(
        len(value) >= asked, at, f"at least {asked} are expected"
    ),
    "minimum": _bound("at least", lambda value, asked: bool(value >= asked)),
    "maximum": _bound("at most", lambda value, asked: bool(value <= asked)),
    "exclusiveMinimum": _bound("more than", lambda value, asked: bool(value > asked)),
}
"""Keyword → what it asks; called only when the type fits."""
