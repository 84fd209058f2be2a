"""Every sentence exists in Chinese and in English (decision 10)."""

import re
from functools import cache

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.architecture.code import ROOT

LANGUAGES = ("zh", "en")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
BLANK = re.compile(r"%\((\w+)\)[sd]|(?<!%)%[sd]|\{(\w*)\}")
PLACES = (
    ("app", [("**.py", "python")], {}),
    ("templates", [("**.*", "jinja2")], {"**.*": {"silent": "false", "trimmed": "true"}}),
)


@cache
def asked() -> dict[str, str]:
    """Return every message that the program or a template asks for, with one place of it."""
    found: dict[str, str] = {}
    for folder, methods, options in PLACES:
        for file, line, message, _comments, _context in extract_from_dir(
            ROOT / folder, methods, options, keywords=KEYWORDS
        ):
            for text in message if isinstance(message, tuple) else (message,):
                found.setdefault(text, f"{folder}/{file}:{line}")
    return found


@cache
def held(language: str) -> dict[str, Message]:
    """Return every message of a language, whichever domain it stands in."""
    found: dict[str, Message] = {}
    for path in sorted((ROOT / "app" / "translations" / language).glob("LC_MESSAGES/*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=language, abort_invalid=True):
                if message.id:
                    ids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
                    found.update(dict.fromkeys(ids, message))
    return found


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def blanks(text: str) -> set[str]:
    return {match.group() for match in BLANK.finditer(text)}


def test_there_are_sentences():
    assert asked()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_missing(language):
    messages = held(language)
    missing = [
        f"{place}: {text!r}"
        for text, place in asked().items()
        if text not in messages or not all(strings(messages[text]))
    ]
    assert not missing, f"{len(missing)} missing in {language}:\n" + "\n".join(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_a_guess(language):
    guesses = [text for text, message in held(language).items() if message.fuzzy]
    assert not guesses


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_blanks(language):
    """A translation may drop the number of a singular, but never invent a blank."""
    wrong = [
        f"{text!r}: {string!r}"
        for text, message in held(language).items()
        for string in strings(message)
        if blanks(string) - blanks("".join(message.id))
    ]
    assert not wrong, "\n".join(wrong)
