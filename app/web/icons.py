"""Icons: drawn inline, 24 units, one stroke, always beside a word (screens.md §2.5)."""

from flask import Flask
from markupsafe import Markup

PATHS: dict[str, str] = {
    "camera": (
        '<path d="M4 8.5h3.2L9 5.5h6l1.8 3H20a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 '
        '1-1-1V9.5a1 1 0 0 1 1-1z"/><circle cx="12" cy="13.3" r="3.3"/>'
    ),
    "pin": (
        '<path d="M12 21c-4.6-4.7-7-8.2-7-11a7 7 0 0 1 14 0c0 2.8-2.4 6.3-7 11z"/><circle '
        'cx="12" cy="10" r="2.5"/>'
    ),
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.3 15.3L20.5 20.5"/>',
    "check": '<path d="M4.5 12.5l5 5 10-11"/>',
    "next": '<path d="M9 5l7 7-7 7"/>',
    "back": '<path d="M15 5l-7 7 7 7"/>',
    "phone": (
        '<path d="M6.5 3.5h3l1.5 4.5-2 1.5c1 2.4 2.6 4.2 5.3 5.6l1.7-2 4.5 1.6v3.3c0 1-.9 '
        '1.9-2 1.8C11.3 19.3 5 13 4.5 5.5c0-1.1.9-2 2-2z"/>'
    ),
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.5 2"/>',
    "warn": '<path d="M12 4l9 15.5H3z"/><path d="M12 10v4.5M12 17v.1"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "edit": '<path d="M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z"/><path d="M13.5 7l3.5 3.5"/>',
    "offline": (
        '<path d="M3 9.5a14 14 0 0 1 4.5-2.7M11 6a14 14 0 0 1 10 3.5M6.5 13.2a8.6 8.6 0 0 1 '
        '3-1.7M14.5 11.5a8.6 8.6 0 0 1 3 1.7M4 4l16 16M12 18v.1"/>'
    ),
    "lock": (
        '<rect x="5" y="10.5" width="14" height="9.5" rx="1.5"/><path d="M8 10.5V8a4 4 0 0 1 8 '
        '0v2.5M12 14.5v2"/>'
    ),
    "save": '<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>',
    "print": (
        '<path d="M7 9V4h10v5M7 17H4v-7a1 1 0 0 1 1-1h14a1 1 0 0 1 1 1v7h-3"/><path d="M7 '
        '14.5h10V20H7z"/>'
    ),
    "sound": (
        '<path d="M4 10v4h3.5L12 18V6L7.5 10z"/><path d="M15.5 9.5a4 4 0 0 1 0 5M18 7a8 8 0 0 '
        '1 0 10"/>'
    ),
    "reward": (
        '<path d="M4 10h16v10H4zM3 6.5h18V10H3zM12 6.5V20"/><path d="M12 6.5C9 6.5 7.5 5.5 7.5 '
        '4.2c0-2 3.5-1.5 4.5 2.3 1-3.8 4.5-4.3 4.5-2.3 0 1.3-1.5 2.3-4.5 2.3z"/>'
    ),
    "walk": (
        '<circle cx="13" cy="4.5" r="1.8"/><path d="M9 21l2.5-6L9.5 12l1.5-4.5 3.5.5 1.5 3 3 '
        '1M14 14.5l1.5 6.5M7 12.5L8 9l3-1.5"/>'
    ),
    "list": '<path d="M8.5 6H20M8.5 12H20M8.5 18H20M4 6v.1M4 12v.1M4 18v.1"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20c.8-4 3.6-6 7.5-6s6.7 2 7.5 6"/>',
    "up": '<path d="M12 20V9M7 13.5l5-5 5 5M4.5 4h15"/>',
    "smoke": (
        '<path d="M8 20c-2.5 0-4.5-1.8-4.5-4.2C3.5 13.5 5 12 7 11.7 7 8.5 9.2 6.5 12 6.5c2.4 0 '
        '4.3 1.5 4.8 3.8 2.2.2 3.7 1.9 3.7 4.2 0 2.5-1.9 4.3-4.3 4.3"/><path d="M12 '
        '20v-3c0-1.5 2-1.5 2-3s-1.2-2-2.5-2"/>'
    ),
    "water": (
        '<path d="M12 3.5c3.7 4.3 6 7.5 6 10.5a6 6 0 0 1-12 0c0-3 2.3-6.2 6-10.5z"/><path '
        'd="M9 14.5a3 3 0 0 0 3 3"/>'
    ),
    "noise": '<path d="M3.5 12h2.5M8.5 7v10M12 4v16M15.5 8v8M18.5 12H21"/>',
    "waste": (
        '<path d="M9.5 4h5l-1 3.5c4 1.5 6 5 6 8.5 0 2.8-1.5 4-3.5 4H8c-2 0-3.5-1.2-3.5-4 0-3.5 '
        '2-7 6-8.5z"/><path d="M10 7.5h4"/>'
    ),
    "soil": (
        '<path d="M12 20v-8M12 13c0-4.5 2.8-7.5 7.5-8 .3 4.8-2.5 8-7.5 8zM12 '
        '15.5c-.2-3.2-2.3-5.3-6-5.5-.2 3.5 2 5.5 6 5.5zM5 20h14"/>'
    ),
    "dust": (
        '<path d="M3.5 20h17M6 20v-9h5v9M11 20V6h7v14"/><path d="M14 10h1.5M14 14h1.5M8 14.5h1"/>'
    ),
    "bang": '<path d="M12 5.5v8M12 18.2v.1"/>',
    "ask": (
        '<circle cx="12" cy="12" r="8.5"/><path d="M9.5 9.8c.2-1.5 1.2-2.3 2.6-2.3 1.5 0 2.5.9 '
        '2.5 2.2 0 2-2.6 2-2.6 4M12 16.6v.1"/>'
    ),
}
GLYPHS = {
    "air": "smoke",
    "water": "water",
    "noise": "noise",
    "waste": "waste",
    "soil": "soil",
    "other": "ask",
    "site_dust": "dust",
    "A1": "dust",
    "A5": "dust",
}
"""Glyph of a kind, of an official code, or of their colour family."""


def register(app: Flask) -> None:
    app.jinja_env.globals.update(icon_paths=paths, glyph_of=glyph_of)


def paths(name: str) -> Markup:
    """Return what stands inside the `<svg>` of an icon; our own drawings, nobody's input."""
    return Markup(PATHS[name])  # noqa: S704


def glyph_of(medium: str, key: str = "") -> str:
    """Return the icon of a kind: its own, else that of its colour family."""
    return GLYPHS.get(key) or GLYPHS.get(medium, "ask")
