"""Turns the rows of handed-in lists into typed rows of one register, in one query per list.

A table `rows.<register>` has, beside the register's own columns with stored values:
`_part` (which list), `_row` (its row there, NULL where it follows from the rowid), `_skip` (why the
row is none of the register's: see SKIPPED), `_key` (the first seventeen digits of a sound identity
number), `_birth`, `_number` (all eighteen characters), `_uscc`, `_name`, `_area` (code),
`_household`, `_account`, `_phone`, and `_refused`: what stood in the cells that could not be read,
NULL where all could be. That is one column, since nearly all of it is empty: see `refused`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from luodi.population import cells
from luodi.population.cells import literal, name, value_name

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Column, Register

#: Rows that stand in a list without being entries, by the number in `_skip`.
SKIPPED = {1: "空行", 2: "合计行", 3: "说明行", 4: "重复的表头行", 5: "与前面完全相同的行"}
TOTALS = "(?:^|[|])[^|]{0,8}(?:合计|小计|总计|共计)"
_BETWEEN = "chr(31)"  # between the cells in _refused
_NO_CONTENT = r"[ \t\r\n　/\\\\—-]+|#N/A|#REF!|#VALUE!|#NAME[?]"
_ONLY_TOTALS = "(?:^|[|])(?:本页|全.)?(?:合计|小计|总计|共计)[:：]?(?:[|]|$)"


@dataclass(frozen=True, slots=True)
class Part:
    """One list: a text file, or a sheet of a workbook.

    Attributes:
        source: What to select from; its columns are c0, c1, …; `line` too where `numbered`.
        columns: Column of the register → position.
        width: How many columns there are.
        heading: Printed heading by column of the register.
        first_row: The row of the list's first entry, counted from 1, headings included.
        first_rid: The rowid of that entry in the register's table.
    """

    number: int
    register: Register
    file: int
    sheet: str
    source: str
    columns: Mapping[str, int]
    width: int
    heading: Mapping[str, str]
    first_row: int
    numbered: bool = False
    first_rid: int = 0


@dataclass(frozen=True, slots=True)
class Roles:
    """Which columns of a register say who the row is about, and where to reach them."""

    id_number: str | None
    uscc: str | None
    name: str | None
    area: str | None
    household: str | None
    account: str | None
    phone: str | None

    @classmethod
    def of(cls, register: Register) -> Roles:
        def first(*kinds: str) -> str | None:
            named = [n for n, c in register.columns.items() if c.kind in kinds]
            return next((n for n in named if n in kinds), named[0] if named else None)

        return cls(
            first("id_number"),
            first("uscc"),
            first("name", "org_name")
            if register.of != "organisation"
            else first("org_name", "name"),
            first("area"),
            first("household"),
            first("account"),
            first("phone"),
        )


def table(register: Register) -> str:
    """The SQL name of the register's rows."""
    return f"rows.{name(register.name)}"


def create(con: duckdb.DuckDBPyConnection, register: Register) -> None:
    """An empty table for the rows of `register`."""
    con.execute("CREATE SCHEMA IF NOT EXISTS rows")
    typed = [f"{name(n)} {_sql_type(c)}" for n, c in register.columns.items() if c.type is not None]
    con.execute(
        f"CREATE OR REPLACE TABLE {table(register)} (_part SMALLINT, _row BIGINT, _skip TINYINT, "
        "_key BIGINT, _birth DATE, _number VARCHAR, _uscc VARCHAR, _name VARCHAR, _area INTEGER, "
        f"{', '.join(['_household VARCHAR, _account VARCHAR, _phone VARCHAR', *typed, '_refused VARCHAR'])})"
    )


def _sql_type(column: Column) -> str:
    return {"boolean": "BOOLEAN", "date": "DATE", "month": "DATE", "text": "VARCHAR",
            "enum": "VARCHAR"}.get(column.kind, "BIGINT")  # fmt: skip


def insert(con: duckdb.DuckDBPyConnection, part: Part) -> None:
    """Read `part` into its register's table, in the order of the list.

    Needs the tables of `cells.create_tables`.
    """
    register, roles = part.register, Roles.of(part.register)
    read = {n: c for n, c in register.columns.items() if n in part.columns}
    raw = {n: f"r{part.columns[n]}" for n in read}

    line = ", line" if part.numbered else ""
    cell_columns = ", ".join(f"c{at} AS r{at}" for at in range(part.width))
    query = f"SELECT {cell_columns}{line} FROM {part.source} AS list"
    query = cells.reading([(column, raw[n]) for n, column in read.items()], query)
    looked, skip = _closer_look(part, roles, raw)
    added = ", ".join(f"{sql} AS {column}" for column, sql in looked.items())
    query = f"SELECT *, {added} FROM ({query})"

    def role(n: str | None, sql_type: str) -> str:
        return value_name(n) if n in read else f"CAST(NULL AS {sql_type})"

    columns = [str(part.number), "line" if part.numbered else "NULL", skip]
    columns += [role(roles.id_number, "BIGINT")]
    columns += [cells.birth_name(roles.id_number) if roles.id_number in read else "NULL"]
    columns += [cells.text_name(roles.id_number) if roles.id_number in read else "NULL"]
    columns += [role(roles.uscc, "VARCHAR"), role(roles.name, "VARCHAR")]
    columns += [role(roles.area, "INTEGER"), role(roles.household, "VARCHAR")]
    columns += [role(roles.account, "VARCHAR"), role(roles.phone, "VARCHAR")]
    columns += [
        value_name(n) if n in read else "NULL"
        for n, c in register.columns.items()
        if c.type is not None
    ]
    columns.append(_all_refused(register, raw))
    con.execute(f"INSERT INTO {table(register)} SELECT {', '.join(columns)} FROM ({query})")


def refused(register: Register, column: str) -> str:
    """SQL: what stood in the cell of `column` if it could not be read, else NULL."""
    return f"nullif(split_part(_refused, {_BETWEEN}, {[*register.columns].index(column) + 1}), '')"


def without_refused(register: Register, column: str) -> str:
    """SQL: `_refused` as if the cell of `column` had been read."""
    others = [refused(register, n) if n != column else "NULL" for n in register.columns]
    return (
        f"CASE WHEN coalesce({', '.join([*others, 'NULL'])}) IS NOT NULL THEN {_joined(others)} END"
    )


def _joined(found: Iterable[str]) -> str:
    texts = ", ".join(f"coalesce({cell}, '')" for cell in found)
    return f"concat_ws({_BETWEEN}, {texts})"


def _all_refused(register: Register, raw: Mapping[str, str]) -> str:
    found = [
        f"CASE WHEN {value_name(n)} IS NULL AND {cells.filled(raw[n])} "
        f"THEN replace({raw[n]}, {_BETWEEN}, '') END"
        if n in raw
        else "NULL"
        for n in register.columns
    ]
    # Said otherwise than above: what two expressions share is worked out for all rows.
    unread = " OR ".join(f"({value_name(n)} IS NULL AND {raw[n]} IS NOT NULL)" for n in raw)
    nothing = f"repeat({_BETWEEN}, {len(found) - 1})"
    return f"CASE WHEN {unread} THEN nullif({_joined(found)}, {nothing}) END"


def _closer_look(part: Part, roles: Roles, raw: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Why a row is no entry, looked at only where nothing sound says who the row is about.

    Returns:
        Columns for a stage of their own, and the SQL of `_skip`, which reads them.
    """
    register = part.register
    who = sorted(
        raw[n]
        for n, column in register.columns.items()
        if n in raw and (column.required or n in (roles.id_number, roles.uscc))
    )
    sound = next((n for n in (roles.id_number, roles.uscc) if n in raw), None)
    unsound = f"{value_name(sound)} IS NULL" if sound else "true"

    def joined(columns: Iterable[str]) -> str:
        texts = ", ".join(f"coalesce({column}, '')" for column in columns)
        return f"regexp_replace(concat_ws('|', {texts}), {literal(_NO_CONTENT)}, '', 'g')"

    everything = [f"r{at}" for at in range(part.width)]
    named = [raw[roles.name]] if roles.name and roles.name in raw else ["''"]
    looks = ", ".join(map(joined, (who or ["''"], raw.values(), everything, named)))
    columns = {"_look": f"CASE WHEN {unsound} THEN [{looks}] END"}
    heading = f"{raw[sound]} IN ({_headings(register.columns[sound])})" if sound else "false"
    short = f"length({raw[sound]}) < 15" if sound else "false"  # 合计 | 12人
    skip = (
        f"CASE WHEN NOT ({unsound}) THEN 0 WHEN {heading} THEN 4 "
        f"WHEN {short} AND regexp_matches(_look[3], {literal(_ONLY_TOTALS)}) THEN 2 "
        f"WHEN NOT regexp_full_match(_look[1], '[|]*') THEN 0 "
        f"WHEN regexp_matches(_look[3], {literal(TOTALS)}) THEN 2 "
        "WHEN regexp_full_match(_look[2], '[|]*') THEN 1 "
        "WHEN regexp_full_match(_look[2], '[|]*[^|]+[|]*') AND _look[4] = '' THEN 3 ELSE 0 END"
    )
    return columns, skip


def _headings(column: Column) -> str:
    return ", ".join(literal(heading) for heading in column.headings)
