"""(e): an Excel file of 100,000 rows x 20 columns against xlsxwriter in constant memory.

Both write the same texts, with head frozen and A4 across, each into memory. What a file takes
beyond an idle process is the peak of a child, once for the table and once for the whole list
behind a rate as the supervisor downloads it: from the database through the words of each line.
"""

import io
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import xlsxwriter

from app import create_app, schema
from app.core.db import db
from app.rates import BY_KEY, queries
from app.rates.queries import Part
from app.web.supervisor import listing
from app.web.supervisor.sheet import xlsx_file
from benchmarks import rates_county
from benchmarks.rates import NOW, YEAR
from config import Config
from tests.infra.database import let_go

ROWS, COLUMNS, PAIRS = int(os.environ.get("ECO110_BENCH_ROWS", "100000")), 20, 7
COUNTED = 0.95
"""The share of `rates_county`'s cases that a list of visits holds."""

WORDS = ("桥头胡街道", "超时", "一般", "网页", "工业废气", "", "河水发黑，岸边有管子在排污",
         "梅林街道", "第 3 组 <夜班> & 值班长", "E110-7K2M9Q", "2026-03-05 12:30:07")  # fmt: skip
PLAIN = {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
         "strings_to_urls": False}  # fmt: skip
FORK = get_context("fork")
assert schema.TABLES


def run() -> dict[str, Any]:
    """Return CPU in milliseconds, the ratio, and megabytes over idle."""
    pairs = [(cpu(ours), cpu(bare)) for _ in range(PAIRS)]
    mine, theirs = map(statistics.median, zip(*pairs, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        whole, taken, rows = in_child(listed, Path(folder))
        return {
            "rows x columns": f"{ROWS} x {COLUMNS}",
            "ours, ms CPU": round(mine),
            "xlsxwriter in constant memory, ms CPU": round(theirs),
            "ratio": round(mine / theirs, 3),
            "MB over idle, the table": in_child(table_alone)[1],
            "MB over idle, list of a rate": taken,
            "that list, rows": rows,
            "that list, ms CPU": whole,
            "opens in LibreOffice": opens(Path(folder)),
        }


def cpu(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return (time.process_time() - started) * 1000


def table() -> Iterator[list[str]]:
    yield [f"列 {column}" for column in range(COLUMNS)]
    for row in range(ROWS):
        yield [f"{row}", *(WORDS[(row * 7 + n * n) % len(WORDS)] for n in range(COLUMNS - 1))]


def ours() -> bytes:
    return xlsx_file(table(), "x").data


def bare() -> bytes:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body, PLAIN) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        for number, row in enumerate(table()):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return body.getvalue()


def in_child(act: Callable[..., tuple[int, int, int]], *given: Any) -> tuple[int, int, int]:
    """Run in a process of its own, whose peak nothing else has raised."""
    with FORK.Pool(1) as pool:
        return pool.apply(act, given)


def table_alone() -> tuple[int, int, int]:
    idle = peak(anew=True)
    spent = cpu(ours)
    return round(spent), peak() - idle, ROWS


def listed(folder: Path) -> tuple[int, int, int]:
    """Write the file of all visits of a year, after a first small one that loads everything."""
    app = create_app(Config.for_tests(folder))
    with app.app_context():
        db.create_all()
    let_go(app)
    rates_county.fill(folder / "test.db", int(ROWS / COUNTED))
    with app.test_request_context("/"):
        visits(10)
        idle = peak(anew=True)
        spent = cpu(lambda: visits(ROWS))
        return round(spent), peak() - idle, count()


def visits(most: int) -> bytes:
    rate = BY_KEY["arrival"]
    found = queries.stream(rate, YEAR, Part.BOTTOM, now=NOW, most=most)
    return xlsx_file(listing.table(rate, found), "x").data


def count() -> int:
    return min(ROWS, queries.how_many(BY_KEY["arrival"], YEAR, Part.BOTTOM, now=NOW))


def peak(*, anew: bool = False) -> int:
    """Return the most megabytes that this process held; `anew` forgets what was before."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found
    return int(found[1]) // 1024


def opens(folder: Path) -> str:
    """Let LibreOffice read the file, where it is installed, and count its lines."""
    office = shutil.which("soffice")
    if office is None:
        return "not installed here"
    file = folder / "table.xlsx"
    file.write_bytes(ours())
    command = [office, f"-env:UserInstallation=file://{folder}/office", "--headless",
               "--convert-to", "csv", "--outdir", str(folder), str(file)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with (folder / "table.csv").open(encoding="utf-8", errors="replace") as lines:
        read = sum(1 for _ in lines)
    return "yes" if read == ROWS + 1 else f"no: {read} lines"
