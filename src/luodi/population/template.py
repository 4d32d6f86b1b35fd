"""Writes the empty workbooks that bureaus fill in: one per register, with notes and drop-downs."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from luodi.basics.problem import Problem, ProblemError
from luodi.population.lists import CHOICES, NOTES
from luodi.population.wording import expected

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from luodi.pack import Column, Pack, Register

LAST_ROW = 5_000
_AS_TEXT = "@"
_FORMATS = {"money": "#,##0.00", "integer": "0", "date": "yyyy-mm-dd", "ratio": "0.00%"}
_WIDTHS = {"id_number": 22, "account": 24, "uscc": 22, "org_name": 28, "area": 14, "name": 12}
_THIN = Side(style="thin", color="FFB0B8C0")
_HEAD = PatternFill("solid", fgColor="FFDCE6F1")
_REQUIRED = PatternFill("solid", fgColor="FFFCE4D6")


def write_templates(pack: Pack, out: Path) -> list[Path]:
    """Write one workbook per register of `pack` into the new folder `out`.

    Each has the headings in their first row, a note on every heading, drop-downs for towns and
    options, text cells for numbers that must keep their digits, and a sheet that explains it all.

    Raises:
        ProblemError: `out` exists.
    """
    if out.exists():
        raise ProblemError(Problem(str(out), "文件夹已存在", "请换一个 --out"))
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        names = [_write(pack, register, work) for register in pack.registers.values()]
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return [out / name for name in names]


def _write(pack: Pack, register: Register, folder: Path) -> str:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = register.title[:31]
    notes = book.create_sheet(NOTES)
    choices = book.create_sheet(CHOICES)
    choices.sheet_state = "hidden"
    _headings(sheet, pack, register, choices)
    _explain(notes, pack, register)
    name = f"{register.title}.xlsx"
    book.save(folder / name)
    return name


def _headings(sheet: Worksheet, pack: Pack, register: Register, choices: Worksheet) -> None:
    for at, column in enumerate(register.columns.values(), start=1):
        letter = get_column_letter(at)
        cell = sheet.cell(1, at, column.headings[0])
        cell.font = Font(bold=True)
        cell.fill = _REQUIRED if column.required else _HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = Border(bottom=_THIN, right=_THIN)
        cell.comment = Comment("\n".join(_note(register, column)), "luodi", width=320, height=140)
        sheet.column_dimensions[letter].width = _WIDTHS.get(
            column.kind, max(12, 2 * len(column.headings[0]) + 2)
        )
        # The whole column, so that pasted rows keep it: a cell per row would bloat the file.
        sheet.column_dimensions[letter].number_format = _FORMATS.get(column.kind, _AS_TEXT)
        options = _options(pack, column)
        if options:
            _drop_down(sheet, choices, at, letter, column, options)
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _options(pack: Pack, column: Column) -> list[str]:
    if column.kind == "area":
        return [area.name for area in pack.place.areas]
    if column.kind == "boolean":
        return ["是", "否"]
    return list(column.values)


def _drop_down(
    sheet: Worksheet, choices: Worksheet, at: int, letter: str, column: Column, options: list[str]
) -> None:
    """A list in a hidden sheet: one written into the rule itself may have 255 characters at most."""
    for row, option in enumerate(options, start=1):
        choices.cell(row, at, option)
    rule = DataValidation(
        type="list",
        formula1=f"{CHOICES}!${letter}$1:${letter}${len(options)}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=column.headings[0],
        error="请从下拉列表里选一项",
    )
    rule.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(rule)


def _note(register: Register, column: Column) -> list[str]:
    lines = [
        f"填：{expected(column)}",
        "必填" if column.required else "没有的空着，不要填 0 或“无”",
    ]
    if column.kind in ("id_number", "account", "uscc"):
        lines.append("单元格已设为文本，请勿改成数字，否则末尾几位会丢失")
    if column.carry_down:
        lines.append("与上一行相同的可以空着")
    if column.note:
        lines.append(column.note)
    lines.append(f"数据由{register.owner}负责")
    return lines


def _explain(sheet: Worksheet, pack: Pack, register: Register) -> None:
    """Two columns only, so that no import takes this sheet for a list."""
    absence = (
        "名册要列全：没有列入的人，按“不是”处理"
        if register.absence == "no"
        else "名册可以不全：没有列入的，按“不知道”处理"
    )
    rows = [
        (register.title, ""),
        ("用途", f"{pack.title}"),
        ("由谁填", register.owner),
        ("是否列全", absence),
        ("怎样填", "从第 2 行起，每行一条；不要合并单元格，不要加合计行"),
        ("", "橙色表头必填；其他不知道的空着"),
        ("", "身份证号、账号按文本录入，18 位身份证号末位 X 大小写都可以"),
    ]
    if register.note:
        rows.append(("说明", register.note))
    rows.append(("各列", ""))
    rows += [
        (column.headings[0], "；".join(_note(register, column)[:-1]))
        for column in register.columns.values()
    ]
    for row in rows:
        sheet.append(row)
    sheet["A1"].font = Font(bold=True, size=14)
    for (cell,) in sheet.iter_rows(min_row=2, max_col=1):
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 20
    sheet.column_dimensions["B"].width = 90
    for (cell,) in sheet.iter_rows(min_col=2, max_col=2):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
