"""Writes made-up lists as bureaus lay them out: workbooks with a title and totals, or text."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from luodi.population.cells import literal, name

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Register

#: Longer lists are written as text: workbooks of that size open slowly.
LARGEST_SHEET = 100_000
AS_NUMBER = "#number:"


def write_list(
    con: duckdb.DuckDBPyConnection, register: Register, path: Path, encoding: str, day: date
) -> None:
    """Write the table `list` to `path`: .xlsx with a title above and a totals row below, or .csv.

    A workbook says that it was saved on `day`, so that the same list gives the same bytes.
    """
    if path.suffix == ".xlsx":
        _workbook(con, register, path)
        _date(path, day)
    else:
        _text(con, register, path, encoding)


def _text(con: duckdb.DuckDBPyConnection, register: Register, path: Path, encoding: str) -> None:
    columns = ", ".join(
        f"CASE WHEN starts_with({name(n)}, {literal(AS_NUMBER)}) THEN '9.90281E+17' ELSE {name(n)} END "
        f"AS {name(column.headings[0])}"
        if column.kind == "id_number"
        else f"{name(n)} AS {name(column.headings[0])}"
        for n, column in register.columns.items()
    )
    con.execute(
        f"COPY (SELECT {columns} FROM list ORDER BY _i, rowid) TO {literal(str(path))} (HEADER, DELIMITER ',')"
    )
    if encoding != "utf-8":
        text = path.read_text("utf-8")
        path.write_bytes(text.encode(encoding))


def _workbook(con: duckdb.DuckDBPyConnection, register: Register, path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(register.title[:31])
    sheet.column_dimensions["A"].width = 6
    for at, column in enumerate(register.columns.values()):
        wide = column.kind in ("id_number", "account", "uscc", "org_name")
        sheet.column_dimensions[chr(66 + at)].width = 24 if wide else 14
    title = WriteOnlyCell(sheet, register.title)
    title.font = Font(bold=True, size=14)
    sheet.append([title])
    sheet.append(["序号", *(column.headings[0] for column in register.columns.values())])
    columns = ", ".join(map(name, register.columns))
    cursor = con.execute(f"SELECT {columns} FROM list ORDER BY _i, rowid")
    serial = 0
    while rows := cursor.fetchmany(5000):
        for row in rows:
            serial += 1
            sheet.append([serial, *map(_cell, row)])
    sheet.append(["合计", f"{serial}行"])
    book.save(path)


def _date(path: Path, day: date) -> None:
    """Put `day` for the time at which the workbook was saved."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    core = "docProps/core.xml"
    parts[core] = re.sub(
        rb"[0-9-]{10}T[0-9:.]+Z", f"{day.isoformat()}T00:00:00Z".encode(), parts[core]
    )
    with zipfile.ZipFile(path, "w") as book:
        for name_, content in parts.items():
            entry = zipfile.ZipInfo(name_, (day.year, day.month, day.day, 0, 0, 0))
            book.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(AS_NUMBER):
        return int(value.removeprefix(AS_NUMBER))
    return None if value is None else str(value)
