"""Reads published index figures, month by month, from a CSV file.

One row a figure: 指标, 月份, and either 同比涨幅 (4.6), 指数 with last year's month as 100 (104.6), or 数值
in the unit of the indicator; 发布日期 and 来源 where known. A later release of the same month is a
revision and goes before the earlier one.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.pack import Indicator, Pack
from luodi.pack.figures import stored_figure
from luodi.rules import Kind, Value

MOST_BYTES = 5_000_000
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("指标", "指标名称"),
    "month": ("月份", "期间", "年月"),
    "growth": ("同比涨幅", "同比涨幅(%)", "同比(%)", "同比"),
    "index": ("指数", "指数(上年同月=100)", "上年同月=100"),
    "value": ("数值",),
    "released": ("发布日期", "发布时间"),
    "source": ("来源", "发布机构"),
}
_FIGURES = ("growth", "index", "value")
_NEXT = "更正后可重新读入；这次没有读入任何一行"


@dataclass(frozen=True, slots=True)
class Observation:
    """A published figure: the value that rules read, when it was released, by whom."""

    value: Value
    released: date | None
    source: str
    row: int


Series = Mapping[str, Mapping[Month, Observation]]


def read_series(file: Path, pack: Pack) -> Series:
    """The figures in `file`, by indicator of `pack` and month; the latest release of each.

    Raises:
        ProblemError: The file cannot be read, or a row is wrong: every row that is, with its
            heading. Nothing of a file with a wrong row is used.
    """
    try:
        rows = list(csv.reader(_text(file).splitlines(), strict=True))
    except csv.Error as error:
        raise ProblemError(
            Problem(str(file), "引号不成对，或一格太长", "请用表格软件另存为 CSV")
        ) from error
    if not rows:
        raise ProblemError(
            Problem(str(file), "文件是空的", f"首行写表头：{'、'.join(HEADINGS['name'])}…")
        )
    columns = _columns(file, rows[0])
    names = {one.label: one for one in pack.indicators.values()} | dict(pack.indicators)
    problems: list[Problem] = []
    found: dict[str, dict[Month, Observation]] = {}
    for number, row in enumerate(rows[1:], 2):
        cells = {key: row[at].strip() if at < len(row) else "" for key, at in columns.items()}
        if not any(cells.values()):
            continue
        before = len(problems)
        indicator = _indicator(file, number, cells["name"], names, problems)
        month = _month(file, number, cells["month"], problems)
        released = _released(file, number, cells.get("released", ""), problems)
        if indicator is None or month is None or len(problems) > before:
            continue
        value = _value(file, number, cells, indicator, problems)
        if value is None:
            continue
        own = Observation(value, released, cells.get("source", ""), number)
        _keep(file, found.setdefault(indicator.name, {}), month, own, problems)
    if problems:
        raise ProblemError(*problems)
    return found


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ProblemError(Problem(str(file), f"文件超过 {MOST_BYTES} 字节", "请拆成几个文件"))
        content = file.read_bytes()
    except OSError as error:
        raise ProblemError(Problem(str(file), f"文件打不开：{error.strerror}")) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ProblemError(Problem(str(file), "不是文本文件", "请另存为 CSV（UTF-8 或 GB18030）"))


def _columns(file: Path, header: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        heading = cell.strip().replace("（", "(").replace("）", ")").replace("％", "%")
        for key, known in HEADINGS.items():
            if heading in known:
                found.setdefault(key, at)
    lacking = [HEADINGS[key][0] for key in ("name", "month") if key not in found]
    if not any(key in found for key in _FIGURES):
        lacking.append("、".join(HEADINGS[key][0] for key in _FIGURES) + " 之一")
    if lacking:
        raise ProblemError(Problem(f"{file}:第1行", f"缺少表头：{'；'.join(lacking)}", _NEXT))
    return found


def _indicator(
    file: Path, row: int, text: str, names: Mapping[str, Indicator], problems: list[Problem]
) -> Indicator | None:
    if text not in names:
        near = suggest(text, names)
        hint = f"是不是 {near}？" if near else f"可写：{'、'.join(names)}"
        problems.append(Problem(f"{file}:第{row}行:指标", f"政策包里没有指标 {text[:40]!r}", hint))
        return None
    return names[text]


def _month(file: Path, row: int, text: str, problems: list[Problem]) -> Month | None:
    plain = text.replace("年", "-").replace("月", "").replace("/", "-").replace(".", "-")
    year, _, month = plain.partition("-")
    try:
        return Month.parse(f"{year}-{month.zfill(2)}")
    except ValueError:
        problems.append(
            Problem(
                f"{file}:第{row}行:月份", f"读不出月份 {text[:20]!r}", "写成 2020-02 或 2020年2月"
            )
        )
        return None


def _released(file: Path, row: int, text: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(
            Problem(f"{file}:第{row}行:发布日期", f"没有这一天 {text[:20]!r}", "写成 2020-03-10")
        )
        return None


def _value(
    file: Path, row: int, cells: Mapping[str, str], indicator: Indicator, problems: list[Problem]
) -> Value:
    given = [key for key in _FIGURES if cells.get(key)]
    place = f"{file}:第{row}行"
    if len(given) != 1:
        what = "没有数值" if not given else "同比涨幅、指数、数值写了不止一个"
        problems.append(Problem(place, what, _NEXT))
        return None
    key = given[0]
    heading = HEADINGS[key][0]
    text = cells[key].removesuffix("%").removesuffix("％")
    if key != "value" and indicator.type.kind is not Kind.RATIO:
        problems.append(
            Problem(
                f"{place}:{heading}",
                f"{indicator.label}的单位是 {indicator.unit}",
                "请写在“数值”一列",
            )
        )
        return None
    try:
        stored = stored_figure(text, indicator.unit)
    except ValueError as error:
        problems.append(Problem(f"{place}:{heading}", str(error), f"按 {indicator.unit} 写数字"))
        return None
    assert isinstance(stored, Fraction)
    value = stored / indicator.type.denominator
    return value - 1 if key == "index" else value


def _keep(
    file: Path,
    months: dict[Month, Observation],
    month: Month,
    own: Observation,
    problems: list[Problem],
) -> None:
    """The later release of a month goes before; two of one day are a contradiction."""
    other = months.get(month)
    if other is None:
        months[month] = own
        return
    if own.released is None or other.released is None or own.released == other.released:
        problems.append(
            Problem(
                f"{file}:第{own.row}行",
                f"{month} 的数在第{other.row}行已有，分不出先后",
                "修订数请写各自的发布日期",
            )
        )
    elif own.released > other.released:
        months[month] = own
