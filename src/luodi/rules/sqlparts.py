"""Small pieces of SQL: typed literals, casts, parts of dates. Each call makes new nodes.

A sqlglot node knows its parent, so a piece that is used twice is copied by whoever uses it twice.
"""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from luodi.rules.types import Kind, Type, Value

_NULLS = {Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE", Kind.ENUM: "TEXT", Kind.TEXT: "TEXT"}
_TYPES = {
    "BIGINT": exp.DType.BIGINT,
    "INT": exp.DType.INT,
    "DATE": exp.DType.DATE,
    "BOOLEAN": exp.DType.BOOLEAN,
    "TEXT": exp.DType.TEXT,
    "INT128": exp.DType.INT128,
    "DECIMAL(38,0)": exp.DType.DECIMAL,
}


def cast(item: exp.Expr, to: str) -> exp.Expression:
    type_ = exp.DataType(this=_TYPES[to])
    if to == "DECIMAL(38,0)":
        parts = [exp.DataTypeParam(this=exp.Literal.number(digits)) for digits in (38, 0)]
        type_.set("expressions", parts)
    return exp.Cast(this=item, to=type_)


def paren(item: exp.Expr) -> exp.Expression:
    return exp.Paren(this=item)


def joined(op: str, items: list[exp.Expression]) -> exp.Expression:
    """`(a AND b AND c)`; sqlglot's own `and_` would copy every part."""
    make = exp.And if op == "and" else exp.Or
    found = items[0]
    for item in items[1:]:
        found = make(this=found, expression=item)
    return paren(found)


def negated(item: exp.Expression) -> exp.Expression:
    return exp.Not(this=paren(item))


def is_null(item: exp.Expression) -> exp.Expression:
    return exp.Is(this=item, expression=exp.null())


def is_known(item: exp.Expression) -> exp.Expression:
    return exp.Not(this=is_null(item))


def integer(value: int) -> exp.Expression:
    literal = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal


def literal(value: Value, type_: Type) -> exp.Expression:
    """A condition, date or text as SQL; NULL with its type."""
    if value is None:
        return cast(exp.null(), _NULLS[type_.kind])
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, date):
        return day(value)
    assert isinstance(value, str), value
    return exp.Literal.string(value)


def day(value: date) -> exp.Expression:
    return cast(exp.Literal.string(value.isoformat()), "DATE")


def case(*branches: tuple[exp.Expr, exp.Expr], default: exp.Expr | None = None) -> exp.Expression:
    """`(CASE WHEN … THEN … ELSE … END)`."""
    ifs = [exp.If(this=when, true=then) for when, then in branches]
    return paren(exp.Case(ifs=ifs, default=default))


def choice(condition: exp.Expression, yes: exp.Expr, no: exp.Expr) -> exp.Expression:
    """`yes` or `no`; NULL where the condition is."""
    ifs = [exp.If(this=exp.true(), true=yes), exp.If(this=exp.false(), true=no)]
    return paren(exp.Case(this=condition, ifs=ifs))


def extreme(function: str, items: list[exp.Expression]) -> exp.Expression:
    """The largest or least; NULL where one is (GREATEST itself skips NULL)."""
    asked = [is_known(item.copy()) for item in items if not _written(item)]
    name = "GREATEST" if function == "at_least" else "LEAST"
    found = exp.Anonymous(this=name, expressions=items)
    return case((joined("and", asked), found)) if asked else found


def _written(item: exp.Expression) -> bool:
    while isinstance(item, exp.Cast | exp.Neg):
        item = item.this
    return isinstance(item, exp.Literal)


def age(birth: exp.Expression, on: exp.Expression) -> exp.Expression:
    """Completed years: see `luodi.basics.period.age_on`."""
    early = exp.LT(this=_month_day(on), expression=_month_day(birth))
    years = exp.Sub(this=_year(on), expression=_year(birth))
    before = case((early, integer(1)), default=integer(0))
    return cast(paren(exp.Sub(this=years, expression=before)), "BIGINT")


def months(start: exp.Expression, end: exp.Expression) -> exp.Expression:
    """Full months either way: see `luodi.basics.period.full_months`."""
    after = exp.GTE(this=end.copy(), expression=start.copy())
    before = exp.LT(this=end.copy(), expression=start.copy())
    back = exp.Neg(this=_months_forward(end, start))
    return cast(case((after, _months_forward(start, end)), (before, back)), "BIGINT")


def _months_forward(start: exp.Expression, end: exp.Expression) -> exp.Expression:
    last = _day(exp.LastDay(this=end.copy()))
    due = exp.Anonymous(this="LEAST", expressions=[_day(start), last])
    early = case((exp.LT(this=_day(end), expression=due), integer(1)), default=integer(0))
    passed = exp.Sub(this=_month_index(end), expression=_month_index(start))
    return paren(exp.Sub(this=passed, expression=early))


def _month_index(day: exp.Expression) -> exp.Expression:
    twelve = exp.Mul(this=_year(day), expression=integer(12))
    return paren(exp.Add(this=twelve, expression=exp.Month(this=day.copy())))


def _month_day(day: exp.Expression) -> exp.Expression:
    hundred = exp.Mul(this=exp.Month(this=day.copy()), expression=integer(100))
    return paren(exp.Add(this=hundred, expression=_day(day)))


def _year(day: exp.Expression) -> exp.Expression:
    return exp.Year(this=day.copy())


def _day(day: exp.Expression) -> exp.Expression:
    return exp.Day(this=day.copy())
