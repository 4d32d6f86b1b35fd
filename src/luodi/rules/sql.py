"""Prints rules as SQL for DuckDB and Spark, through sqlglot's expression builder.

Numbers are integers over a denominator known when printing; bounds are carried along, so that a
product that could leave 64 bits is computed wide, and one that could leave 37 digits is a problem
before any row is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

from sqlglot import exp

from luodi.basics.problem import Problem, ProblemError
from luodi.rules.calendar import FIRST, LAST, MOST_DAYS, MOST_MONTHS
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
from luodi.rules.types import Kind, Value

NARROW = 2**63 - 1
WIDE = 10**37
MOST_MEMBERS = 1000
DIALECTS = ("duckdb", "spark")
_COMPARE = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
_WIDE_TYPE = {"duckdb": "INT128", "spark": "DECIMAL(38,0)"}


@dataclass(frozen=True, slots=True)
class Number:
    """SQL for an integer that is `denominator` times the value, and the bounds of that integer."""

    sql: exp.Expression
    denominator: int
    low: int
    high: int

    @property
    def wide(self) -> bool:
        return max(abs(self.low), abs(self.high)) > NARROW

    @property
    def one(self) -> int | None:
        """The integer itself where it is known."""
        return (
            self.low
            if self.low == self.high and isinstance(self.sql, exp.Literal | exp.Neg)
            else None
        )


class Printer:
    """Prints trees whose constants were taken out (`Slots.take_out`) for one engine.

    Args:
        dialect: "duckdb" or "spark".
        column: The SQL column of a fact; of a Slot; of an aggregate computed beforehand.
        place: Named in the problem where a number can grow too large.
    """

    def __init__(
        self,
        dialect: str,
        column: Callable[[FactName | Slot | Aggregate], exp.Expression],
        place: str = "",
    ) -> None:
        assert dialect in DIALECTS, dialect
        self.dialect, self.column, self.place = dialect, column, place

    def value(self, node: Node) -> exp.Expression:
        """SQL whose stored value is `node`'s; a number must be whole (denominator 1 or a ratio)."""
        if not node.type.numeric:
            return self.plain(node)
        return self.number(node).sql

    # --- conditions, dates, texts ----------------------------------------------------------

    def plain(self, node: Node) -> exp.Expression:
        """SQL for a condition (three-valued), a date or a text."""
        if isinstance(node, Literal):
            return _literal(node.value)
        if isinstance(node, FactName | Slot | Aggregate):
            return self.column(node)
        if isinstance(node, Defined):
            return self.plain(node.body)
        if isinstance(node, Not):
            return exp.Not(this=exp.Paren(this=self.plain(node.item)))
        if isinstance(node, Junction):
            join = exp.and_ if node.op == "and" else exp.or_
            return exp.Paren(this=join(*(self.plain(item) for item in node.items)))
        if isinstance(node, IsUnknown):
            item = exp.Is(this=exp.Paren(this=self.value(node.item)), expression=exp.null())
            return exp.Paren(this=exp.Not(this=item) if node.known else item)
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, In):
            return self._membership(node)
        assert isinstance(node, Call), node
        return self._plain_call(node)

    def _compare(self, node: Compare) -> exp.Expression:
        left = node.left
        while isinstance(left, Defined):
            left = left.body
        make = _COMPARE[node.op]
        if not left.type.numeric:
            return exp.Paren(this=make(this=self.plain(left), expression=self.plain(node.right)))
        right = self.number(node.right)
        if isinstance(left, Call) and left.function == "ratio":
            top, bottom = (self.number(argument) for argument in left.arguments)
            a = self._scaled(top, bottom.denominator * right.denominator)
            b = self._product(right, self._scaled(bottom, top.denominator))
            test = exp.GT(this=bottom.sql, expression=exp.Literal.number(0))
            return exp.Paren(this=exp.Case().when(test, make(this=a.sql, expression=b.sql)))
        number = self.number(left)
        common = lcm(number.denominator, right.denominator)
        a = self._scaled(number, common // number.denominator)
        b = self._scaled(right, common // right.denominator)
        return exp.Paren(this=make(this=a.sql, expression=b.sql))

    def _membership(self, node: In) -> exp.Expression:
        if not node.item.type.numeric:
            return exp.Paren(
                this=exp.In(
                    this=self.plain(node.item),
                    expressions=[_literal(value) for value in node.values],
                )
            )
        tests = [
            self._compare(Compare(node.type, "=", node.item, Literal(node.item.type, value)))
            for value in node.values
        ]
        return exp.Paren(this=exp.or_(*tests))

    def _plain_call(self, node: Call) -> exp.Expression:
        name = node.function
        if name == "if":
            condition, yes, no = node.arguments
            return self._choice(self.plain(condition), self.plain(yes), self.plain(no))
        if name in ("at_least", "at_most"):
            return self._extreme(name, [self.plain(argument) for argument in node.arguments])
        assert name in ("add_months", "add_days", "years_before"), name
        day, count = self.plain(node.arguments[0]), self.number(node.arguments[1])
        most = MOST_DAYS if name == "add_days" else MOST_MONTHS
        within = exp.Between(
            this=count.sql, low=exp.Literal.number(-most), high=exp.Literal.number(most)
        )
        number = _cast(count.sql, "INT")
        if name == "add_days":
            moved: exp.Expression = (
                exp.Paren(this=exp.Add(this=day, expression=number))
                if self.dialect == "duckdb"
                else exp.Anonymous(this="date_add", expressions=[day, number])
            )
        else:
            moved = _cast(exp.AddMonths(this=day, expression=number), "DATE")
        shifted = exp.Case().when(within, moved)
        inside = exp.Between(this=exp.Paren(this=shifted), low=_literal(FIRST), high=_literal(LAST))
        return exp.Paren(this=exp.Case().when(inside, shifted.copy()))

    def _choice(
        self, condition: exp.Expression, yes: exp.Expression, no: exp.Expression
    ) -> exp.Expression:
        case = exp.Case().when(condition, yes)
        return exp.Paren(this=case.when(exp.Not(this=exp.Paren(this=condition.copy())), no))

    def _extreme(self, name: str, items: list[exp.Expression]) -> exp.Expression:
        """max or min, unknown where any is unknown (GREATEST itself skips NULL)."""
        known = exp.and_(
            *(exp.Not(this=exp.Is(this=i.copy(), expression=exp.null())) for i in items)
        )
        make = exp.Greatest if name == "at_least" else exp.Least
        return exp.Paren(this=exp.Case().when(known, make(this=items[0], expressions=items[1:])))

    # --- numbers ---------------------------------------------------------------------------

    def number(self, node: Node) -> Number:
        """SQL for a number, with its denominator and bounds."""
        if isinstance(node, Literal):
            assert isinstance(node.value, Fraction)
            return _constant(node.value.numerator, node.value.denominator)
        if isinstance(node, Slot):
            return Number(self.column(node), node.denominator, node.low, node.high)
        if isinstance(node, FactName):
            low, high = node.fact.bounds
            return Number(self.column(node), node.type.denominator, low, high)
        if isinstance(node, Defined):
            return self.number(node.body)
        if isinstance(node, Aggregate):
            return self._aggregate_number(node)
        if isinstance(node, Arithmetic):
            left, right = self.number(node.left), self.number(node.right)
            if node.op == "*":
                return self._product(left, right)
            common = lcm(left.denominator, right.denominator)
            a = self._scaled(left, common // left.denominator)
            b = self._scaled(right, common // right.denominator)
            if node.op == "+":
                return self._made(exp.Add, (a, b), (a.low + b.low, a.high + b.high), common)
            return self._made(exp.Sub, (a, b), (a.low - b.high, a.high - b.low), common)
        assert isinstance(node, Call), node
        return self._number_call(node)

    def _aggregate_number(self, node: Aggregate) -> Number:
        if node.function == "count_members":
            return Number(self.column(node), 1, 0, MOST_MEMBERS)
        inner = self.number(node.argument)
        many = MOST_MEMBERS if node.function == "sum_members" else 1
        low, high = min(inner.low * many, inner.low, 0), max(inner.high * many, inner.high, 0)
        return Number(self.column(node), inner.denominator, low, high)

    def _number_call(self, node: Call) -> Number:
        name = node.function
        if name == "if":
            yes, no = (self.number(argument) for argument in node.arguments[1:])
            common = lcm(yes.denominator, no.denominator)
            a = self._scaled(yes, common // yes.denominator)
            b = self._scaled(no, common // no.denominator)
            sql = self._choice(self.plain(node.arguments[0]), a.sql, b.sql)
            return Number(sql, common, min(a.low, b.low), max(a.high, b.high))
        if name in ("at_least", "at_most"):
            numbers = [self.number(argument) for argument in node.arguments]
            common = lcm(*(number.denominator for number in numbers))
            scaled = [self._scaled(number, common // number.denominator) for number in numbers]
            pick = max if name == "at_least" else min
            sql = self._extreme(name, [number.sql for number in scaled])
            low = pick(number.low for number in scaled)
            return Number(sql, common, low, pick(number.high for number in scaled))
        if name in ("round", "round_down", "round_up"):
            return self._rounded(node)
        if name in ("count_true", "first_true"):
            return self._counted(node)
        first, second = (self.plain(argument) for argument in node.arguments)
        if name == "days_between":
            days: exp.Expression = (
                exp.Paren(this=exp.Sub(this=second, expression=first))
                if self.dialect == "duckdb"
                else exp.Anonymous(this="datediff", expressions=[second, first])
            )
            return Number(_cast(days, "BIGINT"), 1, -2_000_000, 2_000_000)
        if name == "age_on":
            sql = exp.Sub(
                this=exp.Sub(this=_part("year", second), expression=_part("year", first)),
                expression=exp.Case()
                .when(exp.LT(this=_month_day(second), expression=_month_day(first)), _number(1))
                .else_(_number(0)),
            )
            return Number(exp.Paren(this=_cast(exp.Paren(this=sql), "BIGINT")), 1, -9999, 9999)
        assert name == "full_months", name
        forward = _months(first, second)
        backward = exp.Neg(this=exp.Paren(this=_months(second, first)))
        order = exp.GTE(this=second.copy(), expression=first.copy())
        known = exp.LT(this=second.copy(), expression=first.copy())
        sql = exp.Case().when(order, forward).when(known, backward)
        return Number(_cast(exp.Paren(this=sql), "BIGINT"), 1, -99999, 99999)

    def _counted(self, node: Call) -> Number:
        items = [self.plain(argument) for argument in node.arguments]
        if node.function == "count_true":
            sql: exp.Expression = _number(0)
            for item in items:
                one = (
                    exp.Case()
                    .when(item, _number(1))
                    .when(exp.Not(this=exp.Paren(this=item.copy())), _number(0))
                )
                sql = exp.Add(this=sql, expression=exp.Paren(this=one))
            return Number(_cast(exp.Paren(this=sql), "BIGINT"), 1, 0, len(items))
        case = exp.Case()
        for index, item in enumerate(items, 1):
            unknown = exp.Is(this=exp.Paren(this=item), expression=exp.null())
            case = case.when(item.copy(), _number(index)).when(unknown, exp.null())
        return Number(_cast(exp.Paren(this=case.else_(_number(0))), "BIGINT"), 1, 0, len(items))

    def _rounded(self, node: Call) -> Number:
        amount = self.number(node.arguments[0])
        unit = node.arguments[1]
        assert isinstance(unit, Literal) and isinstance(unit.value, Fraction)
        step = int(unit.value)
        size = step * amount.denominator
        if size == 1:
            return amount
        positive = amount.low >= 0
        low = -_up(-amount.low, size) * step if amount.low < 0 else 0
        high = _up(amount.high, size) * step if amount.high > 0 else 0
        sql = amount.sql
        sign = exp.LT(this=sql.copy(), expression=_number(0))
        magnitude = Number(
            sql if positive else exp.Abs(this=sql),
            amount.denominator,
            0,
            max(abs(amount.low), abs(amount.high)),
        )
        if node.function == "round":
            top = self._made(
                exp.Add,
                (self._scaled(magnitude, 2), _constant(size, 1)),
                (0, 2 * magnitude.high + size),
                1,
            )
            divisor = 2 * size
        else:
            extra = size - 1 if node.function == "round_up" else 0
            top = self._made(
                exp.Add, (magnitude, _constant(extra, 1)), (0, magnitude.high + extra), 1
            )
            divisor = size
        units: exp.Expression = exp.Paren(
            this=exp.IntDiv(this=top.sql, expression=self._wide_literal(divisor, top))
        )
        units = _cast(units, "BIGINT")
        self._fits(low, high, NARROW)
        if step != 1:
            units = exp.Paren(this=exp.Mul(this=units, expression=_number(step)))
        if not positive:
            negative = exp.Neg(this=exp.Paren(this=units.copy()))
            units = exp.Paren(this=exp.Case().when(sign, negative).else_(units))
        return Number(units, 1, low, high)

    def _wide_literal(self, value: int, beside: Number) -> exp.Expression:
        if beside.wide:
            return _cast(_number(value), _WIDE_TYPE[self.dialect])
        return _cast(_number(value), "BIGINT")

    def _scaled(self, number: Number, factor: int) -> Number:
        if factor == 1:
            return number
        return self._product(number, _constant(factor, 1), number.denominator * factor)

    def _product(self, a: Number, b: Number, denominator: int | None = None) -> Number:
        corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        if denominator is None:
            denominator = a.denominator * b.denominator
        if a.one is not None and b.one is not None:
            return _constant(a.one * b.one, denominator)
        return self._made(exp.Mul, (a, b), (min(corners), max(corners)), denominator)

    def _made(
        self,
        make: type[exp.Binary],
        operands: tuple[Number, Number],
        bounds: tuple[int, int],
        denominator: int,
    ) -> Number:
        (a, b), (low, high) = operands, bounds
        self._fits(low, high, WIDE)
        left, right = a.sql, b.sql
        if max(abs(low), abs(high)) > NARROW:
            wide = _WIDE_TYPE[self.dialect]
            left = left if a.wide else _cast(left, wide)
            right = right if b.wide else _cast(right, wide)
        return Number(exp.Paren(this=make(this=left, expression=right)), denominator, low, high)

    def _fits(self, low: int, high: int, limit: int) -> None:
        if max(abs(low), abs(high)) > limit:
            raise ProblemError(
                Problem(
                    self.place,
                    "算式的结果可能大到算不准",
                    "给参与的列声明更小的 min/max，或用 at_most 封顶后再乘",
                )
            )


def aggregate(node: Aggregate, printer: Printer) -> exp.Expression:
    """SQL for a household aggregate in a query grouped by household over its members."""
    argument = node.argument
    if node.function in ("any_member", "all_members"):
        item = printer.plain(argument)
        any_true = exp.func("bool_or" if node.function == "any_member" else "bool_and", item)
        decisive = exp.Is(
            this=any_true, expression=exp.true() if node.function == "any_member" else exp.false()
        )
        unknown = exp.LT(this=exp.Count(this=item.copy()), expression=exp.Count(this=exp.Star()))
        result = exp.false() if node.function == "any_member" else exp.true()
        found = exp.true() if node.function == "any_member" else exp.false()
        return exp.Case().when(decisive, found).when(unknown, exp.null()).else_(result)
    if node.function == "count_members":
        item = printer.plain(argument)
        one = exp.Case().when(item, _number(1)).else_(_number(0))
        total: exp.Expression = _cast(exp.Sum(this=one), "BIGINT")
    else:
        item = printer.number(argument).sql
        make = {"sum_members": exp.Sum, "min_members": exp.Min, "max_members": exp.Max}
        total = _cast(make[node.function](this=item), _sum_type(printer, node))
    known = exp.EQ(this=exp.Count(this=item.copy()), expression=exp.Count(this=exp.Star()))
    return exp.Case().when(known, total)


def _sum_type(printer: Printer, node: Aggregate) -> str:
    number = printer.number(node.argument)
    many = MOST_MEMBERS if node.function == "sum_members" else 1
    if max(abs(number.low), abs(number.high)) * many > NARROW:
        return _WIDE_TYPE[printer.dialect]
    return "BIGINT"


def possible(node: Node, printer: Printer) -> exp.Expression | None:
    """SQL, never NULL, that holds wherever `node` may be TRUE or unknown; None: anywhere.

    Reads only facts of the subject itself, so that one scan can leave out who is provably out.
    Slots count as possible, households and links too.
    """
    return _possible(node, True, printer)


def _possible(node: Node, wanted: bool, printer: Printer) -> exp.Expression | None:
    while isinstance(node, Defined):
        node = node.body
    if isinstance(node, Not):
        return _possible(node.item, not wanted, printer)
    if isinstance(node, Junction):
        parts = [_possible(item, wanted, printer) for item in node.items]
        if (node.op == "and") is wanted:
            known = [part for part in parts if part is not None]
            return exp.Paren(this=exp.and_(*known)) if known else None
        if any(part is None for part in parts):
            return None
        return exp.Paren(this=exp.or_(*[part for part in parts if part is not None]))
    if isinstance(node, Literal):
        return exp.false() if node.value is (not wanted) else None
    if any(
        isinstance(part, Slot | Aggregate) or (isinstance(part, FactName) and part.path)
        for part in node.walk()
    ):
        return None
    if node.type.kind is not Kind.BOOLEAN:
        return None
    item = printer.plain(node)
    if isinstance(node, FactName):
        test = exp.Coalesce(this=item, expressions=[exp.true() if wanted else exp.false()])
        return exp.Paren(this=test) if wanted else exp.Not(this=test)
    refuted = exp.Is(this=item, expression=exp.false() if wanted else exp.true())
    return exp.Paren(this=exp.Not(this=refuted))


def _up(value: int, size: int) -> int:
    return -(-value // size)


def _number(value: int) -> exp.Expression:
    literal = exp.Literal.number(abs(value))
    return exp.Paren(this=exp.Neg(this=literal)) if value < 0 else literal


def _constant(value: int, denominator: int) -> Number:
    literal = exp.Literal.number(abs(value))
    sql: exp.Expression = exp.Neg(this=literal) if value < 0 else literal
    return Number(sql, denominator, value, value)


def _literal(value: Value) -> exp.Expression:
    if value is None:
        return exp.null()
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, date):
        return _cast(exp.Literal.string(value.isoformat()), "DATE")
    assert isinstance(value, str)
    return exp.Literal.string(value)


def _cast(item: exp.Expr, to: str) -> exp.Expression:
    return exp.Cast(this=item, to=exp.DataType.build(to))


def _part(part: str, day: exp.Expression) -> exp.Expression:
    make = {"year": exp.Year, "month": exp.Month, "day": exp.Day}[part]
    return exp.Paren(this=make(this=day.copy()))


def _month_day(day: exp.Expression) -> exp.Expression:
    hundred = exp.Mul(this=_part("month", day), expression=_number(100))
    return exp.Paren(this=exp.Add(this=hundred, expression=_part("day", day)))


def _months(start: exp.Expression, end: exp.Expression) -> exp.Expression:
    """Full months from `start` to a later `end`: see `luodi.basics.period.full_months`."""

    def index(day: exp.Expression) -> exp.Expression:
        twelve = exp.Mul(this=_part("year", day), expression=_number(12))
        return exp.Paren(this=exp.Add(this=twelve, expression=_part("month", day)))

    last = _part("day", exp.LastDay(this=end.copy()))
    due = exp.Least(this=_part("day", start), expressions=[last])
    early = exp.Case().when(exp.LT(this=_part("day", end), expression=due), _number(1))
    months = exp.Sub(this=index(end), expression=index(start))
    return exp.Paren(this=exp.Sub(this=months, expression=exp.Paren(this=early.else_(_number(0)))))
