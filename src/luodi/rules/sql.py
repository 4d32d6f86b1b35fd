"""Prints rules as SQL for DuckDB and Spark, through sqlglot's expression builder.

Numbers are integers over a denominator known when printing. Their bounds are carried along, so
that a product that could leave 64 bits is computed wide, and one that could leave 37 digits is a
problem before any row is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from sqlglot import exp

from luodi.basics.problem import Problem, ProblemError
from luodi.rules import sqlparts as sql
from luodi.rules.bounds import COUNTS, Range, TooLargeError, before_division, picked
from luodi.rules.calendar import FIRST, LAST, MOST_DAYS, MOST_MONTHS
from luodi.rules.interpreter import Subject, evaluate
from luodi.rules.scan import own_facts, possible
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

__all__ = ["Number", "Printer", "aggregate", "own_facts", "possible"]

DIALECTS = ("duckdb", "spark")
_COMPARE = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
_ARITHMETIC = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
_WIDE_TYPE = {"duckdb": "INT128", "spark": "DECIMAL(38,0)"}


@dataclass(frozen=True, slots=True)
class Number:
    """SQL for an integer, and what is known of it: its denominator and its bounds."""

    sql: exp.Expression
    range: Range

    @property
    def denominator(self) -> int:
        return self.range.denominator

    @property
    def low(self) -> int:
        return self.range.low

    @property
    def high(self) -> int:
        return self.range.high

    @property
    def wide(self) -> bool:
        """Whether it is computed in 128 bits (DuckDB) or 38 digits (Spark), not in 64 bits."""
        return self.range.wide

    @property
    def one(self) -> int | None:
        """The integer itself where it is written out."""
        written = isinstance(self.sql, exp.Literal | exp.Neg)
        return self.low if written and self.low == self.high else None


class Printer:
    """Prints trees whose constants were taken out (`Slots.take_out`) for one engine.

    Args:
        dialect: "duckdb" or "spark".
        column: The SQL column of a fact; of a Slot; of an aggregate computed beforehand. A new
            node each time: a node of sqlglot stands in one place.
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
        """SQL whose stored value is `node`'s.

        Raises:
            ValueError: A number that is not a whole count of its smallest unit, so that the
                caller should have rounded it.
        """
        if not node.type.numeric:
            return self.plain(node)
        number = self.number(node)
        factor, rest = divmod(node.type.denominator, number.denominator)
        if rest:
            raise ValueError(f"{node.type.label}: 1/{number.denominator} is no stored unit")
        return self._scaled(number, factor).sql

    # --- conditions, dates, texts ----------------------------------------------------------

    def plain(self, node: Node) -> exp.Expression:
        """SQL for a condition (three-valued), a date or a text."""
        if isinstance(node, Literal):
            return sql.literal(node.value, node.type)
        if isinstance(node, FactName | Slot | Aggregate):
            return self.column(node)
        if isinstance(node, Defined):
            return self.plain(node.body)
        if isinstance(node, Not):
            return sql.paren(sql.negated(self.plain(node.item)))
        if isinstance(node, Junction):
            return sql.joined(node.op, [self.plain(item) for item in node.items])
        if isinstance(node, IsUnknown):
            return self._unknown(node)
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, In):
            return self._membership(node)
        assert isinstance(node, Call), node
        return self._plain_call(node)

    def _any(self, node: Node) -> exp.Expression:
        return self.number(node).sql if node.type.numeric else self.plain(node)

    def _unknown(self, node: IsUnknown) -> exp.Expression:
        item = node.item
        while isinstance(item, Defined):
            item = item.body
        if isinstance(item, Call) and item.function == "ratio":
            top, bottom = (self.number(argument) for argument in item.arguments)
            positive = exp.GT(this=bottom.sql, expression=sql.integer(0))
            parts = [sql.is_known(top.sql), exp.Is(this=sql.paren(positive), expression=exp.true())]
            known = sql.joined("and", parts)
        else:
            known = sql.paren(sql.is_known(self._any(item)))
        return known if node.known else sql.paren(exp.Not(this=known))

    def _compare(self, node: Compare) -> exp.Expression:
        left = node.left
        while isinstance(left, Defined):
            left = left.body
        make = _COMPARE[node.op]
        if not left.type.numeric:
            return sql.paren(make(this=self.plain(left), expression=self.plain(node.right)))
        right = self.number(node.right)
        if isinstance(left, Call) and left.function == "ratio":
            # top/bottom op right, by cross-multiplication: exact, and no division by zero.
            top, bottom = (self.number(argument) for argument in left.arguments)
            positive = exp.GT(this=bottom.sql.copy(), expression=sql.integer(0))
            a = self._scaled(top, bottom.denominator * right.denominator)
            b = self._product(right, self._scaled(bottom, top.denominator))
            return sql.case((positive, make(this=a.sql, expression=b.sql)))
        a, b = self._common([self.number(left), right])
        return sql.paren(make(this=a.sql, expression=b.sql))

    def _membership(self, node: In) -> exp.Expression:
        if node.item.type.numeric:
            number = self.number(node.item)
            item = number.sql
            scaled = [
                value * number.denominator for value in node.values if isinstance(value, Fraction)
            ]
            values = [sql.integer(int(value)) for value in scaled if value.denominator == 1]
        else:
            item = self.plain(node.item)
            values = [sql.literal(value, node.item.type) for value in node.values]
        if not values:  # no such number is stored: false, or unknown
            return sql.case((sql.is_known(item), exp.false()))
        return sql.paren(exp.In(this=item, expressions=values))

    def _plain_call(self, node: Call) -> exp.Expression:
        name = node.function
        if name == "if":
            condition, yes, no = (self.plain(argument) for argument in node.arguments)
            return sql.choice(condition, yes, no)
        if name in ("at_least", "at_most"):
            return sql.extreme(name, [self.plain(argument) for argument in node.arguments])
        assert name in ("add_months", "add_days"), name
        start, count = self.plain(node.arguments[0]), self.number(node.arguments[1])
        number = sql.cast(count.sql, "INT")
        if name == "add_months":
            moved = sql.cast(exp.AddMonths(this=start, expression=number), "DATE")
        elif self.dialect == "duckdb":
            moved = sql.paren(exp.Add(this=start, expression=number))
        else:
            moved = exp.Anonymous(this="date_add", expressions=[start, number])
        most = MOST_DAYS if name == "add_days" else MOST_MONTHS
        if count.range.size > most:
            near = exp.Between(
                this=count.sql.copy(), low=sql.integer(-most), high=sql.integer(most)
            )
            moved = sql.case((near, moved))
        inside = exp.Between(this=moved.copy(), low=sql.day(FIRST), high=sql.day(LAST))
        return sql.case((inside, moved))

    # --- numbers ---------------------------------------------------------------------------

    def number(self, node: Node) -> Number:
        """SQL for a number, with its denominator and bounds.

        Raises:
            ProblemError: It could leave 37 digits; `parse` has refused such rules already, unless
                a constant is finer or larger than its type lets expect.
        """
        try:
            return self._number(node)
        except TooLargeError:
            raise ProblemError(
                Problem(
                    self.place,
                    "算式的结果可能大到算不准",
                    "给参与的列声明更小的 min/max，或用 at_most 封顶后再乘",
                )
            ) from None

    def _number(self, node: Node) -> Number:
        if isinstance(node, Literal):
            if not isinstance(node.value, Fraction):
                return Number(sql.cast(exp.null(), "BIGINT"), Range(1, 0, 0))
            return _written(node.value.numerator, node.value.denominator)
        if isinstance(node, Slot):
            return Number(self.column(node), Range(node.denominator, node.low, node.high))
        if isinstance(node, FactName):
            return Number(self.column(node), Range(node.type.denominator, *node.fact.bounds))
        if isinstance(node, Defined):
            return self.number(node.body)
        if isinstance(node, Aggregate):
            return Number(self.column(node), self._aggregate_range(node))
        if isinstance(node, Arithmetic):
            left, right = self.number(node.left), self.number(node.right)
            if node.op == "*":
                return self._product(left, right)
            left, right = self._common([left, right])
            plus = left.range.plus if node.op == "+" else left.range.minus
            return self._made(_ARITHMETIC[node.op], left, right, plus(right.range))
        assert isinstance(node, Call), node
        return self._number_call(node)

    def _aggregate_range(self, node: Aggregate) -> Range:
        if node.function == "count_members":
            return COUNTS[node.function]
        inner = self.number(node.argument).range
        return inner.summed() if node.function == "sum_members" else inner

    def _number_call(self, node: Call) -> Number:
        name = node.function
        if name == "if":
            condition = self.plain(node.arguments[0])
            branches = self._common([self.number(argument) for argument in node.arguments[1:]])
            yes, no = (self._typed(one, branches) for one in branches)
            found = picked(name, [one.range for one in branches])
            return Number(sql.choice(condition, yes, no), found)
        if name in ("at_least", "at_most"):
            items = self._common([self.number(argument) for argument in node.arguments])
            found = picked(name, [one.range for one in items])
            chosen = sql.extreme(name, [self._typed(one, items) for one in items])
            if any(one.wide for one in items) and not found.wide:
                chosen = sql.cast(chosen, "BIGINT")
            return Number(chosen, found)
        if name in ("round", "round_down", "round_up"):
            return self._rounded(node)
        if name in ("count_true", "first_true"):
            return self._counted(node)
        if name == "ratio":  # of written numbers; a quotient of facts is only ever compared
            return self._number(Literal(node.type, evaluate(node, Subject({}))))
        first, second = (self.plain(argument) for argument in node.arguments)
        if name == "days_between":
            days = (
                sql.paren(exp.Sub(this=second, expression=first))
                if self.dialect == "duckdb"
                else exp.Anonymous(this="datediff", expressions=[second, first])
            )
            return Number(sql.cast(days, "BIGINT"), COUNTS[name])
        assert name in ("age_on", "full_months"), name
        make = sql.age if name == "age_on" else sql.months
        return Number(make(first, second), COUNTS[name])

    def _counted(self, node: Call) -> Number:
        items = [self.plain(argument) for argument in node.arguments]
        found = Range(1, 0, len(items))
        if node.function == "count_true":
            total = sql.cast(items[0], "BIGINT")  # true is 1, NULL stays
            for item in items[1:]:
                total = exp.Add(this=total, expression=sql.cast(item, "BIGINT"))
            return Number(sql.paren(total), found)
        branches: list[tuple[exp.Expr, exp.Expr]] = []
        for index, item in enumerate(items, 1):
            branches += [(item, sql.integer(index)), (sql.is_null(item.copy()), exp.null())]
        return Number(sql.cast(sql.case(*branches, default=sql.integer(0)), "BIGINT"), found)

    def _rounded(self, node: Call) -> Number:
        amount, unit = self.number(node.arguments[0]), node.arguments[1]
        assert isinstance(unit, Literal) and isinstance(unit.value, Fraction), node
        step = int(unit.value)
        size = step * amount.denominator
        if size == 1:
            return amount
        factor, shift, before = before_division(node.function, amount.range, step)
        top = self._scaled(amount, factor)
        if shift:
            away: exp.Expression = sql.integer(shift)
            if amount.low < 0:
                below = exp.LT(this=amount.sql.copy(), expression=sql.integer(0))
                away = sql.case((below, sql.integer(-shift)), default=sql.integer(shift))
            top = self._made(exp.Add, top, Number(away, Range(1, -shift, shift)), before)
        divisor = sql.integer(factor * size)
        if top.wide:
            divisor = sql.cast(divisor, _WIDE_TYPE[self.dialect])
        # Both engines cut a quotient of integers off towards zero.
        units = sql.paren(exp.IntDiv(this=top.sql, expression=divisor))
        units = sql.cast(units, "BIGINT") if top.wide else units
        if step != 1:
            units = sql.paren(exp.Mul(this=units, expression=sql.integer(step)))
        return Number(units, amount.range.rounded(step))

    def _common(self, numbers: Sequence[Number]) -> list[Number]:
        denominator = lcm(*(number.denominator for number in numbers))
        return [self._scaled(number, denominator // number.denominator) for number in numbers]

    def _scaled(self, number: Number, factor: int) -> Number:
        if factor == 1:
            return number
        scaled = number.range.scaled(factor)
        return self._made(exp.Mul, number, _written(factor, 1), scaled)

    def _product(self, a: Number, b: Number) -> Number:
        return self._made(exp.Mul, a, b, a.range.times(b.range))

    def _made(self, make: type[exp.Binary], a: Number, b: Number, found: Range) -> Number:
        if a.one is not None and b.one is not None and found.low == found.high:
            return _written(found.low, found.denominator)
        left, right = a.sql, b.sql
        if found.wide:
            wide = _WIDE_TYPE[self.dialect]
            left = left if a.wide else sql.cast(left, wide)
            right = right if b.wide else sql.cast(right, wide)
        made = sql.paren(make(this=left, expression=right))
        if (a.wide or b.wide) and not found.wide:
            made = sql.cast(made, "BIGINT")
        return Number(made, found)

    def _typed(self, one: Number, among: Sequence[Number]) -> exp.Expression:
        """`one` as the type of its fellow branches; a written number has none of its own."""
        if any(other.wide for other in among):
            return one.sql if one.wide else sql.cast(one.sql, _WIDE_TYPE[self.dialect])
        return sql.cast(one.sql, "BIGINT") if one.one is not None else one.sql


def _written(value: int, denominator: int) -> Number:
    return Number(sql.integer(value), Range(denominator, value, value))


def aggregate(node: Aggregate, printer: Printer) -> exp.Expression:
    """SQL for a household aggregate in a query grouped by household over its members."""
    if node.function in ("any_member", "all_members"):
        decisive = node.function == "any_member"
        item = printer.plain(node.argument)
        test = exp.Anonymous(this="BOOL_OR" if decisive else "BOOL_AND", expressions=[item])
        found = exp.Boolean(this=decisive)
        decided = exp.Is(this=test, expression=found.copy())
        return exp.Case(
            ifs=[
                exp.If(this=decided, true=found),
                exp.If(this=_some_unknown(item), true=sql.literal(None, node.type)),
            ],
            default=exp.Boolean(this=not decisive),
        )
    if node.function == "count_members":
        item = printer.plain(node.argument)
        total: exp.Expression = exp.Sum(
            this=exp.Case(ifs=[exp.If(this=item, true=sql.integer(1))], default=sql.integer(0))
        )
        to = "BIGINT"
    else:
        number = printer.number(node.argument)
        item = number.sql
        found_range = number.range.summed() if node.function == "sum_members" else number.range
        to = _WIDE_TYPE[printer.dialect] if found_range.wide else "BIGINT"
        summand = sql.cast(item, to) if found_range.wide and not number.wide else item
        make = {"sum_members": exp.Sum, "min_members": exp.Min, "max_members": exp.Max}
        total = sql.paren(make[node.function](this=summand))
    every = exp.Not(this=sql.paren(_some_unknown(item)))
    return exp.Case(ifs=[exp.If(this=every, true=sql.cast(total, to))])


def _some_unknown(item: exp.Expression) -> exp.Expression:
    counted = exp.Count(this=item.copy())
    return exp.LT(this=counted, expression=exp.Count(this=exp.Star()))
