"""`./eco110 bench`: run every benchmark, print its rows, write var/bench.json."""

import json
import sys
from importlib import import_module
from pathlib import Path

NAMES = ("submission", "photos", "locate", "worker_page", "sweep", "rates", "similar", "pairs")
ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the benchmarks named on the command line, or all; return the exit code."""
    results = {}
    for name in sys.argv[1:] or NAMES:
        if not (Path(__file__).parent / f"{name}.py").exists():
            print(f"== {name}: not written yet")
            continue
        print(f"== {name}", flush=True)
        results[name] = import_module(f"benchmarks.{name}").run()
        print(json.dumps(results[name], ensure_ascii=False, indent=2), flush=True)
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, ensure_ascii=False, indent=2), encoding="utf-8")
    print(f"written: {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
