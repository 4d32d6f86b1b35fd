"""`make bench`: the table of docs/benchmarks.md, measured on this machine.

Each figure is CPU time in a process of its own, after imports and after the pack and the snapshot
were opened; engines take turns, so that a busy machine is busy for all of them. Every engine must
give the same rows and totals, or nothing is reported.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bench.bulk import bulk_lines
from bench.city import PEOPLE
from bench.household import household_lines
from bench.import_bench import import_lines
from bench.report import Line, write
from bench.starting import starting_lines

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"


PARTS = ("bulk", "household", "import", "start")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each engine runs")
    parser.add_argument(
        "--quick", action="store_true", help="no city of 17.8 million, fewer registers"
    )
    parser.add_argument("--only", choices=PARTS, help="one part of the table; the rest stays")
    options = parser.parse_args()
    work, rounds = ROOT / "var" / "bench", options.rounds
    people = 100_000 if options.quick else PEOPLE
    parts: dict[str, Callable[[], list[Line]]] = {
        "bulk": lambda: bulk_lines(work, rounds, large=not options.quick),
        "household": lambda: household_lines(rounds),
        "import": lambda: import_lines(work, people, min(rounds, 2)),
        "start": lambda: starting_lines(rounds),
    }
    chosen = [options.only] if options.only else PARTS
    print(write([line for part in chosen for line in parts[part]()], RESULTS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
