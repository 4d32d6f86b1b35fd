"""Which names an instrument's rules read."""

from __future__ import annotations

from collections.abc import Iterator

from luodi.pack.measure import Assessable, Certificate, Instrument, Procedure
from luodi.rules import Expr


def expressions(one: Instrument) -> Iterator[Expr]:
    """All rules of an instrument."""
    if isinstance(one, Assessable):
        yield from one.expressions()
    elif isinstance(one, Procedure | Certificate) and one.eligible is not None:
        yield one.eligible


def names_read(one: Instrument) -> set[str]:
    """The facts (with their path), constants and derived facts that its rules read."""
    return {name for expr in expressions(one) for name in expr.names()}
