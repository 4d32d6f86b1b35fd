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
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Code:
    """Python for a value: an expression without side effects, cheap enough to repeat."""

    text: str
    nullable: bool = True
    denominator: int = 1


@dataclass(frozen=True, slots=True)
class _Test:
    """A comparison: `left operator right`, asked only where `items` are known and `also` holds."""

    left: str
    operator: str
    right: str
    items: tuple[Code, ...]
    also: str = ""

    @property
    def text(self) -> str:
        return f"{self.left} {self.operator} {self.right}"

    @property
    def nullable(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.text for item in self.items if item.nullable))


class Writer:
    """Writes the statements that compute rules; `locals` are named t0, t1, …

    What joins conditions is written as one expression that stops at the first condition that
    decides, so that most residents cost a few looks. A part that was written by itself before is
    read from its variable.

    Args:
        facts: The Python expression for the facts of a path: "" → "r", "household" → "h". They
            hold every fact of their kind, unknown ones as None.
        aggregates: The Python expression for a household aggregate computed beforehand.

    Attributes:
        names: Where given, takes the dates that rules name, so that none is made again each time.
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
        self.prefix = "t"
        self.names: dict[str, Any] | None = None

    def inner(self, indent: str) -> Writer:
        """A writer for a block within this one: it knows what is known here, not the reverse."""
        found = Writer(self.facts, self.aggregates, indent)
        found.lines, found.known, found.count = self.lines, dict(self.known), self.count
        found.prefix, found.names = self.prefix, self.names
        return found

    def assign(self, text: str, nullable: bool = True, denominator: int = 1) -> Code:
        name = f"{self.prefix}{self.count}"
        self.count += 1
        self.lines.append(f"{self.indent}{name} = {text}")
        return Code(name, nullable, denominator)

    def write(self, node: Node) -> Code:
        """Write what computes `node` (once) and give the name that holds it."""
        if node not in self.known:
            self.known[node] = self._write(node)
        return self.known[node]

    def truth(self, node: Node, wanted: bool = True) -> str:
        """An expression that is truthy where `node` is `wanted`, and only there."""
        if node in self.known:
            return _is(self.known[node], wanted)
        if isinstance(node, Not):
            return self.truth(node.item, not wanted)
        if isinstance(node, Junction):
            joins = " and " if (node.op == "and") is wanted else " or "
            return f"({joins.join(self.truth(item, wanted) for item in node.items)})"
        if isinstance(node, IsUnknown):
            item = self.write(node.item)
            test = "is not None" if node.known is wanted else "is None"
            return f"{item.text} {test}"
        if isinstance(node, Compare | In):
            return _asked(self._test(node), wanted)
        return _is(self.write(node), wanted)

    def _write(self, node: Node) -> Code:
        if isinstance(node, Literal):
            if isinstance(node.value, date) and self.names is not None:
                name = f"day_{node.value:%Y%m%d}"
                self.names[name] = node.value
                return Code(name, False)
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
        if isinstance(node, Not | Junction | IsUnknown):
            true = self.truth(node)
            if not self._nullable(node):
                return self.assign(true, False)
            return self.assign(f"True if {true} else False if {self.truth(node, False)} else None")
        if isinstance(node, Compare | In):
            test = self._test(node)
            text = f"({test.text} if {test.also} else None)" if test.also else test.text
            code = self._guarded(text, *test.items)
            return Code(code.text, True) if test.also else code
        if isinstance(node, Arithmetic):
            return self._arithmetic(node)
        assert isinstance(node, Call), node
        return self._call(node)

    def _nullable(self, node: Node) -> bool:
        if node in self.known:
            return self.known[node].nullable
        if isinstance(node, Literal):
            return node.value is None
        if isinstance(node, IsUnknown):
            return False
        if isinstance(node, Not | Junction | Defined):
            return any(map(self._nullable, node.children))
        return True

    def _guarded(self, text: str, *items: Code, denominator: int = 1) -> Code:
        """`text`, or None where one of `items` is unknown."""
        nullable = dict.fromkeys(item.text for item in items if item.nullable)
        if not nullable:
            return self.assign(text, False, denominator)
        test = " or ".join(f"{item} is None" for item in nullable)
        return self.assign(f"None if {test} else {text}", True, denominator)

    def _test(self, node: Compare | In) -> _Test:
        if isinstance(node, In):
            item = self.write(node.item)
            values = [_stored(value, item.denominator) for value in node.values]
            listed = ", ".join(_python(value) for value in values if value is not None)
            return _Test(item.text, "in", f"{{{listed}}}", (item,))
        left = node.left
        while isinstance(left, Defined):
            left = left.body
        operator = _OPERATORS[node.op]
        right = self.write(node.right)
        if isinstance(left, Call) and left.function == "ratio":
            # top/bottom op right, all over known denominators, by cross-multiplication.
            top, bottom = (self.write(argument) for argument in left.arguments)
            a = _times(top.text, bottom.denominator * right.denominator)
            b = f"{right.text} * {_times(bottom.text, top.denominator)}"
            return _Test(a, operator, b, (top, bottom, right), f"{bottom.text} > 0")
        item = self.write(left)
        if not left.type.numeric:
            return _Test(item.text, operator, right.text, (item, right))
        common = lcm(item.denominator, right.denominator)
        a = _times(item.text, common // item.denominator)
        b = _times(right.text, common // right.denominator)
        return _Test(a, operator, b, (item, right))

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
        name = node.function
        if name == "if":
            return self._if(node)
        if name == "first_true":
            return self._first_true(node)
        arguments = [self.write(item) for item in node.arguments]
        texts = [item.text for item in arguments]
        if name == "ratio":  # asked only whether it is known; else a comparison
            top, bottom = arguments
            known = f"None if {bottom.text} <= 0 else True"
            return Code(self._guarded(f"({known})", top, bottom).text)
        if name in ("at_least", "at_most"):
            common = lcm(*(item.denominator for item in arguments))
            scaled = [_times(item.text, common // item.denominator) for item in arguments]
            function = "max" if name == "at_least" else "min"
            text = f"{function}({', '.join(scaled)})"
            return self._guarded(text, *arguments, denominator=common)
        if name in ("round", "round_down", "round_up"):
            unit = node.arguments[1]
            assert isinstance(unit, Literal) and isinstance(unit.value, Fraction), node
            step = int(unit.value)
            size = step * arguments[0].denominator
            if size == 1:
                return arguments[0]
            return self._guarded(f"{name}_({texts[0]}, {size}, {step})", arguments[0])
        if name == "count_true":
            return self._guarded(f"0 + {' + '.join(texts)}", *arguments)
        if name == "days_between":
            return self._guarded(f"({texts[1]} - {texts[0]}).days", *arguments)
        guarded = self._guarded(f"{name}({', '.join(texts)})", *arguments)
        return Code(guarded.text, guarded.nullable or name in ("add_months", "add_days"))

    def _if(self, node: Call) -> Code:
        condition, *branches = node.arguments
        yes, no = (self.write(branch) for branch in branches)
        common = lcm(yes.denominator, no.denominator)
        a = _times(yes.text, common // yes.denominator, yes.nullable)
        b = _times(no.text, common // no.denominator, no.nullable)
        text = f"({a}) if {self.truth(condition)} else "
        nullable = self._nullable(condition)
        if nullable and no.text != "None":
            text += f"({b}) if {self.truth(condition, False)} else None"
        else:
            text += f"({b})"
        return self.assign(text, nullable or yes.nullable or no.nullable, common)

    def _first_true(self, node: Call) -> Code:
        text, nullable = "0", False
        for index in range(len(node.arguments), 0, -1):
            item = node.arguments[index - 1]
            if self._nullable(item):
                text = f"({text}) if {self.truth(item, False)} else None"
                nullable = True
            text = f"{index} if {self.truth(item)} else ({text})"
        return self.assign(text, nullable)


def _is(code: Code, wanted: bool) -> str:
    if code.text in ("True", "False", "None"):
        return str(code.text == str(wanted))
    if wanted:
        return code.text
    return f"{code.text} is False" if code.nullable else f"not {code.text}"


def _asked(test: _Test, wanted: bool) -> str:
    """A comparison as an expression that is never None."""
    if test.operator == "in":
        text = f"{test.left} {'in' if wanted else 'not in'} {test.right}"
        guards = () if wanted else test.nullable
    else:
        operator = test.operator if wanted else _OPPOSITE[test.operator]
        text = f"{test.left} {operator} {test.right}"
        guards = test.nullable
        names = [item.text for item in test.items]
        if operator == "==" and names == [test.left, names[-1]] and len({*names}) == 2:
            # None equals nothing that is known, and of two unknowns one is still asked.
            guards = tuple(guard for guard in guards if guard != test.left)
    parts = [f"{item} is not None" for item in guards]
    if test.also:
        parts.append(test.also)
    return f"({' and '.join([*parts, text])})" if parts else f"({text})"


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


def _stored(value: object, denominator: int) -> object:
    """A value as it is stored; None if a number is none that can be stored."""
    if not isinstance(value, Fraction):
        return value
    scaled = value * denominator
    return int(scaled) if scaled.denominator == 1 else None


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


def aggregate_step(node: Aggregate, name: str, writer: Writer) -> tuple[str, str, Code]:
    """Write, inside a loop over members, what adds one member to an aggregate.

    Returns:
        What the variable `name` starts as before the loop; what it becomes after it, or nothing;
        and how to read it then.
    """
    function, argument = node.function, node.argument
    if function in ("any_member", "all_members"):
        decisive = function == "any_member"
        true, false = writer.truth(argument, decisive), writer.truth(argument, not decisive)
        so_far = name if decisive else f"{name} is False"
        writer.lines += [
            f"{writer.indent}if not {false}:",
            f"{writer.indent}    {name} = {decisive} if {true} or {so_far} else None",
        ]
        return str(not decisive), "", Code(name)
    item = writer.write(argument)
    if function in ("count_members", "sum_members"):
        unknown = f" or {item.text} is None" if item.nullable else ""
        test = f"None if {name} is None{unknown} else "
        writer.lines.append(f"{writer.indent}{name} = {test}{name} + {item.text}")
        return "0", "", Code(name, True, item.denominator if function == "sum_members" else 1)
    writer.lines.append(f"{writer.indent}{name}.append({item.text})")
    pick = function.removesuffix("_members")
    after = f"None if not {name} or None in {name} else {pick}({name})"
    return "[]", after, Code(name, True, item.denominator)


def aggregate_lines(
    node: Aggregate, name: str, members: str, indent: str
) -> tuple[list[str], Code]:
    """Statements that leave an aggregate over the list `members` in the variable `name`."""
    inner = Writer(lambda _path: "m", indent=indent + "    ")
    inner.prefix = f"{name}_t"
    before, after, code = aggregate_step(node, name, inner)
    lines = [f"{indent}{name} = {before}", f"{indent}for m in {members}:", *inner.lines]
    return [*lines, *([f"{indent}{name} = {after}"] if after else [])], code
