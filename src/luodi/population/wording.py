"""Says in plain Chinese what is wrong with a cell or between registers, without personal data."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from luodi.basics.identifiers import (
    ID_DAMAGE_TEXT,
    check_id,
    mask_account,
    mask_id,
    mask_name,
    mask_phone,
    plain,
)
from luodi.basics.problem import Problem, suggest
from luodi.population.cells import NUMERIC

if TYPE_CHECKING:
    from luodi.pack import Column, Register

_TEXT_FORMAT = "请把这一列设为文本格式，按证件重新录入（数字格式会丢末尾几位）"
_EXPECTED: dict[str, str] = {
    "id_number": "18 位身份证号",
    "area": "本地的镇（街道）名称",
    "account": "8 至 32 位数字的账号",
    "phone": "电话号码",
    "boolean": "是 或 否",
    "integer": "整数",
    "money": "以元计的金额，最多两位小数，如 1200.50",
    "ratio": "百分数，如 46%",
    "date": "日期，如 2020-02-12",
    "month": "月份，如 2020-02",
    "uscc": "18 位统一社会信用代码",
    "name": "姓名",
    "org_name": "单位名称",
    "household": "户编号",
    "text": "文字",
}


def cell_problem(
    place: str, register: Register, column: Column, found: str, towns: Sequence[str]
) -> Problem:
    """A cell that holds something unreadable: it counts as unknown."""
    if column.kind == "id_number":
        return _id_problem(place, register, found)
    typed_as_number = found.startswith(NUMERIC)
    shown = masked(column.kind, found.lstrip(NUMERIC))
    if typed_as_number and column.kind in ("account", "uscc"):
        return Problem(place, f"号码被存成了数字，末尾几位已丢失：{shown}", _TEXT_FORMAT)
    step = f"应为{expected(column)}；该格按不知道处理，更正后可重新导入"
    near = _nearest(shown, tuple(towns) if column.kind == "area" else column.values)
    if near:
        step = f"是不是“{near}”？{step}"
    return Problem(place, f"读不出“{shown}”", step)


def expected(column: Column) -> str:
    """What goes into the column, with its bounds."""
    if column.kind == "enum":
        return "、".join(column.values)
    if column.kind == "quantity":
        return f"以 {column.unit} 计的数，最多三位小数{_bounds(column)}"
    return _EXPECTED[column.kind] + _bounds(column)


@lru_cache(maxsize=4096)
def _nearest(found: str, options: tuple[str, ...]) -> str | None:
    return suggest(found, options)


def _id_problem(place: str, register: Register, found: str) -> Problem:
    check = check_id(found.lstrip(NUMERIC))
    damage = "number_typed" if found.startswith(NUMERIC) else check.damage
    text = ID_DAMAGE_TEXT[damage]
    shown = mask_id(check.number)
    step = _TEXT_FORMAT if damage == "number_typed" else "请核对证件更正"
    if register.of == "person":
        step += "；此人按“身份未核实”列入，不会漏掉，也不会按此行发放"
    return Problem(place, f"{text}：{shown}", step)


def _bounds(column: Column) -> str:
    scale = {"money": 100, "ratio": 10_000, "quantity": 1000}.get(column.kind, 1)
    unit = {"money": " 元", "ratio": "%", "quantity": f" {column.unit}"}.get(column.kind, "")

    def shown(bound: int) -> str:
        whole, rest = divmod(abs(bound), scale)
        digits = f"{whole}.{rest:0{len(str(scale)) - 1}d}".rstrip("0") if rest else str(whole)
        return f"{'-' if bound < 0 else ''}{digits}{unit}"

    if column.low is not None and column.high is not None:
        return f"，在 {shown(column.low)} 与 {shown(column.high)} 之间"
    if column.low is not None:
        return f"，不小于 {shown(column.low)}"
    if column.high is not None:
        return f"，不大于 {shown(column.high)}"
    return ""


def masked(kind: str, found: str) -> str:
    """What stood in a cell, for showing: nothing that points to a person."""
    short = found.strip()[:40]
    if kind in ("id_number", "household"):
        return mask_id(found)
    if kind in ("name", "org_name"):
        return mask_name(short)
    if kind == "account":
        return mask_account(found)
    if kind == "phone":
        return mask_phone(found)
    return re.sub(r"[0-9０-９]{7,}[0-9０-９Xx]?", lambda digits: mask_id(digits[0]), short)


def missing_cell(place: str, register: Register, column: Column) -> Problem:
    """A required cell with nothing in it."""
    if column.kind == "id_number" and register.of == "person":
        return Problem(
            place,
            "没有身份证号",
            "请补上；此人按“身份未核实”列入，不会漏掉，也不会按此行发放",
        )
    return Problem(place, f"没有填{column.label}", "请补上；现在按不知道处理")


def nobody(place: str) -> Problem:
    """A row of a list of people or firms that says about nobody."""
    return Problem(place, "这一行既没有可用的号码，也没有名称，没有导入", "请补上号码和名称")


#: Doubts between rows. Each says what stands against what, and what the import made of it.
DOUBTS: dict[str, Callable[[str, str, str], tuple[str, str]]] = {
    "old_form": lambda key, a, b: (
        f"15 位旧身份证号；与另一名册的 18 位号码 {key} 和姓名都相同，按同一人处理",
        "请更新为 18 位号码",
    ),
    "two_names": lambda key, a, b: (
        f"号码 {key} 在这里的姓名是 {mask_name(b)}，在别处是 {mask_name(a)}，分不清是谁",
        "请核对证件；此前按“身份未核实”处理，名册所说的都按不知道处理",
    ),
    "twice": lambda key, a, b: (f"号码 {key} 在同一名册里重复登记", "按一人处理；请删去多余的行"),
    "two_towns": lambda key, a, b: (
        f"{key or '同一单位'} 在两个镇（街道）登记：{a}、{b}"
        if a
        else "同一单位在两个镇（街道）登记",
        "所属镇（街道）按不知道处理；请核对",
    ),
    "elsewhere": lambda key, a, b: (
        f"{key} 的常住登记在{a}，这份名册写的是{b}",
        "按常住登记处理；请核对",
    ),
    "two_households": lambda key, a, b: (
        f"{key} 在底册里属于两户",
        "归入先登记的一户；两户的组成都按不确定处理，请核对",
    ),
    "torn_household": lambda key, a, b: (
        f"同一户编号出现在两个镇（街道）：{a}、{b}，可能是迁居，也可能是编号重复使用",
        "这一户的所属镇（街道）和组成按不确定处理；请核对",
    ),
    "two_values": lambda key, a, b: (
        f"同一对象在这份名册里有几行，“{a}”不一致",
        "按不知道处理；请核对后只留一行",
    ),
    "shared_account": lambda key, a, b: (
        f"账号 {mask_account(a)} 登记在 {b} 户名下",
        "这些人的账户按不确定处理，暂不发放；请核对",
    ),
    "crowd": lambda key, a, b: (
        f"同一户编号 {mask_id(a)} 下有 {b} 人，不会是一户",
        "这些人按各自单独、不知道户况处理；请核对户编号",
    ),
    "too_large_sum": lambda key, a, b: (
        f"同一对象各行的“{a}”加起来大得超出能记的范围",
        "按不知道处理；请核对金额",
    ),
    "same_record": lambda key, a, b: (
        "与前面一行完全相同，没有重复导入",
        "确为两笔的，请加上能区分的编号",
    ),
}


def doubt(kind: str, place: str, number: str, a: str, b: str) -> Problem:
    """A doubt as a warning: the import has a stated rule for it, but somebody should look."""
    message, step = DOUBTS[kind](mask_id(plain(number)) if number else "", a, b)
    return Problem(place, message, step, severity="warning")
