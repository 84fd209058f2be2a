"""Compile each message catalogue (.po) that is newer than its .mo file."""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def stale(catalogue: Path) -> bool:
    """Say whether the compiled file is missing or older than its source."""
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime


def compile_one(catalogue: Path) -> None:
    """Write the .mo file in one step, so that no reader ever sees half of it."""
    language = catalogue.parent.parent.name
    with catalogue.open("rb") as source:
        messages = read_po(source, locale=language, abort_invalid=True)
    half = catalogue.with_suffix(f".{os.getpid()}.tmp")
    with half.open("wb") as target:
        write_mo(target, messages)
    half.replace(catalogue.with_suffix(".mo"))


def compile_stale(root: Path = ROOT) -> list[Path]:
    """Compile what needs it under app/translations and return the sources."""
    catalogues = sorted(root.glob("app/translations/*/LC_MESSAGES/*.po"))
    wanted = [catalogue for catalogue in catalogues if stale(catalogue)]
    for catalogue in wanted:
        compile_one(catalogue)
    return wanted


if __name__ == "__main__":
    try:
        compile_stale()
    except Exception as error:  # one line for whoever starts the service, not a traceback
        sys.exit(f"eco110: a message catalogue does not compile: {error}")
