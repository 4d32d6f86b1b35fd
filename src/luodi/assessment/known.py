"""What a snapshot's tables are known to hold before they are read: from the footers of their files.

A register that nobody is on gives FALSE for everybody, a list that nobody handed in gives nothing
for anybody, and most columns have no gaps at all: what follows from that needs no work per person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from luodi.rules.binding import rebuilt
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
from luodi.rules.types import Kind

#: Functions that give a value wherever their arguments have one.
_TOTAL = frozenset(
    {"if", "at_least", "at_most", "round", "round_down", "round_up", "count_true", "first_true",
     "age_on", "full_months", "days_between"}
)  # fmt: skip
_DECIDED = ("any_member", "all_members", "count_members")


@dataclass(frozen=True, slots=True)
class Known:
    """What holds for every row of a table.

    Attributes:
        complete: Columns without a gap.
        same: Columns that hold one and the same value, or None: nothing, in every row.
    """

    complete: frozenset[str] = frozenset()
    same: Mapping[str, bool | None] = field(default_factory=dict)


NOTHING = Known()


def footers(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Path]) -> dict[str, Known]:
    """Read what the footers of Parquet files say of their columns."""
    names = {str(path.resolve()): name for name, path in tables.items()}
    rows = connection.execute(
        """
        SELECT file_name, path_in_schema, type = 'BOOLEAN', sum(num_values), sum(stats_null_count),
               count(*) = count(stats_null_count), min(stats_min_value), max(stats_max_value)
        FROM parquet_metadata($1) GROUP BY ALL
        """,
        [list(names)],
    ).fetchall()
    complete: dict[str, set[str]] = {name: set() for name in tables}
    same: dict[str, dict[str, bool | None]] = {name: {} for name in tables}
    for file, column, boolean, values, gaps, counted, low, high in rows:
        table = names[file]
        if counted and gaps == 0:
            complete[table].add(column)
            if boolean and low is not None and low == high:
                same[table][column] = low == "true"
        elif counted and gaps == values:
            same[table][column] = None
    return {name: Known(frozenset(complete[name]), same[name]) for name in tables}


def settled(node: Node, own: Known, members: Known) -> Node:
    """`node` with the facts of the subject and of members that are the same for all put in."""
    if isinstance(node, FactName):
        if node.path or node.fact.name not in own.same:
            return node
        value = own.same[node.fact.name]
        if value is not None and node.type.kind is not Kind.BOOLEAN:
            return node
        return Literal(node.type, value)
    if isinstance(node, Aggregate):
        return rebuilt(node, (settled(node.argument, members, members),))
    return rebuilt(node, tuple(settled(child, own, members) for child in node.children))


def always_known(
    node: Node,
    own: Known,
    members: Known,
    slots: Sequence[Sequence[object]] = (),
    joined: Callable[[Aggregate], bool] = lambda _node: False,
) -> bool:
    """Whether `node` has a value for every subject.

    Args:
        slots: The values of each Slot in all scenarios.
        joined: Whether each subject has a household from which the aggregate is taken.
    """

    def visit(part: Node, facts: Known) -> bool:
        if isinstance(part, Literal):
            return part.value is not None
        if isinstance(part, Slot):
            return part.index < len(slots) and None not in slots[part.index]
        if isinstance(part, FactName):
            return not part.path and part.fact.name in facts.complete
        if isinstance(part, IsUnknown):
            return True
        if isinstance(part, Aggregate):
            decided = part.function in _DECIDED and joined(part)
            return decided and visit(part.argument, members)
        if isinstance(part, Compare):
            quotient = any(isinstance(one, Call) and one.function == "ratio" for one in part.walk())
            return not quotient and all(visit(child, facts) for child in part.children)
        if isinstance(part, Call) and part.function not in _TOTAL:
            return False
        return isinstance(
            part, Call | In | Not | Junction | Defined | Arithmetic
        ) and all(visit(child, facts) for child in part.children)  # fmt: skip

    return visit(node, own)
