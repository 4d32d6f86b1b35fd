"""Import of a city's registers against DuckDB reading the same files and only casting.

    python -m bench.import_bench [--people 1780000] [--rounds 2]

Both are measured as CPU time of a process of their own. The baseline reads every column of every
list into a typed table: identity numbers, telephones and accounts as integers, dates as dates, the
rest as text. The import also checks, matches, reports and freezes.
"""

from __future__ import annotations

import argparse
import json
import resource
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


def baseline(city: Path) -> None:
    """Read and cast, nothing else."""
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
    say(started)


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


def measured(part: str, city: Path, rounds: int) -> float:
    """The least CPU seconds of some rounds."""
    command = [sys.executable, "-m", "bench.import_bench", "--part", part, "--city", str(city)]
    runs = (
        subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(rounds)
    )
    return min(json.loads(run.stdout.splitlines()[-1]) for run in runs)


def import_lines(work: Path, people: int, rounds: int) -> list[Line]:
    """Both sides in turn over the lists of one city, made once below `work`."""
    from luodi.pack import load
    from luodi.population.synthetic import generate

    city = work / f"lists-{people}"
    if not city.is_dir():
        draft = work / f"lists-{people}.new"
        generate(load(PACK), people, draft, as_of=DAY, form="csv")
        draft.rename(city)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(measured("import", city, 1) * 1000)
        theirs.append(measured("baseline", city, 1) * 1000)
    what = f"import of registers, {people:,} people, against reading and casting in DuckDB"
    return [Line(what, ours, theirs, "ms", "≤4", "2")]


def ratio(people: int, rounds: int, city: Path | None = None) -> dict[str, float]:
    """CPU seconds of both sides, and how many times the baseline the import takes."""
    with tempfile.TemporaryDirectory() as folder:
        if city is None:
            from luodi.pack import load
            from luodi.population.synthetic import generate

            city = Path(folder) / "city"
            generate(load(PACK), people, city, as_of=DAY, form="csv")
        reading = measured("baseline", city, rounds)
        importing = measured("import", city, rounds)
    return {
        "people": people,
        "read_and_cast_s": reading,
        "import_s": importing,
        "ratio": importing / reading,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_780_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--part", choices=("baseline", "import"))
    parser.add_argument("--city", type=Path)
    given = parser.parse_args()
    if given.part:
        (baseline if given.part == "baseline" else imported)(given.city)
    else:
        print(json.dumps(ratio(given.people, given.rounds, given.city), indent=1))


if __name__ == "__main__":
    main()
