"""Import of a city's registers against DuckDB reading the same files and only casting.

    python -m bench.import_bench [--people 1780000] [--rounds 3]

Measured is the CPU time of all threads of a process of its own, the sides taking turns, the median
of the rounds. The baseline reads every column of every list into a typed table in memory: identity
numbers, telephones and accounts as integers, dates as dates, the rest as text. `written` is the same
with each table written as Parquet, as the import has to. The import also checks, matches, reports
and freezes.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from bench.report import Line

PACK = Path(__file__).parents[1] / "packs" / "jiangyin-2020-13"
DAY = date(2020, 2, 12)
REGISTERS = (
    "residents", "deaths", "dibao", "tekun", "orphans", "disability_living_subsidy", "laid_off",
    "family_planning_support", "preferential", "unemployment_insurance", "hardship_students",
)  # fmt: skip
# trim: without it DuckDB 2.0 moves a cast into its CSV reader, where TRY_CAST fails like CAST.
_CASTS = {
    "id_number": "TRY_CAST(left({0}, 17) AS BIGINT)",
    "account": "TRY_CAST(trim({0}) AS HUGEINT)",
    "phone": "TRY_CAST(trim({0}) AS BIGINT)",
    "date": "TRY_CAST(trim({0}) AS DATE)",
    "month": "TRY_CAST({0} || '-01' AS DATE)",
    "integer": "TRY_CAST(trim({0}) AS BIGINT)",
    "money": "TRY_CAST(trim({0}) AS DECIMAL(18, 2))",
    "quantity": "TRY_CAST(trim({0}) AS DECIMAL(18, 3))",
}


def lists(city: Path) -> list[Path]:
    """The lists of a monthly payment: the residents' register and who is on which roll."""
    from luodi.pack import load

    registers = load(PACK).registers
    return [city / f"{registers[name].title}.csv" for name in REGISTERS]


def baseline(city: Path, written: Path | None = None) -> None:
    """Read and cast, nothing else; with `written`, each table becomes a Parquet file there too."""
    import duckdb

    from luodi.pack import load

    of = {register.title: register for register in load(PACK).registers.values()}
    con = duckdb.connect()
    started = cpu()
    for at, path in enumerate(lists(city)):
        columns = of[path.stem].columns.values()
        casts = ", ".join(
            _CASTS.get(column.kind, "{0}").format(f"c{n}") for n, column in enumerate(columns)
        )
        names = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(columns)))
        con.execute(
            f"CREATE TABLE list{at} AS SELECT {casts} FROM read_csv('{path}', columns = {{{names}}}, "
            "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"')"
        )
        if written is not None:
            con.execute(
                f"COPY list{at} TO '{written / f'{at}.parquet'}' "
                "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
            )
    say(started)


def written(city: Path) -> None:
    """Read, cast, and write as Parquet."""
    with tempfile.TemporaryDirectory() as folder:
        baseline(city, Path(folder))


def imported(city: Path) -> None:
    """The import, from the loaded pack to the frozen snapshot."""
    import duckdb  # noqa: F401  its loading is no part of either side

    from luodi.pack import load
    from luodi.population import import_registers

    pack = load(PACK)
    started = cpu()
    with tempfile.TemporaryDirectory() as folder:
        import_registers(
            pack,
            [(path, None) for path in lists(city)],
            Path(folder) / "people",
            as_of=DAY,
            complete=dict.fromkeys(pack.registers, "all"),
        )
        say(started)


def cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def say(started: float) -> None:
    print(json.dumps(cpu() - started))


PARTS = {"baseline": baseline, "written": written, "import": imported}


def measured(part: str, city: Path) -> float:
    """CPU seconds of one round."""
    command = [sys.executable, "-m", "bench.import_bench", "--part", part, "--city", str(city)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(json.loads(run.stdout.splitlines()[-1]))


def import_lines(work: Path, people: int, rounds: int) -> list[Line]:
    """All sides in turn over the lists of one city, made once below `work`."""
    from luodi.pack import load
    from luodi.population.synthetic import generate

    city = work / f"lists-{people}"
    if not city.is_dir():
        draft = work / f"lists-{people}.new"
        generate(load(PACK), people, draft, as_of=DAY, form="csv")
        draft.rename(city)
    runs = [{part: measured(part, city) * 1000 for part in PARTS} for _ in range(rounds)]
    ours, theirs = ([run[part] for run in runs] for part in ("import", "baseline"))
    what = f"import of registers, {people:,} people, against reading and casting in DuckDB"
    return [Line(what, ours, theirs, "ms", "≤4", "2")]


def ratio(people: int, rounds: int, city: Path | None = None) -> dict[str, float]:
    """CPU seconds of all sides, and how many times the baseline the import takes."""
    with tempfile.TemporaryDirectory() as folder:
        if city is None:
            from luodi.pack import load
            from luodi.population.synthetic import generate

            city = Path(folder) / "city"
            generate(load(PACK), people, city, as_of=DAY, form="csv")
        runs = [{part: measured(part, city) for part in PARTS} for _ in range(rounds)]
    seconds = {part: statistics.median(run[part] for run in runs) for part in PARTS}
    return {
        "people": people,
        "read_and_cast_s": seconds["baseline"],
        "read_cast_and_write_s": seconds["written"],
        "import_s": seconds["import"],
        "ratio": seconds["import"] / seconds["baseline"],
        "ratio_to_written": seconds["import"] / seconds["written"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_780_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=tuple(PARTS))
    parser.add_argument("--city", type=Path)
    given = parser.parse_args()
    if given.part:
        PARTS[given.part](given.city)
    else:
        print(json.dumps(ratio(given.people, given.rounds, given.city), indent=1))


if __name__ == "__main__":
    main()
