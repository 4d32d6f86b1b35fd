"""From handed-in files to a frozen snapshot: reads, matches, writes, and reports what is wrong."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.population import cells, lists, matching, report
from luodi.population.freeze import write_manifest, write_tables
from luodi.population.rows import Part
from luodi.population.snapshot import Snapshot, connection, open_snapshot
from luodi.population.trouble import told

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Pack, Register

Complete = Mapping[str, Literal["all"] | Sequence[str]]
Steps = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ImportedList:
    """What became of one list: rows are entries, titles and totals not counted.

    `refused` rows have a cell that could not be read; `skipped` counts rows that are no entries.
    """

    register: str
    file: str
    sheet: str
    rows: int
    refused: int
    skipped: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """A frozen snapshot, and everything that was wrong with what it was made from.

    Attributes:
        missing: Register → names of the areas that did not hand it in; a register that nobody
            handed in misses all of them.
    """

    snapshot: Snapshot
    lists: tuple[ImportedList, ...]
    missing: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]

    def to_json(self) -> dict[str, Any]:
        """Counts and names; the problems themselves stand in problems.jsonl."""
        manifest = self.snapshot.manifest
        return {
            "snapshot": str(self.snapshot.folder),
            "as_of": manifest["as_of"],
            "rows": {name: table["rows"] for name, table in manifest["tables"].items()},
            "lists": [
                {"register": one.register, "file": one.file, "sheet": one.sheet, "rows": one.rows,
                 "refused": one.refused, "skipped": one.skipped}
                for one in self.lists
            ],
            "missing": {name: list(areas) for name, areas in self.missing.items()},
            "problems": manifest["problems"],
        }  # fmt: skip


def import_registers(
    pack: Pack,
    files: Sequence[tuple[Path, str | None]],
    out: Path,
    *,
    as_of: date,
    previous: Path | None = None,
    complete: Complete | None = None,
    on_step: Steps = lambda _: None,
) -> ImportResult:
    """Read `files`, match who is who, and freeze the result in the folder `out`.

    Args:
        files: Lists, each with the register it is, or None to tell by its headings.
        out: Must not exist; it appears whole or not at all.
        as_of: The day the lists describe. The same arguments and files give the same bytes.
        previous: An earlier snapshot, whose ids are kept.
        complete: Register → "all", or the areas (names or codes) that handed it in, where the
            areas that occur in the files are not the whole truth.
        on_step: Told what is being done.

    Raises:
        ProblemError: `out` exists, a file cannot be read as a list, or a name is unknown. Problems
            with single rows do not stop an import; they are in the result.
    """
    if out.exists():
        raise ProblemError(Problem(str(out), "文件夹已存在，快照不会被覆盖", "请换一个 --out"))
    named = _named(pack, files)
    said = _complete(pack, complete or {})
    known = open_snapshot(previous) if previous else None
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        staged, frozen = work / "staged", work / "frozen"
        staged.mkdir()
        frozen.mkdir()
        paths = [path for path, _ in files]
        allowed = [*paths, *([known.path("identities"), known.path("persons")] if known else [])]
        with told([out]), connection([work], allowed) as con:
            result = _freeze(con, pack, named, said, as_of, known, staged, frozen, on_step)
            frozen.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    found, missing, problems = result
    return ImportResult(open_snapshot(out), tuple(found), missing, tuple(problems))


def _freeze(
    con: duckdb.DuckDBPyConnection,
    pack: Pack,
    files: Sequence[tuple[Path, Register | None]],
    complete: Mapping[str, Literal["all"] | tuple[int, ...]],
    as_of: date,
    known: Snapshot | None,
    staged: Path,
    frozen: Path,
    on_step: Steps,
) -> tuple[list[ImportedList], dict[str, tuple[str, ...]], list[Problem]]:
    cells.create_tables(con)
    _area_names(con, pack, as_of)
    handed = lists.read(con, pack, files, staged, on_step)
    registers = [r for r in pack.registers.values() if any(p.register is r for p in handed.parts)]
    on_step("核对身份")
    if known is not None:
        _known(con, known)
    matching.match(con, registers, known is not None)
    areas = [area for area in pack.place.areas if _in_use(area, as_of)]
    handed_in = _handed_in(con, registers, handed.parts, complete)
    on_step("写出快照")
    paths = [path for path, _ in files]
    tables = write_tables(con, pack, registers, handed.parts, paths, handed_in, frozen)
    on_step("整理问题")
    names = {int(area.code): area.name for area in pack.place.areas}
    problems = [
        *handed.problems,
        *report.cell_problems(con, handed.parts, paths, [a.name for a in areas]),
        *report.doubts(con, registers, handed.parts, paths, names),
    ]
    found = report.lists(con, handed.parts, paths)
    missing_codes = {
        r.name: [] if handed_in.get(r.name) == "all"
        else [a.code for a in areas if int(a.code) not in handed_in.get(r.name, ())]
        for r in pack.registers.values()
    }  # fmt: skip
    report.write_problems(frozen / "problems.jsonl", problems)
    write_manifest(frozen, {
        "place": pack.place.id,
        "packs": [pack.id],
        "as_of": as_of.isoformat(),
        "sources": [
            {"file": path.name, "sha256": handed.hashes[path], "register": one.register,
             "sheet": one.sheet, "rows": one.rows, "refused": one.refused}
            for one, path in zip(found, (paths[p.file] for p in handed.parts), strict=True)
        ],
        "tables": tables,
        "registers": {
            r.name: {
                "absence": r.absence,
                "handed_in": "all" if handed_in.get(r.name) == "all"
                else [f"{code:09d}" for code in handed_in.get(r.name, ())],
                "missing": missing_codes[r.name],
            }
            for r in pack.registers.values()
        },
        "areas": [{"code": area.code, "name": area.name} for area in areas],
        "problems": {
            "errors": sum(problem.severity == "error" for problem in problems),
            "warnings": sum(problem.severity == "warning" for problem in problems),
        },
    })  # fmt: skip
    missing = {
        name: tuple(names[int(code)] for code in codes)
        for name, codes in missing_codes.items()
        if codes
    }
    return found, missing, problems


def _named(
    pack: Pack, files: Sequence[tuple[Path, str | None]]
) -> list[tuple[Path, Register | None]]:
    problems, named = [], []
    for path, register in files:
        if not path.is_file():
            problems.append(Problem(str(path), "没有这个文件", "请检查路径"))
        elif register is not None and register not in pack.registers:
            near = suggest(register, pack.registers)
            hint = f"是不是 {near}？" if near else f"可写：{'、'.join(pack.registers)}"
            problems.append(Problem(str(path), f"没有名册 {register!r}", hint))
        else:
            named.append((path, pack.registers[register] if register else None))
    if not files:
        problems.append(Problem(pack.id, "没有给出名册文件", "请列出要导入的 .xlsx、.xls 或 .csv"))
    doubles = {path.resolve() for path, _ in files}
    if len(doubles) < len(files):
        problems.append(Problem(pack.id, "同一个文件给了两次", "每个文件只写一次"))
    if problems:
        raise ProblemError(*problems)
    return named


def _complete(pack: Pack, complete: Complete) -> dict[str, Literal["all"] | tuple[int, ...]]:
    problems: list[Problem] = []
    said: dict[str, Literal["all"] | tuple[int, ...]] = {}
    for register, areas in complete.items():
        if register not in pack.registers:
            near = suggest(register, pack.registers)
            hint = f"是不是 {near}？" if near else f"可写：{'、'.join(pack.registers)}"
            problems.append(Problem("--complete", f"没有名册 {register!r}", hint))
        elif areas == "all":
            said[register] = "all"
        else:
            found = [(written, pack.place.area(written)) for written in areas]
            problems += [
                Problem("--complete", f"没有镇（街道）{written!r}", "请按 areas.yaml 的名称写")
                for written, area in found
                if area is None
            ]
            said[register] = tuple(sorted({int(area.code) for _, area in found if area}))
    if problems:
        raise ProblemError(*problems)
    return said


def _in_use(area: Any, day: date) -> bool:
    return (area.since is None or area.since <= day) and (area.until is None or day < area.until)


def _area_names(con: duckdb.DuckDBPyConnection, pack: Pack, as_of: date) -> None:
    """Fill the table `area_names`: every spelling of the place's areas, with its code."""
    towns = {
        written: int(area.code)
        for area in pack.place.areas
        if _in_use(area, as_of)
        for name in (area.code, area.name, *area.aliases)
        for written in (name, pack.place.title + name)
    }
    con.executemany("INSERT INTO area_names VALUES (?, ?)", list(towns.items()))


def _known(con: duckdb.DuckDBPyConnection, known: Snapshot) -> None:
    con.execute(
        "CREATE TABLE known AS SELECT i.kind, i.subject_id, p.household_id, i.name, i.id_number, i.uscc, "
        "p.area, CASE WHEN p.is_identified OR regexp_full_match(i.id_number, '[1-9][0-9]{16}[0-9X]') "
        "THEN CAST(left(i.id_number, 17) AS BIGINT) END AS key FROM read_parquet($1) AS i "
        "LEFT JOIN read_parquet($2) AS p ON i.kind = 'person' AND p.person_id = i.subject_id",
        [str(known.path("identities")), str(known.path("persons"))],
    )


def _handed_in(
    con: duckdb.DuckDBPyConnection,
    registers: Sequence[Register],
    parts: Sequence[Part],
    complete: Mapping[str, Literal["all"] | tuple[int, ...]],
) -> dict[str, Literal["all"] | tuple[int, ...]]:
    """Which areas handed in each register: as said, else those that occur in its lists.

    A register whose lists have no column of towns covers the whole place.
    """
    handed_in: dict[str, Literal["all"] | tuple[int, ...]] = {}
    for register in registers:
        own = [part for part in parts if part.register is register]
        areas = {n for n, column in register.columns.items() if column.kind == "area"}
        if register.name in complete:
            handed_in[register.name] = complete[register.name]
        elif any(not areas & part.columns.keys() for part in own):
            handed_in[register.name] = "all"
        else:
            handed_in[register.name] = report.areas(con, register)
    return handed_in
