"""Which rows a scan must keep so that no rule misses anybody: cheap to test, seldom too wide.

A verdict is spread into alternatives, each a set of tests that must all be possible. What all
rules ask is tested once; an alternative that names a list (`is_orphan`) leaves out its finer
tests, which each rule makes for itself later; one that another contains is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from luodi.rules.tree import (
    Aggregate,
    Compare,
    Defined,
    FactName,
    In,
    Junction,
    Literal,
    Node,
    Not,
    Slot,
)
from luodi.rules.types import Kind

Test = tuple[Node, bool]  # a condition, and whether it is wanted TRUE (or FALSE)
Alternative = frozenset[Test]
Extreme = Callable[[Slot, bool], Literal | None]
_MOST = 64
_ALWAYS: frozenset[Alternative] = frozenset({frozenset()})


def alternatives(
    node: Node, *, wanted: bool = True, extreme: Extreme = lambda _slot, _largest: None
) -> frozenset[Alternative]:
    """The ways in which `node` can be TRUE or unknown (FALSE or unknown, if `wanted` is False).

    None of them: it never can. An empty one: nothing need hold.

    Args:
        extreme: The largest or the least value of a slot over all scenarios; None: not known.
    """
    while isinstance(node, Defined):
        node = node.body
    if isinstance(node, Literal):
        return frozenset() if node.value is (not wanted) else _ALWAYS
    if isinstance(node, Not):
        return alternatives(node.item, wanted=not wanted, extreme=extreme)
    if isinstance(node, Junction):
        parts = [alternatives(item, wanted=wanted, extreme=extreme) for item in node.items]
        if (node.op == "or") is wanted:
            return frozenset().union(*parts)
        found = _ALWAYS
        for part in parts:
            spread = frozenset(one | other for one in found for other in part)
            # Too many: leaving a conjunct out only widens what is kept.
            found = spread if len(spread) <= _MOST else found
        return found
    node = _widest(node, wanted, extreme)
    if _readable(node):
        return frozenset({frozenset({(node, wanted)})})
    return _ALWAYS


def _widest(node: Node, wanted: bool, extreme: Extreme) -> Node:
    """A comparison with a slot, as it is where it excludes least."""
    if not isinstance(node, Compare) or not isinstance(node.right, Slot) or node.op in ("=", "!="):
        return node
    value = extreme(node.right, (node.op in ("<", "<=")) is wanted)
    return node if value is None else replace(node, right=value)


def cover(found: Iterable[Alternative]) -> tuple[Alternative, tuple[Alternative, ...]]:
    """What all alternatives ask for, and the rest of each, as few and short as may be.

    A row that passes none cannot be touched; not each that passes one is.
    """
    every = list(found)
    if not every:
        return frozenset(), ()
    common = frozenset.intersection(*every)
    rest = {_short(one - common) for one in every}
    return common, tuple(
        one for one in sorted(rest, key=_order) if not any(other < one for other in rest)
    )


def _short(tests: Alternative) -> Alternative:
    lists = frozenset(one for one in tests if _names_a_list(*one))
    return lists or tests


def _names_a_list(node: Node, wanted: bool) -> bool:
    if not wanted:
        return False
    if isinstance(node, Compare):
        return node.op == "="
    return isinstance(node, FactName | In)


def _order(tests: Alternative) -> tuple[int, list[str]]:
    return len(tests), sorted(repr(one) for one in tests)


def _readable(node: Node) -> bool:
    """Whether a scan of one table can tell: it reads own facts only, no slot, no household."""
    if node.type.kind is not Kind.BOOLEAN:
        return False
    reads = [part for part in node.walk() if not part.children]
    return all(
        isinstance(part, Literal) or (isinstance(part, FactName) and not part.path)
        for part in reads
    ) and not any(isinstance(part, Aggregate) for part in node.walk())
