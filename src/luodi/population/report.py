"""Collects what is wrong with the rows: refused cells, nobody's rows, doubts; each with its place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from luodi.basics.problem import Problem
from luodi.population import wording
from luodi.population.cells import name
from luodi.population.matching import id_number
from luodi.population.rows import Part, Roles, refused, table

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Register
    from luodi.population.importing import ImportedList


def areas(con: duckdb.DuckDBPyConnection, register: Register) -> tuple[int, ...]:
    """The codes of the areas that occur in the register's lists."""
    rows = con.execute(
        f"SELECT DISTINCT _area FROM {table(register)} WHERE _skip = 0 AND _area IS NOT NULL ORDER BY 1"
    ).fetchall()
    return tuple(row[0] for row in rows)


def lists(
    con: duckdb.DuckDBPyConnection, parts: Sequence[Part], files: Sequence[Path]
) -> list[ImportedList]:
    """Rows, refused rows and skipped rows of each list."""
    from luodi.population.importing import ImportedList

    found = []
    for part in parts:
        row = con.execute(
            f"SELECT count(*) FILTER (_skip = 0), count(*) FILTER (_skip = 0 AND _refused IS NOT NULL), "
            f"count(*) FILTER (_skip > 0) FROM {table(part.register)} WHERE _part = {part.number}"
        ).fetchone()
        assert row is not None
        found.append(ImportedList(part.register.name, files[part.file].name, part.sheet, *row))
    return found


def cell_problems(
    con: duckdb.DuckDBPyConnection,
    parts: Sequence[Part],
    files: Sequence[Path],
    towns: Sequence[str],
) -> Iterable[Problem]:
    """Every cell that was refused or is missing, in the order of the lists."""
    for part in parts:
        register, roles = part.register, Roles.of(part.register)
        read = list(part.columns)
        stored = {
            roles.id_number: "_key", roles.uscc: "_uscc", roles.name: "_name", roles.area: "_area",
            roles.household: "_household", roles.account: "_account", roles.phone: "_phone",
        }  # fmt: skip
        needed = [n for n in read if register.columns[n].required]
        empty = [
            f"{stored.get(n, name(n))} IS NULL AND {refused(register, n)} IS NULL"
            for n in needed
            if n in stored or register.columns[n].type is not None
        ]
        who = [c for c in ("_key", "_uscc", "_name") if c in {stored.get(n) for n in read}]
        is_anybody = register.is_record or not who
        nobody = "false" if is_anybody else " AND ".join(f"{c} IS NULL" for c in who)
        cursor = con.execute(
            f"SELECT {place_row(part)}, {nobody}, [{', '.join(refused(register, n) for n in read)}], "
            f"[{', '.join(empty) or 'false'}] FROM {table(register)} WHERE _part = {part.number} "
            f"AND _skip = 0 AND ({' OR '.join(['_refused IS NOT NULL', *empty, nobody])}) ORDER BY rowid"
        )
        checked = [n for n in needed if n in stored or register.columns[n].type is not None]
        where = _where(part, files)
        while rows := cursor.fetchmany(10_000):
            for row, is_nobody, found, missing in rows:
                at = f"{where}:第{row}行"
                if is_nobody:
                    yield wording.nobody(at)
                for n, cell in zip(read, found, strict=True):
                    if cell is not None:
                        place = f"{at}:{part.heading[n]}"
                        yield wording.cell_problem(
                            place, register, register.columns[n], cell, towns
                        )
                if not is_nobody:
                    for n, is_missing in zip(checked, missing, strict=False):
                        if is_missing:
                            place = f"{at}:{part.heading[n]}"
                            yield wording.missing_cell(place, register, register.columns[n])


def doubts(
    con: duckdb.DuckDBPyConnection,
    registers: Sequence[Register],
    parts: Sequence[Part],
    files: Sequence[Path],
    areas: Mapping[int, str],
) -> Iterable[Problem]:
    """What contradicts what between rows, with the place of the row that shows it."""
    by_name = {register.name: register for register in registers}
    cursor = con.execute(
        f"SELECT kind, register, rid, {id_number('key')}, a, b FROM doubts ORDER BY rowid"
    )
    towns = {str(code): area for code, area in areas.items()}
    places = _Places(con, parts, files)
    for kind, register, rid, number, a, b in cursor.fetchall():
        place = places.of(by_name[register], rid) if register else "名册之间"
        label = by_name[register].columns[a].label if kind in ("two_values", "too_large_sum") else a
        first, second = (towns.get(text or "", text or "") for text in (label, b))
        yield wording.doubt(kind, place, number or "", first, second)


class _Places:
    """Where a row of a register stood, by rowid."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, parts: Sequence[Part], files: Sequence[Path]
    ) -> None:
        self.con, self.files = con, files
        self.parts: dict[str, list[Part]] = {}
        for part in sorted(parts, key=lambda part: part.first_rid):
            self.parts.setdefault(part.register.name, []).append(part)

    def of(self, register: Register, rid: int) -> str:
        part = [p for p in self.parts[register.name] if p.first_rid <= rid][-1]
        row = rid - part.first_rid + part.first_row
        if part.numbered:
            found = self.con.execute(
                f"SELECT _row FROM {table(register)} WHERE rowid = {rid}"
            ).fetchone()
            row = found[0] if found else row
        return f"{_where(part, self.files)}:第{row}行"


def write_problems(path: Path, problems: Iterable[Problem]) -> None:
    """One JSON object a line."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for problem in problems:
            row = {field: getattr(problem, field) for field in Problem.__slots__}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def place_row(part: Part) -> str:
    return f"coalesce(_row, rowid - {part.first_rid} + {part.first_row})"


def _where(part: Part, files: Sequence[Path]) -> str:
    sheet = f":{part.sheet}" if part.sheet else ""
    return f"{files[part.file].name}{sheet}"
