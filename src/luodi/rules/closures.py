"""Prints rules as Python: one function per rule, for one resident at a time.

The source is generated from the typed tree alone (names are checked identifiers, values are
printed by `repr`), compiled once, and called with plain dicts of stored values. A condition is
True, False or None; a number is an integer over a denominator known when printing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

from luodi.rules import calendar
from luodi.rules.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Compare,
    Defined,
    FactName,
    In,
    IsUnknown,
    Junction,
    Literal,
    Node,
    Not,
    Slot,
)

_OPERATORS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True, slots=True)
class Code:
    """Python for a value: an expression without side effects, cheap enough to repeat."""

    text: str
    nullable: bool = True
    denominator: int = 1


class Writer:
    """Writes the statements that compute rules; `locals` are named t0, t1, …

    Args:
        facts: The Python expression for the facts of a path: "" → "r", "household" → "h".
        aggregates: The Python expression for a household aggregate computed beforehand.
    """

    def __init__(
        self,
        facts: Callable[[tuple[str, ...]], str],
        aggregates: Callable[[Aggregate], Code] | None = None,
        indent: str = "    ",
    ) -> None:
        self.facts, self.aggregates = facts, aggregates
        self.lines: list[str] = []
        self.indent = indent
        self.known: dict[Node, Code] = {}
        self.count = 0

    def assign(self, text: str, nullable: bool = True, denominator: int = 1) -> Code:
        name = f"t{self.count}"
        self.count += 1
        self.lines.append(f"{self.indent}{name} = {text}")
        return Code(name, nullable, denominator)

    def write(self, node: Node) -> Code:
        """Write what computes `node` (once) and give the name that holds it."""
        if node not in self.known:
            self.known[node] = self._write(node)
        return self.known[node]

    def _write(self, node: Node) -> Code:
        if isinstance(node, Literal):
            return _literal(node)
        if isinstance(node, Slot):
            return Code("None")
        if isinstance(node, FactName):
            place = self.facts(node.path)
            return self.assign(f"{place}[{node.fact.name!r}]", True, node.type.denominator)
        if isinstance(node, Defined):
            return self.write(node.body)
        if isinstance(node, Aggregate):
            assert self.aggregates is not None
            return self.aggregates(node)
        if isinstance(node, IsUnknown):
            item = self.write(node.item)
            test = "is not None" if node.known else "is None"
            return self.assign(f"{item.text} {test}", False)
        if isinstance(node, Not):
            item = self.write(node.item)
            if not item.nullable:
                return self.assign(f"not {item.text}", False)
            return self.assign(f"None if {item.text} is None else not {item.text}")
        if isinstance(node, Junction):
            return self._junction(node)
        if isinstance(node, In):
            item = self.write(node.item)
            values = tuple(
                int(value * item.denominator) if isinstance(value, Fraction) else value
                for value in node.values
            )
            text = f"{item.text} in {{{', '.join(_python(value) for value in values)}}}"
            return self._guarded(text, item)
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, Arithmetic):
            return self._arithmetic(node)
        assert isinstance(node, Call), node
        return self._call(node)

    def _guarded(self, text: str, *items: Code, denominator: int = 1) -> Code:
        """`text`, or None where one of `items` is unknown."""
        nullable = dict.fromkeys(item.text for item in items if item.nullable)
        if not nullable:
            return self.assign(text, False, denominator)
        test = " or ".join(f"{item} is None" for item in nullable)
        return self.assign(f"None if {test} else {text}", True, denominator)

    def _junction(self, node: Junction) -> Code:
        items = [self.write(item) for item in node.items]
        nullable = [item.text for item in items if item.nullable]
        unknown = " or ".join(f"{item} is None" for item in nullable)
        if node.op == "or":
            test = " or ".join(item.text for item in items)
            rest = f"(None if {unknown} else False)" if nullable else "False"
            return self.assign(f"True if {test} else {rest}", bool(nullable))
        if not nullable:
            return self.assign(" and ".join(item.text for item in items), False)
        false = " or ".join(f"{item.text} is False" for item in items)
        return self.assign(f"False if {false} else (None if {unknown} else True)")

    def _compare(self, node: Compare) -> Code:
        left = node.left
        while isinstance(left, Defined):
            left = left.body
        operator = _OPERATORS[node.op]
        right = self.write(node.right)
        if isinstance(left, Call) and left.function == "ratio":
            top, bottom = (self.write(argument) for argument in left.arguments)
            # top/bottom op right, all over known denominators, by cross-multiplication.
            a = _times(top.text, bottom.denominator * right.denominator)
            b = f"{right.text} * {_times(bottom.text, top.denominator)}"
            text = f"None if {bottom.text} <= 0 else {a} {operator} {b}"
            guarded = self._guarded(f"({text})", top, bottom, right)
            return Code(guarded.text, True)
        item = self.write(left)
        if not node.left.type.numeric:
            return self._guarded(f"{item.text} {operator} {right.text}", item, right)
        common = lcm(item.denominator, right.denominator)
        a = _times(item.text, common // item.denominator)
        b = _times(right.text, common // right.denominator)
        return self._guarded(f"{a} {operator} {b}", item, right)

    def _arithmetic(self, node: Arithmetic) -> Code:
        left, right = self.write(node.left), self.write(node.right)
        if node.op == "*":
            product = left.denominator * right.denominator
            return self._guarded(f"{left.text} * {right.text}", left, right, denominator=product)
        common = lcm(left.denominator, right.denominator)
        a = _times(left.text, common // left.denominator)
        b = _times(right.text, common // right.denominator)
        return self._guarded(f"{a} {node.op} {b}", left, right, denominator=common)

    def _call(self, node: Call) -> Code:
        name, arguments = node.function, [self.write(item) for item in node.arguments]
        texts = [item.text for item in arguments]
        if name == "if":
            condition, yes, no = arguments
            common = lcm(yes.denominator, no.denominator)
            a = _times(yes.text, common // yes.denominator, yes.nullable)
            b = _times(no.text, common // no.denominator, no.nullable)
            text = f"({a}) if {condition.text} else ({b})"
            if condition.nullable:
                text = f"None if {condition.text} is None else ({text})"
            nullable = condition.nullable or yes.nullable or no.nullable
            return self.assign(text, nullable, common)
        if name in ("at_least", "at_most"):
            common = lcm(*(item.denominator for item in arguments))
            scaled = [_times(item.text, common // item.denominator) for item in arguments]
            function = "max" if name == "at_least" else "min"
            text = f"{function}({', '.join(scaled)})"
            return self._guarded(text, *arguments, denominator=common)
        if name in ("round", "round_down", "round_up"):
            amount, unit = arguments
            size = int(unit.text) * amount.denominator // unit.denominator
            if size == 1:
                return Code(amount.text, amount.nullable, 1)
            step = int(unit.text) // unit.denominator
            text = f"{name}_({amount.text}, {size}, {step})"
            return self._guarded(text, amount)
        if name == "count_true":
            return self._guarded(" + ".join(texts), *arguments)
        if name == "first_true":
            text = "0"
            for index in range(len(texts), 0, -1):
                item = arguments[index - 1]
                text = f"{index} if {item.text} else ({text})"
                if item.nullable:
                    text = f"None if {item.text} is None else ({text})"
            return self.assign(text, any(item.nullable for item in arguments))
        if name == "days_between":
            return self._guarded(f"({texts[1]} - {texts[0]}).days", *arguments)
        guarded = self._guarded(f"{name}({', '.join(texts)})", *arguments)
        return Code(guarded.text, guarded.nullable or name in ("add_months", "add_days"))


def _times(text: str, factor: int, nullable: bool = False) -> str:
    if factor == 1:
        return text
    product = f"{text} * {factor}"
    return f"(None if {text} is None else {product})" if nullable else product


def _literal(node: Literal) -> Code:
    value = node.value
    if isinstance(value, Fraction):
        text = str(value.numerator)
        return Code(text if value >= 0 else f"({text})", False, value.denominator)
    return Code(_python(value), value is None)


def _python(value: object) -> str:
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    assert value is None or isinstance(value, bool | int | str), value
    return repr(value)


def _round(number: int, size: int, step: int) -> int:
    units = (2 * abs(number) + size) // (2 * size) * step
    return units if number >= 0 else -units


def _round_down(number: int, size: int, step: int) -> int:
    units = abs(number) // size * step
    return units if number >= 0 else -units


def _round_up(number: int, size: int, step: int) -> int:
    units = -(-abs(number) // size) * step
    return units if number >= 0 else -units


GLOBALS: dict[str, Any] = {
    "__builtins__": {"max": max, "min": min, "sum": sum, "len": len, "abs": abs},
    "date": date,
    "round_": _round,
    "round_down_": _round_down,
    "round_up_": _round_up,
    "full_months": calendar.full_months,
    "age_on": calendar.age_on,
    "add_months": calendar.add_months,
    "add_days": calendar.add_days,
    "years_before": calendar.years_before,
}


def aggregate_lines(
    node: Aggregate, name: str, members: str, indent: str
) -> tuple[list[str], Code]:
    """Statements that leave an aggregate over the list `members` in the variable `name`."""
    inner = Writer(lambda _path: "m", indent=indent + "    ")
    item = inner.write(node.argument)
    lines = [f"{indent}{name}_each = []", f"{indent}for m in {members}:", *inner.lines]
    lines.append(f"{indent}    {name}_each.append({item.text})")
    each = f"{name}_each"
    if node.function in ("any_member", "all_members"):
        first, last = ("True", "False") if node.function == "any_member" else ("False", "True")
        text = f"{first} if {first} in {each} else (None if None in {each} else {last})"
    elif node.function in ("count_members", "sum_members"):
        text = f"None if None in {each} else sum({each})"
    else:
        function = node.function.removesuffix("_members")
        text = f"None if not {each} or None in {each} else {function}({each})"
    lines.append(f"{indent}{name} = {text}")
    return lines, Code(name, True, item.denominator if node.function != "count_members" else 1)
