"""The whole city at once: our plan against SQL, Polars and OpenFisca written by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.by_luodi import PACK
from bench.city import build
from bench.report import Line
from bench.spec import Job, months
from luodi.pack import load

YEAR = 12


@dataclass
class Runs:
    """Every run of one engine on one city for so many months."""

    cpu: list[float] = field(default_factory=list)  # ms
    memory: list[float] = field(default_factory=list)  # MB above what the process had at start
    peak: list[float] = field(default_factory=list)  # MB, of the whole process


class DifferentAnswersError(Exception):
    """An engine's rows or totals are not those of the others."""


OURS, KEPT = "by_luodi", "by_luodi+"  # +: with the touched rows kept beside the snapshot
ENGINES = (OURS, KEPT, "by_sql", "by_polars", "by_openfisca")
Found = dict[tuple[str, str, int], Runs]


def bulk_lines(work: Path, rounds: int, *, large: bool) -> list[Line]:
    """Build the cities, run everything in turns, compare.

    Raises:
        DifferentAnswersError: so nothing was measured that counts.
    """
    pack = load(PACK)
    city = build(work / "city-1", pack)
    jobs = [(engine, city, count) for count in (1, YEAR) for engine in ENGINES]
    if large:
        tenfold = build(work / "city-10", pack, copies=10)
        jobs += [(engine, tenfold, 1) for engine in (OURS, KEPT, "by_sql", "by_polars")]
    for engine, place, count in jobs:
        if engine == KEPT:
            _run(engine, place, count, work)  # keeps the rows; from then on they are there
    found = measure(jobs, work, rounds)
    lines = []
    for count, label in ((1, "1 month"), (YEAR, "12 months")):
        lines += _against(found, city.name, count, label)
    lines += [
        Line(
            f"memory above start-up, 12 months: bulk{how} against OpenFisca-Core",
            found[engine, city.name, YEAR].memory,
            found["by_openfisca", city.name, YEAR].memory,
            "MB", "≤0.125", "0.05",
        )
        for engine, how in ((OURS, ""), (KEPT, ", touched rows kept,"))
    ]  # fmt: skip
    if large:
        lines += _growth(found, city.name, tenfold.name)
    return lines


def _against(found: Found, city: str, count: int, label: str) -> list[Line]:
    """Ours, from the plain snapshot and from touched rows, against each baseline."""
    baselines = (
        ("SQL pruned by hand", "by_sql", "≤1.15", "1.0"),
        ("Polars by hand: its speed", "by_polars", "≥0.75", "1.0"),
        ("OpenFisca-Core: times its speed", "by_openfisca", *(("≥5", "10"), ("≥15", "30"))[count > 1]),
    )  # fmt: skip
    return [
        Line(
            f"bulk, {label}{how}, against {name}",
            found[engine, city, count].cpu,
            found[baseline, city, count].cpu,
            "ms", limit, aim,
        )
        for name, baseline, limit, aim in baselines
        for engine, how in ((OURS, ""), (KEPT, ", touched rows kept"))
    ]  # fmt: skip


def _growth(found: Found, city: str, tenfold: str) -> list[Line]:
    """How time and memory grow with ten times the people."""
    lines = []
    for engine, how in (
        (KEPT, "touched rows kept"),
        (OURS, "plain snapshot"),
        ("by_sql", "SQL by hand, to compare"),
        ("by_polars", "Polars by hand, to compare"),
    ):
        large, small = found[engine, tenfold, 1], found[engine, city, 1]
        aim = "2" if engine == KEPT else ""
        lines += [
            Line(f"17.8 M against 1.78 M people, CPU, {how}", large.cpu, small.cpu, "ms", "≤4.5", aim),
            Line(f"17.8 M against 1.78 M people, peak memory, {how}", large.peak, small.peak, "MB",
                 "≤1.6", ""),
        ]  # fmt: skip
    return lines


def measure(jobs: Sequence[tuple[str, Path, int]], work: Path, rounds: int) -> Found:
    """Run each (engine, city, months) once a round, each in a process of its own."""
    found: Found = {}
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
            runs.peak.append(result["peak_mb"])
    return found


def _run(engine: str, city: Path, count: int, work: Path) -> dict[str, Any]:
    job = Job(
        str(city / "persons.parquet"),
        str(work / f"{engine}.parquet"),
        str(work / f"{engine}.totals.parquet"),
        months(count),
        keep=engine == KEPT,
    )
    command = [sys.executable, "-m", "bench.worker", engine.rstrip("+"), json.dumps(asdict(job))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{engine} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result
