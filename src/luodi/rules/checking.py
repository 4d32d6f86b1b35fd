"""What may be compared with, added to and multiplied by what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from luodi.basics.problem import suggest
from luodi.rules.tree import Arithmetic, Call, Compare, Defined, In, IsUnknown, Literal, Node
from luodi.rules.types import FLIPPED, Kind, Type

_BOOLEAN = Type.boolean()
_WORDS = (Kind.ENUM, Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why a part of a rule makes no sense, and what to write instead."""

    message: str
    hint: str = ""


def compared(op: str, left: Node, right: Node) -> Node | Complaint:
    """`left op right`, with a `ratio(…)` of facts brought to the left."""
    a, b = left.type, right.type
    if not a.like(b):
        return Complaint(f"{a.label}与{b.label}不能相比", unit_hint(a, b))
    if a.kind is Kind.BOOLEAN:
        return Complaint("条件不必再比较", "写 x 或 not x")
    if a.kind in _WORDS and op not in ("=", "!="):
        return Complaint(f"{a.label}没有大小，只能用 = 或 !=")
    for options, other in ((a, right), (b, left)):
        if isinstance(other, Literal) and (wrong := not_an_option(options, other.value)):
            return wrong
    if varies_as_ratio(left) and varies_as_ratio(right):
        return Complaint("两个 ratio(…) 不能直接相比", "把其中一个写成参数或百分数")
    if varies_as_ratio(right):
        left, right, op = right, left, FLIPPED[op]
    return Compare(_BOOLEAN, op, left, right)


def among(left: Node, values: list[Literal]) -> Node | Complaint:
    """`left in (…)`."""
    if left.type.kind is Kind.BOOLEAN or varies_as_ratio(left):
        return Complaint(f"{left.type.label}不能用 in", "写 x 或 not x；ratio(…) 用 >= 或 <= 比较")
    for value in values:
        if not value.type.like(left.type):
            hint = unit_hint(value.type, left.type)
            return Complaint(f"{left.type.label}里没有{value.type.label}", hint)
        if wrong := not_an_option(left.type, value.value):
            return wrong
    return In(_BOOLEAN, left, tuple(value.value for value in values))


def computed(op: str, left: Node, right: Node) -> Node | Complaint:
    """`left op right` for + - *."""
    a, b = left.type, right.type
    for one in (a, b):
        if not one.numeric:
            dates = "日期加减用 add_days、add_months、days_between"
            hint = dates if one.kind is Kind.DATE else ""
            return Complaint(f"{one.label}不能做加减乘", hint)
    if op != "*":
        if not a.like(b):
            return Complaint(f"{a.label}与{b.label}不能相加减", unit_hint(a, b))
        return Arithmetic(a, op, left, right)
    for one, other in ((a, b), (b, a)):
        if one.kind in (Kind.INTEGER, Kind.RATIO):
            return Arithmetic(one if other.kind is Kind.INTEGER else other, op, left, right)
    return Complaint(f"{a.label}不能乘{b.label}", "乘号一边要是整数或比率")


def not_an_option(options: Type, value: object) -> Complaint | None:
    """What to say of a text that is none of the options; None if it is one."""
    if options.kind is not Kind.ENUM or value in options.values:
        return None
    near = suggest(str(value), options.values)
    hint = f"是不是 '{near}'？" if near else ""
    listed = "、".join(options.values[:12]) + ("…" if len(options.values) > 12 else "")
    return Complaint(f"没有选项 '{value}'", f"{hint}可选：{listed}")


def varies_as_ratio(node: Node) -> bool:
    """Whether this is a `ratio(…)` of facts: it is never computed, only cross-multiplied."""
    while isinstance(node, Defined):
        node = node.body
    return isinstance(node, Call) and node.function == "ratio" and not node.constant


def misplaced_ratios(node: Node, *, allowed: bool = True) -> Iterator[Node]:
    """Each `ratio(…)` of facts that is neither compared nor asked whether it is known."""
    if not allowed and varies_as_ratio(node):
        yield node
    for child in node.children:
        first = isinstance(node, Compare) and child is node.left
        passed_on = isinstance(node, Defined) and allowed
        here = first or passed_on or isinstance(node, IsUnknown)
        yield from misplaced_ratios(child, allowed=here)


def unit_hint(a: Type, b: Type) -> str:
    kinds = {a.kind, b.kind}
    if kinds == {Kind.MONEY, Kind.INTEGER}:
        return "金额要带单位：120 yuan"
    if kinds == {Kind.RATIO, Kind.INTEGER}:
        return "比率要带百分号：30%"
    if Kind.QUANTITY in kinds:
        return "数量要带同一单位：9 m3"
    if Kind.DATE in kinds:
        return "日期写成 2020-02-12，不加引号"
    return ""
