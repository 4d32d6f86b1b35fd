"""Reads handed-in files into `rows.*`: finds each list's headings and register, then its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from luodi.basics.problem import Problem, ProblemError
from luodi.population import cells, textfile
from luodi.population.cells import literal
from luodi.population.headings import SEARCHED_ROWS, Layout, find_layout
from luodi.population.rows import TOTALS, Part, create, insert, refused, table
from luodi.population.snapshot import sha256
from luodi.population.textfile import TextFile
from luodi.population.workbook import Sheet, read_workbooks

if TYPE_CHECKING:
    from luodi.pack import Pack, Register

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
TEXTS = (".csv", ".txt", ".tsv")
NOTES, CHOICES = "填表说明", "选项"  # the sheets beside the list in our templates


@dataclass
class HandedIn:
    """What was read: the lists in order, hashes of the files, and problems that stop nothing."""

    parts: list[Part] = field(default_factory=list)
    hashes: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(
    con: duckdb.DuckDBPyConnection,
    pack: Pack,
    files: Sequence[tuple[Path, Register | None]],
    staged: Path,
    on_step: Callable[[str], None],
) -> HandedIn:
    """Read all `files` into `rows.<register>`.

    Raises:
        ProblemError: with a problem for each file that is no list, or is no list of one register.
    """
    handed = HandedIn()
    broken: list[Problem] = []
    books = [path for path, _ in files if path.suffix.lower() in WORKBOOKS]
    sheets, problems = read_workbooks(books, staged) if books else ({}, [])
    broken += problems
    seen: dict[str, Path] = {}
    for one in pack.registers.values():
        create(con, one)
    for number, (path, register) in enumerate(files):
        on_step(f"读 {path.name}")
        wanted = [register] if register else list(pack.registers.values())
        reader = _Reader(con, wanted, number, path, staged, handed)
        try:
            if path in sheets:
                handed.hashes[path] = sha256(path)
                reader.workbook(sheets[path])
            elif path.suffix.lower() in TEXTS:
                reader.text()
            elif path not in books:
                kinds = "、".join((*WORKBOOKS, *TEXTS))
                broken.append(Problem(path.name, "不认识的文件类型", f"可以导入：{kinds}"))
        except ProblemError as error:
            broken += error.problems
            continue
        digest = handed.hashes.get(path)
        if digest is not None and digest in seen:
            broken.append(
                Problem(path.name, f"与 {seen[digest].name} 的内容完全相同", "同一份名册只导入一次")
            )
        elif digest is not None:
            seen[digest] = path
    if broken:
        raise ProblemError(*broken)
    return handed


@dataclass
class _Reader:
    """Reads one file."""

    con: duckdb.DuckDBPyConnection
    registers: Sequence[Register]
    number: int
    path: Path
    staged: Path
    handed: HandedIn

    def text(self) -> None:
        file = textfile.look_at(self.path)
        self.handed.hashes[self.path] = file.sha256
        layout = find_layout(file.top, self.registers, self.path.name, self._named("", file.top))
        if isinstance(layout, Problem):
            raise ProblemError(layout)
        self._unread(layout, self.path.name)
        width = max(len(file.top[layout.first_row - 1]), 1 + max(layout.columns.values()))
        if width > textfile.MAX_COLUMNS:
            raise ProblemError(Problem(self.path.name, f"有 {width} 列", "请只留名册的各列"))
        part = self._part(layout, "", width)
        if not (file.is_plain_utf8 and self._quickly(part, file)):
            self._slowly(part, file)

    def _quickly(self, part: Part, file: TextFile) -> bool:
        """Let DuckDB read the file where it stands, if every line is one row of the list."""
        source = _csv(file.path, file.separator, part.width, part.first_row - 1)
        lines = file.line_feeds + file.ends_open
        try:
            rows = self._insert(replace(part, source=source))
        except duckdb.Error:  # a ragged row or a stray byte: the slow way says which
            return False
        if rows == lines - (part.first_row - 1):
            return True
        self.con.execute(f"DELETE FROM {table(part.register)} WHERE _part = {part.number}")
        self.handed.parts.pop()
        return False

    def _slowly(self, part: Part, file: TextFile) -> None:
        target = self.staged / f"{self.number}.csv"
        self.handed.problems += textfile.mended(file, part.first_row - 1, part.width, target)
        source = _csv(target, ",", part.width, 0, numbered=True)
        self._insert(replace(part, source=source, numbered=True))

    def workbook(self, sheets: Sequence[Sheet]) -> None:
        found = 0
        problems: list[Problem] = []
        for sheet in sheets:
            place = f"{self.path.name}:{sheet.name}"
            top = self._top(sheet)
            if sheet.name in (NOTES, CHOICES) or not any(any(row) for row in top):
                continue
            layout = find_layout(top, self.registers, place, self._named(sheet.name, top))
            if isinstance(layout, Problem):
                problems.append(layout)
                continue
            found += 1
            self._unread(layout, place)
            part = self._part(layout, sheet.name, sheet.columns)
            source = f"read_parquet({literal(str(sheet.table))})"
            self._insert(replace(part, source=source))
        if problems:
            raise ProblemError(*problems)
        if not found:
            raise ProblemError(Problem(self.path.name, "工作簿里没有名册", "请检查文件"))

    def _top(self, sheet: Sheet) -> list[list[str | None]]:
        if sheet.columns == 0:
            return []
        rows = self.con.execute(
            f"SELECT * FROM read_parquet({literal(str(sheet.table))}) LIMIT {SEARCHED_ROWS + 1}"
        ).fetchall()
        return [list(row) for row in rows]

    def _named(self, sheet: str, top: Sequence[Sequence[str | None]]) -> str:
        """What the file says it is: its name, the sheet's, and a title above the headings."""
        titles = (c for row in top[:5] if len(f := [c for c in row if c]) == 1 for c in f)
        return ":".join([self.path.stem, sheet, *titles])

    def _unread(self, layout: Layout, place: str) -> None:
        ignored = [heading for heading in layout.unread if heading not in ("序号", "备注", "编号")]
        if ignored:
            self.handed.problems.append(
                Problem(
                    place,
                    f"有 {len(ignored)} 列没有读：{'、'.join(ignored[:8])}",
                    f"{layout.register.title}里没有这些列；要读的，请改成模板里的表头",
                    severity="warning",
                )
            )

    def _part(self, layout: Layout, sheet: str, width: int) -> Part:
        heading = {name: layout.heading[at] for name, at in layout.columns.items()}
        return Part(
            len(self.handed.parts), layout.register, self.number, sheet, "", layout.columns, width,
            heading, layout.first_row + 1,
        )  # fmt: skip

    def _insert(self, part: Part) -> int:
        """Insert the list, filling "as above" cells where there are any; the number of rows."""
        start = part.first_row - 1
        if part.source.startswith("read_parquet"):
            part = replace(part, source=f"(SELECT * FROM {part.source} OFFSET {start})")
        insert(self.con, part)
        if self._has_blanks_below(part):
            self.con.execute(f"DELETE FROM {table(part.register)} WHERE _part = {part.number}")
            insert(self.con, replace(part, source=_carried(part)))
        row = self.con.execute(
            f"SELECT count(*), coalesce(min(rowid), 0) FROM {table(part.register)} "
            f"WHERE _part = {part.number}"
        ).fetchone()
        assert row is not None
        self.handed.parts.append(replace(part, first_rid=row[1]))
        return int(row[0])

    def _has_blanks_below(self, part: Part) -> bool:
        columns = [n for n in part.columns if part.register.columns[n].carry_down]
        if not columns:
            return False
        roles = {"area": "_area", "household": "_household", "name": "_name"}
        blank = " OR ".join(
            f"{roles.get(part.register.columns[n].kind, cells.name(n))} IS NULL "
            f"AND {refused(part.register, n)} IS NULL"
            for n in columns
        )
        row = self.con.execute(
            f"SELECT 1 FROM {table(part.register)} WHERE _part = {part.number} AND _skip = 0 "
            f"AND ({blank}) LIMIT 1"
        ).fetchone()
        return row is not None


def _csv(path: Path, separator: str, width: int, skip: int, *, numbered: bool = False) -> str:
    columns = {"line": "BIGINT"} if numbered else {}
    columns |= {f"c{at}": "VARCHAR" for at in range(width)}
    described = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
    return (
        f"read_csv({literal(str(path.resolve()))}, columns = {{{described}}}, auto_detect = false, "
        f"header = false, skip = {skip}, delim = {literal(separator)}, quote = '\"', escape = '\"', "
        "nullstr = '', encoding = 'utf-8')"
    )


def _carried(part: Part) -> str:
    """The list with blank cells of "as above" columns filled from the last filled one above."""
    columns = [at for n, at in part.columns.items() if part.register.columns[n].carry_down]
    filled = ", ".join(
        f"CASE WHEN {cells.filled(f'c{at}')} OR NOT ({_entry(part)}) THEN c{at} ELSE "
        f"last_value(CASE WHEN {cells.filled(f'c{at}')} AND NOT regexp_matches(replace(c{at}, ' ', ''), "
        f"{literal(TOTALS)}) THEN c{at} END IGNORE NULLS) OVER (ORDER BY _n) END AS c{at}"
        for at in columns
    )
    numbered = "SELECT *, row_number() OVER () AS _n FROM " + part.source
    return f"(SELECT * EXCLUDE (_n) REPLACE ({filled}) FROM ({numbered}) ORDER BY _n)"


def _entry(part: Part) -> str:
    """SQL: whether a row holds anything but "as above" cells, so that blank rows stay blank."""
    own = [at for n, at in part.columns.items() if not part.register.columns[n].carry_down]
    return " OR ".join(cells.filled(f"c{at}") for at in own) or "true"
