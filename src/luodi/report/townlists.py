"""Writes one workbook per town: who is due what, who waits for what, whose money is held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from luodi.assessment.explain import lack_text
from luodi.basics.identifiers import mask_id
from luodi.report.columns import width
from luodi.report.findings import HOLDS, Findings, TownLine, amount_text

Value: TypeAlias = str | int | Decimal | None

_LINE = Side(style="thin", color="BFC5CC")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="E8EDF3")
_ASKED = 3
_RUNS = tuple("=+-@\t\r\n＝＋－＠")
_FONT = "宋体"
_A4 = 9

DUE = (("序号", 6), ("姓名（单位）", 22), ("身份证号（代码）", 22), ("事项", 30), ("金额（元）", 14),
       ("实物", 14), ("依据（文件原文）", 70))  # fmt: skip
HELD = (*DUE[:-1], ("暂缓原因", 28), DUE[-1])
PENDING = (("序号", 6), ("姓名（单位）", 22), ("身份证号（代码）", 22), ("事项", 44),
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
    note = f"应发 {count:,} 笔，{amount_text(amount, 'fen')}。另有暂缓 {town.held:,} 笔，见“暂缓”。"
    sheet = _Sheet(book, "应发", DUE, [_title(findings, town, "应发"), note])
    for serial, (cells, _, quote) in enumerate(_entitled(findings, town, held=False), 1):
        sheet.append((serial, *cells, quote))


def _held(book: Workbook, findings: Findings, town: TownLine) -> None:
    note = (
        f"暂缓 {town.held:,} 笔，{amount_text(town.held_amount, 'fen')}。"
        "有权领取，先不发，原因消除后补发。"
    )
    sheet = _Sheet(book, "暂缓", HELD, [_title(findings, town, "暂缓"), note])
    for serial, (cells, hold, quote) in enumerate(_entitled(findings, town, held=True), 1):
        sheet.append((serial, *cells, HOLDS.get(hold, hold), quote))


def _title(findings: Findings, town: TownLine, what: str) -> str:
    return f"{town.name} {what}名单（{'、'.join(findings.assessment.summary['months'])}）"


def _entitled(
    findings: Findings, town: TownLine, *, held: bool
) -> Iterable[tuple[tuple[Value, ...], str, str]]:
    """Cells of each entitlement, with its hold and its sentence."""
    quotes = {name: findings.quote(name) for name in findings.benefits}
    several = len(findings.assessment.summary["months"]) > 1
    for benefit, name, number, month, amount, unit, hold in findings.rows(
        "SELECT benefit, name, number, month, amount, unit, hold FROM due WHERE area = ? AND "
        "(hold <> '') = ? ORDER BY place, subject_id, month",
        town.area,
        held,
    ):
        yuan = Decimal(amount) / 100 if unit == "fen" and amount is not None else None
        kind = "" if unit == "fen" else amount_text(amount, unit)
        label = findings.benefits[benefit].label + (f"（{month}）" if several else "")
        yield (name, mask_id(number), label, yuan, kind), hold, quotes[benefit]


def _pending(book: Workbook, findings: Findings, town: TownLine) -> None:
    rows = findings.rows(
        "SELECT subject_kind, any_value(name), any_value(number), list(benefit ORDER BY place), "
        "list(lacks ORDER BY place) FROM open_rows WHERE area = ? "
        "GROUP BY subject_kind, subject_id ORDER BY min(place), subject_kind, subject_id",
        town.area,
    )
    notes = [
        _title(findings, town, "待核实"),
        f"名册上待核实 {len(rows):,} 个对象，{town.undecided:,} 项。"
        "待核实不是不符合：补上所缺的，就能定。",
        *unlisted_notes(findings, town.area),
    ]
    asked = [one.text for one in findings.questions if one.area == town.area][:_ASKED]
    if asked:
        notes.append("先办这几件，定得最多：" + "；".join(asked) + "。")
    sheet = _Sheet(book, "待核实", PENDING, notes)
    for serial, (kind, name, number, benefits, lacks) in enumerate(rows, 1):
        labels = "、".join(dict.fromkeys(findings.benefits[one].label for one in benefits))
        lacking = dict.fromkeys(one for some in lacks for one in some)
        why = "；".join(lack_text(findings.pack, kind, one) for one in lacking)
        sheet.append((serial, name, mask_id(number), labels, why))


def unlisted_notes(findings: Findings, area: int) -> list[str]:
    """What is said once for all people or households of a town who are on no list."""
    return [
        f"{findings.why_unlisted(one)}：未列入任何名册的 {one.count:,} {one.counted}待定（"
        + "、".join(findings.benefits[name].label for name in one.benefits)
        + "）。"
        for one in findings.unlisted
        if one.area == area
    ]


class _Sheet:
    """A sheet of a workbook that is written row by row: title, notes, headings, then rows."""

    def __init__(
        self, book: Workbook, title: str, columns: Sequence[tuple[str, int]], notes: Sequence[str]
    ) -> None:
        self.widths = [wide for _, wide in columns]
        self.row = 0
        sheet = self.sheet = book.create_sheet(title[:31])
        for at, wide in enumerate(self.widths, 1):
            sheet.column_dimensions[get_column_letter(at)].width = wide
        heading = 1 + len(notes)
        sheet.freeze_panes = f"A{heading + 1}"
        sheet.print_title_rows = f"{heading}:{heading}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = _A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
        for number, note in enumerate(notes):
            cell = WriteOnlyCell(sheet, safe(note))
            cell.font = Font(name=_FONT, bold=not number, size=11 if number else 14)
            self._write([cell], 1 if number else 2)
        cells = []
        for name, _ in columns:
            cell = WriteOnlyCell(sheet, name)
            cell.font, cell.fill, cell.border = Font(name=_FONT, bold=True), _HEAD, _BORDER
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cells.append(cell)
        self._write(cells, 1)

    def append(self, values: Sequence[Value]) -> None:
        """Add a row. Text stays text; money has two decimals."""
        cells = []
        for value in values:
            cell = WriteOnlyCell(self.sheet)
            cell.value = safe(value) if isinstance(value, str) else value
            cell.border, cell.font = _BORDER, Font(name=_FONT)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(value, Decimal):
                cell.number_format = "#,##0.00"
            elif isinstance(value, str):
                cell.number_format = "@"
            cells.append(cell)
        texts = zip(values, self.widths, strict=True)
        self._write(cells, max(_lines(value, wide) for value, wide in texts))

    def _write(self, cells: list[Cell], lines: int) -> None:
        # Programs differ in whether they fit rows to wrapped text by themselves.
        self.row += 1
        self.sheet.row_dimensions[self.row].height = 15 * lines + 2
        self.sheet.append(cells)


def _lines(value: Value, wide: int) -> int:
    return -(-width(value) // (wide - 1)) if isinstance(value, str) and value else 1
