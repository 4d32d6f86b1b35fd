"""Who need not be looked at: prints the part of a condition that one scan can refute."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlglot import exp

from luodi.rules import sqlparts as sql
from luodi.rules.tree import Aggregate, Defined, FactName, Junction, Literal, Node, Not, Slot
from luodi.rules.types import Kind

if TYPE_CHECKING:
    from luodi.rules.sql import Printer

Readable = Callable[[FactName | Aggregate, bool], bool]


def own_facts(leaf: FactName | Aggregate, wanted: bool) -> bool:  # noqa: ARG001
    """Reads facts of the subject itself, whether they must be true or false."""
    return isinstance(leaf, FactName) and not leaf.path


def possible(
    node: Node, printer: Printer, readable: Readable = own_facts, *, wanted: bool = True
) -> exp.Expression | None:
    """SQL, never NULL, that holds wherever `node` may be TRUE or unknown; None: anywhere.

    It leaves out who is provably out, in a scan that knows only what is `readable`: whatever
    reads anything else, a Slot included, counts as possible.

    Args:
        readable: Whether a leaf may be read; its second argument tells whether the condition
            around it is wanted true (or, below a `not`, false).
        wanted: False: where `node` may be FALSE or unknown.
    """
    while isinstance(node, Defined):
        node = node.body
    if isinstance(node, Not):
        return possible(node.item, printer, readable, wanted=not wanted)
    if isinstance(node, Junction):
        parts = [possible(item, printer, readable, wanted=wanted) for item in node.items]
        known = [part for part in parts if part is not None]
        if (node.op == "and") is wanted:
            return sql.joined("and", known) if known else None
        return sql.joined("or", known) if len(known) == len(parts) else None
    if isinstance(node, Literal):
        return exp.false() if node.value is (not wanted) else None
    if node.type.kind is not Kind.BOOLEAN or not _reads_only(node, readable, wanted):
        return None
    item = printer.plain(node)
    if isinstance(node, FactName | Aggregate):
        test = exp.Coalesce(this=item, expressions=[exp.Boolean(this=wanted)])
        return sql.paren(test) if wanted else sql.paren(exp.Not(this=test))
    refuted = exp.Is(this=item, expression=exp.Boolean(this=not wanted))
    return sql.paren(exp.Not(this=refuted))


def _reads_only(node: Node, readable: Readable, wanted: bool) -> bool:
    if isinstance(node, Slot):
        return False
    if isinstance(node, FactName | Aggregate):
        return readable(node, wanted)
    return all(_reads_only(child, readable, wanted) for child in node.children)
