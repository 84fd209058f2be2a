"""Every sentence exists in Chinese and in English (decision 10)."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from app.web import i18n
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


def read(path: Path, language: str) -> dict[str, Message]:
    """Return the messages of one file by their English text, singular and plural."""
    with path.open("rb") as source:
        messages = [message for message in read_po(source, locale=language) if message.id]
    return {
        text: message
        for message in messages
        for text in (message.id if isinstance(message.id, (tuple, list)) else (message.id,))
    }


@cache
def held(language: str) -> dict[str, Message]:
    """Return every message of a language, whichever catalogue it stands in."""
    found: dict[str, Message] = {}
    for path in sorted((ROOT / "app" / "translations" / language).rglob("*.po")):
        found |= read(path, language)
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


def test_both_languages_have_the_catalogues_that_are_read():
    folder = ROOT / "app" / "translations"
    kept = [{path.stem for path in (folder / name).rglob("*.po")} for name in LANGUAGES]
    assert kept[0] == kept[1]
    assert kept[0] <= set(i18n.AREAS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_in_two_catalogues_says_the_same(language):
    said: dict[str, set[tuple[str, ...]]] = {}
    for path in sorted((ROOT / "app" / "translations" / language).rglob("*.po")):
        for text, message in read(path, language).items():
            said.setdefault(text, set()).add(strings(message))
    different = {text: words for text, words in said.items() if len(words) > 1}
    assert not different


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sign_for_per_cent_is_doubled_or_opens_a_blank(language):
    """Templates fill every sentence, also one without blanks: a single sign breaks the page."""
    lone = re.compile(r"%(?!%|\(\w+\)[sd])")
    bad = [
        words
        for message in held(language).values()
        for words in strings(message)
        if lone.search(words.replace("%%", ""))
    ]
    assert not bad
