"""`./eco110 bench [NAME …]`: run benchmarks, print figures and goals, write var/bench.json."""

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
    for name in sys.argv[1:] or NAMES:
        print(f"== {name}", flush=True)
        results[name] = import_module(f"benchmarks.{name}").run()
        print(json.dumps(results[name], ensure_ascii=False, indent=2), flush=True)
    print("== goals", *goals.table(results), sep="\n")
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, ensure_ascii=False, indent=2), encoding="utf-8")
    print(f"written: {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
