"""Writes one workbook per town: who is due what, who waits for what, whose money is held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from luodi.assessment.explain import lack_text
from luodi.basics.identifiers import mask_id
from luodi.report.findings import HOLDS, Findings, TownLine, amount_text

Value: TypeAlias = str | int | Decimal | None
Sheet: TypeAlias = Any  # a write-only worksheet, of which the stubs know too little

_LINE = Side(style="thin", color="BFC5CC")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="E8EDF3")
_ASKED = 3
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")

DUE = (("序号", 6), ("姓名（单位）", 22), ("身份证号（代码）", 22), ("事项", 30), ("金额（元）", 14),
       ("实物", 14), ("依据（文件原文）", 60))  # fmt: skip
HELD = (*DUE[:-1], ("暂缓原因", 28), DUE[-1])
PENDING = (("序号", 6), ("姓名（单位）", 22), ("身份证号（代码）", 22), ("事项", 30),
           ("还缺什么、问谁", 70))  # fmt: skip


def write_town_lists(findings: Findings, folder: Path) -> list[Path]:
    """Write `<town>.xlsx` for every town into `folder`, which is made if missing.

    Names are in full and numbers masked: these lists are for the town's own desk. Money is in
    yuan; what is due and what is held add up to the town's entitlements.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for town in findings.by_town:
        book = Workbook(write_only=True)
        book.properties.creator = "luodi"
        _due(book, findings, town)
        _pending(book, findings, town)
        _held(book, findings, town)
        path = folder / f"{town.name}.xlsx"
        book.save(path)
        written.append(path)
    return written


def safe(text: str) -> str:
    """Text that a spreadsheet shows and never runs as a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text


def _due(book: Workbook, findings: Findings, town: TownLine) -> None:
    count, amount = town.entitled - town.held, town.amount - town.held_amount
    sheet = _sheet(
        book, findings, "应发", town, DUE,
        [f"应发 {count:,} 笔，{amount_text(amount, 'fen')}；另有暂缓 {town.held:,} 笔，见“暂缓”。"],
    )  # fmt: skip
    for serial, (number, row) in enumerate(_entitled(findings, town, held=False), 1):
        _append(sheet, (serial, *number, row[-1]))


def _held(book: Workbook, findings: Findings, town: TownLine) -> None:
    sheet = _sheet(
        book, findings, "暂缓", town, HELD,
        [f"暂缓 {town.held:,} 笔，{amount_text(town.held_amount, 'fen')}：有权领取，先不发，"
         "原因消除后补发。"],
    )  # fmt: skip
    for serial, (number, row) in enumerate(_entitled(findings, town, held=True), 1):
        _append(sheet, (serial, *number, HOLDS.get(row[0], row[0]), row[-1]))


def _entitled(
    findings: Findings, town: TownLine, *, held: bool
) -> Iterable[tuple[tuple[Value, ...], tuple[str, str]]]:
    """Cells of each entitlement, with its hold and its sentence."""
    quotes = {name: findings.quote(name) for name in findings.benefits}
    for benefit, name, number, amount, unit, hold in findings.rows(
        "SELECT benefit, name, number, amount, unit, hold FROM due WHERE area = ? AND "
        "(hold <> '') = ? ORDER BY place, subject_id, month",
        town.area,
        held,
    ):
        yuan = Decimal(amount) / 100 if unit == "fen" and amount is not None else None
        kind = "" if unit == "fen" else amount_text(amount, unit)
        label = findings.benefits[benefit].label
        yield (name, mask_id(number), label, yuan, kind), (hold, quotes[benefit])


def _pending(book: Workbook, findings: Findings, town: TownLine) -> None:
    notes = [f"名册上待核实 {town.undecided:,} 条。待核实不是不符合：补上所缺的，就能定。"]
    notes += unlisted_notes(findings, town.area)
    asked = [one.text for one in findings.questions if one.area == town.area][:_ASKED]
    if asked:
        notes.append("先办这几件，定得最多：" + "；".join(asked) + "。")
    sheet = _sheet(book, findings, "待核实", town, PENDING, notes)
    rows = findings.rows(
        "SELECT benefit, subject_kind, name, number, lacks FROM open_rows WHERE area = ? "
        "ORDER BY place, subject_id, month",
        town.area,
    )
    for serial, (benefit, kind, name, number, lacks) in enumerate(rows, 1):
        why = "；".join(lack_text(findings.pack, kind, lack) for lack in lacks)
        label = findings.benefits[benefit].label
        _append(sheet, (serial, name, mask_id(number), label, why))


def unlisted_notes(findings: Findings, area: int) -> list[str]:
    """What is said once for all people or households of a town who are on no list."""
    return [
        f"{findings.why_unlisted(one)}：未列入任何名册的 {one.count:,} {one.counted}待定（"
        + "、".join(findings.benefits[name].label for name in one.benefits)
        + "）。"
        for one in findings.unlisted
        if one.area == area
    ]


def _sheet(
    book: Workbook,
    findings: Findings,
    title: str,
    town: TownLine,
    columns: Sequence[tuple[str, int]],
    notes: Sequence[str],
) -> Sheet:
    """A sheet with its heading rows written, ready for rows."""
    sheet = book.create_sheet(title)
    for at, (_, width) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    heading = 2 + len(notes)
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    month = "、".join(findings.assessment.summary["months"])
    top = WriteOnlyCell(sheet, safe(f"{town.name} {title}名单（{month}）"))
    top.font = Font(bold=True, size=14)
    sheet.append([top])
    for note in notes:
        sheet.append([WriteOnlyCell(sheet, safe(note))])
    cells = []
    for name, _ in columns:
        cell = WriteOnlyCell(sheet, name)
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cells.append(cell)
    sheet.append(cells)
    return sheet


def _append(sheet: Sheet, values: Sequence[Value]) -> None:
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet)
        cell.value = safe(value) if isinstance(value, str) else value
        cell.border = _BORDER
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        if isinstance(value, Decimal):
            cell.number_format = "#,##0.00"
        elif isinstance(value, str):
            cell.number_format = "@"
        cells.append(cell)
    sheet.append(cells)
