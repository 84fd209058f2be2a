"""`./eco110 bench [NAME …]`: run benchmarks, print figures and goals, write var/bench.json."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from benchmarks import goals

NAMES = (
    "submission", "photos", "locate", "worker_page", "sweep", "sweep_postgres", "rates",
    "rates_writes", "xlsx", "similar", "pairs",
)  # fmt: skip
ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the benchmarks named on the command line, or all; return the exit code."""
    results = {}
    for name in _told() or NAMES:
        print(f"== {name}", flush=True)
        results[name] = import_module(f"benchmarks.{name}").run()
        print(json.dumps(results[name], ensure_ascii=False, indent=2), flush=True)
    print("== goals", *goals.table(results), sep="\n")
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, ensure_ascii=False, indent=2), encoding="utf-8")
    print(f"written: {target.relative_to(ROOT)}")
    return 0


def _told() -> list[str]:
    """Return the names on the command line; a wrong one ends with the right ones, exit code 2."""
    parser = argparse.ArgumentParser(
        prog="./eco110 bench",
        description="Measure against the goals; without a name: all, about half an hour.",
        epilog="ECO110_BENCH_RATES=1000000 makes rates one million and ten; ECO110_BENCH_CLOCKS,"
        " _CASES, _ROWS, _PRINTS and _SCENES size the others.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    told: list[str] = parser.parse_args().names
    if wrong := sorted(set(told) - set(NAMES)):
        parser.error(f"no benchmark {', '.join(wrong)}; there are: {', '.join(NAMES)}")
    return told


if __name__ == "__main__":
    sys.exit(main())
