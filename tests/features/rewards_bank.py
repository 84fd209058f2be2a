"""A bank outside: it takes a batch's file, pays once a key, and answers as badly as banks do."""

import csv
import io
from itertools import count

from app.core.tx import transaction
from app.rewards import answers, batches
from tests.features import rewards_make as make
from tests.features.rewards_make import NOW

NUMBERS = ("11010519491231002X", "110101199003077475", "110101199003071057")


class Bank:
    """Pays each key at most once and remembers for whom."""

    def __init__(self):
        self.paid = {}
        self.refused = set()
        self._slips = count(1)

    def take(self, raw, *, refuse=(), fail_before=()):
        """Read a file: pay its lines, but for those it refuses or never gets to see."""
        for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))):
            key = row["reference"]
            if key in refuse:
                self.refused.add(key)
            elif key not in fail_before and key not in self.paid:
                self.paid[key] = (f"B{next(self._slips)}", row["amount_yuan"], row["account"])

    def answer(self, raw, *, silent=(), unknown=()):
        """Return the result file for a file: what was paid, refused, or is not known yet."""
        lines = []
        for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))):
            key = row["reference"]
            if key in silent:
                continue
            word, slip = "failed", ""
            if key in unknown or (key not in self.paid and key not in self.refused):
                word = "unknown"
            elif key in self.paid:
                word, slip = "paid", self.paid[key][0]
            lines.append((key, row["amount_yuan"], word, slip, ""))
        return result(*lines)


def result(*lines):
    """Return a result file of (reference, amount, word, bank's number, note)."""
    written = io.StringIO()
    csv.writer(written).writerows([answers.COLUMNS, *lines])
    return written.getvalue().encode()


def claimed(number=NUMBERS[0]):
    """Make an award that goes to a bank account."""
    award, *_ = make.approved()
    make.claim_by_bank(award, number)
    return award


def file_of(number, custodians):
    """Let two custodians make the file of a batch."""
    one, two = custodians
    with transaction():
        batches.ask(number, by=one, now=NOW)
        batches.decide(number, approve=True, by=two, now=NOW)
        lines = batches.use(number, by=one, now=NOW)
    raw = batches.content(lines)
    with transaction():
        batches.made(number, raw, by=one, now=NOW)
    return raw
