"""`make bench`: the table of docs/benchmarks.md, measured on this machine.

Each figure is CPU time in a process of its own, after imports and after the pack and the snapshot
were opened; engines take turns, so that a busy machine is busy for all of them. Every engine must
give the same rows and totals, or nothing is reported.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.bulk import bulk_lines
from bench.city import PEOPLE
from bench.household import household_lines
from bench.import_bench import import_lines
from bench.report import Line, write
from bench.starting import starting_lines

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each engine runs")
    parser.add_argument(
        "--quick", action="store_true", help="no city of 17.8 million, fewer registers"
    )
    options = parser.parse_args()
    work = ROOT / "var" / "bench"
    people = 100_000 if options.quick else PEOPLE
    lines: list[Line] = [
        *bulk_lines(work, options.rounds, large=not options.quick),
        *household_lines(options.rounds),
        *import_lines(work, people, min(options.rounds, 2)),
        *starting_lines(options.rounds),
    ]
    print(write(lines, RESULTS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
