"""Draw a paper with typst as PDF/A-2a: data goes in as JSON and is never read as markup."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from app.documents import glyphs

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "print"


def draw(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return a paper; `at` is its date of creation, so the same data give the same bytes.

    `data` needs `title` and `lang`; no other name or author enters the file's own data.
    """
    told = json.dumps(glyphs.written(dict(data)), ensure_ascii=False)
    return typst.compile(
        str(FOLDER / f"{template}.typ"), root=str(FOLDER), font_paths=[str(glyphs.FONTS)],
        ignore_system_fonts=True, format="pdf", pdf_standards="a-2a",
        timestamp=int(at.timestamp()), sys_inputs={"data": told},
    )  # fmt: skip
