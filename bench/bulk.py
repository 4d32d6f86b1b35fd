"""The whole city at once: our plan against SQL, Polars and OpenFisca written by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.city import build
from bench.report import Line
from bench.spec import Job, months

YEAR = 12


@dataclass
class Runs:
    """Every run of one engine on one city for so many months."""

    cpu: list[float] = field(default_factory=list)  # ms
    memory: list[float] = field(default_factory=list)  # MB above what the process had at start


class DifferentAnswersError(Exception):
    """An engine's rows or totals are not those of the others."""


def bulk_rows(work: Path, rounds: int, *, large: bool) -> list[Line]:
    """Build the cities, run everything in turns, compare.

    Raises:
        DifferentAnswersError: so nothing was measured that counts.
    """
    from bench.by_luodi import PACK
    from luodi.pack import load

    pack = load(PACK)
    city = build(work / "city-1", pack)
    jobs = [(engine, city, count) for count in (1, YEAR) for engine in ENGINES]
    found = measure(jobs, work, rounds)
    ours = {count: found["by_luodi", city.name, count] for count in (1, YEAR)}

    def against(engine: str, count: int) -> Runs:
        return found[engine, city.name, count]

    month, year = "1.78 M people, 1 month", "1.78 M people, 12 months"
    lines = []
    for count, label in ((1, month), (YEAR, year)):
        lines += [
            Line(f"bulk against SQL pruned by hand, {label}", ours[count].cpu,
                 against("by_sql", count).cpu, "ms", "≤1.15", "1.0"),
            Line(f"bulk against Polars by hand, {label}: its speed", ours[count].cpu,
                 against("by_polars", count).cpu, "ms", "≥0.75", "1.0"),
        ]  # fmt: skip
    return lines


ENGINES = ("by_luodi", "by_sql", "by_polars")


def measure(
    jobs: Sequence[tuple[str, Path, int]], work: Path, rounds: int
) -> dict[tuple[str, str, int], Runs]:
    """Run each (engine, city, months) once a round, each in a process of its own."""
    found: dict[tuple[str, str, int], Runs] = {}
    answers: dict[tuple[str, int], tuple[str, list[int]]] = {}
    for _ in range(rounds):
        for engine, city, count in jobs:
            result = _run(engine, city, count, work)
            known = answers.setdefault((city.name, count), (engine, result["fingerprint"]))
            if known[1] != result["fingerprint"]:
                raise DifferentAnswersError(
                    f"{city.name}, {count} months: {engine} {result['fingerprint']}, "
                    f"{known[0]} {known[1]}"
                )
            runs = found.setdefault((engine, city.name, count), Runs())
            runs.cpu.append(result["cpu"] * 1000)
            runs.memory.append(result["peak_mb"] - result["start_mb"])
    return found


def _run(engine: str, city: Path, count: int, work: Path) -> dict[str, Any]:
    job = Job(
        str(city / "persons.parquet"),
        str(work / f"{engine}.parquet"),
        str(work / f"{engine}.totals.parquet"),
        months(count),
    )
    command = [sys.executable, "-m", "bench.worker", engine, json.dumps(asdict(job))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{engine} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result
