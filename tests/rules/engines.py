"""Every engine that can answer a rule, behind one question: what is each tree for each person?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import duckdb
from sqlglot import exp

from luodi.rules import Fact, Kind, Scope, Stored, Value
from luodi.rules.binding import Slots, folded, simplified
from luodi.rules.closures import GLOBALS, Code, Writer, aggregate_lines
from luodi.rules.interpreter import Subject, evaluate
from luodi.rules.sql import Printer, aggregate, possible
from luodi.rules.tree import Aggregate, FactName, Node, Slot, leaves

Row = dict[str, Stored]
Answer = tuple[Value, ...]  # one value a tree

_SQL = {Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE", Kind.ENUM: "TEXT", Kind.TEXT: "TEXT"}


@dataclass
class World:
    """Households with their members, and the scenarios of what is the same for all.

    Attributes:
        scope: The scope of a person; its link `household` and its members are used.
        households: Stored facts of each.
        persons: (index of the household, stored facts) of each.
        scenarios: Values of the constants; one that is absent is unknown.
    """

    scope: Scope
    persons: Sequence[tuple[int, Row]]
    households: Sequence[Row] = field(default_factory=lambda: [{}])
    scenarios: Sequence[Mapping[str, Value]] = field(default_factory=lambda: [{}])

    def full(self, row: Row, scope: Scope) -> Row:
        return {name: row.get(name) for name in scope.facts}

    def members(self, household: int) -> list[Row]:
        return [self.full(row, self.scope) for home, row in self.persons if home == household]

    @property
    def household_scope(self) -> Scope:
        return self.scope.links.get("household", Scope({}))


Engine = Callable[[World, Sequence[Node]], list[Answer]]  # by scenario, then by person


def interpreted(world: World, roots: Sequence[Node]) -> list[Answer]:
    def values(row: Row, scope: Scope) -> dict[str, Value]:
        return {name: fact.type.value(row.get(name)) for name, fact in scope.facts.items()}

    found = []
    for scenario in world.scenarios:
        for home, row in world.persons:
            links = {"household": values(world.households[home], world.household_scope)}
            kin = [values(one, world.scope) for one in world.members(home)]
            members = {"": kin, "household": kin}
            subject = Subject(values(row, world.scope), links, members, scenario)
            found.append(tuple(evaluate(root, subject) for root in roots))
    return found


def compiled(world: World, roots: Sequence[Node]) -> list[Answer]:
    found: list[Answer] = []
    for scenario in world.scenarios:
        slots = Slots([scenario])
        trees = [folded(slots.take_out(simplified(root))) for root in roots]
        lines, aggregates = ["def rule(r, h, ms):"], {}
        for index, node in enumerate(_aggregates(trees)):
            written, aggregates[node] = aggregate_lines(node, f"a{index}", "ms", "    ")
            lines += written
        writer = Writer(lambda path: "h" if path else "r", aggregates.__getitem__)
        codes: list[Code] = [writer.write(tree) for tree in trees]
        texts = "".join(f"{code.text}, " for code in codes)
        space = dict(GLOBALS)
        exec("\n".join([*lines, *writer.lines, f"    return ({texts})"]), space)
        for home, row in world.persons:
            household = world.full(world.households[home], world.household_scope)
            answer = space["rule"](world.full(row, world.scope), household, world.members(home))
            found.append(_exact(answer, [code.denominator for code in codes]))
    return found


def on_duckdb(world: World, roots: Sequence[Node]) -> list[Answer]:
    query, denominators = sql_of(world, roots, "duckdb")
    with duckdb.connect(":memory:", config={"threads": "1"}) as con:
        _load(con, world)
        return [_exact(row, denominators) for row in con.execute(query).fetchall()]


def _load(con: duckdb.DuckDBPyConnection, world: World) -> None:
    for name, columns, rows in tables(world):
        typed = ", ".join(f'"{column}" {type_}' for column, type_ in columns.items())
        con.execute(f"CREATE TABLE {name} ({typed})")
        if rows:
            marks = ", ".join("?" * len(columns))
            con.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)


def on_spark(session: Any) -> Engine:
    def ask(world: World, roots: Sequence[Node]) -> list[Answer]:
        query, denominators = sql_of(world, roots, "spark")
        for name, columns, rows in tables(world):
            schema = ", ".join(
                f"`{column}` {'STRING' if type_ == 'TEXT' else type_}"
                for column, type_ in columns.items()
            )
            session.createDataFrame(rows, schema).createOrReplaceTempView(name)
        return [_exact(row, denominators) for row in session.sql(query).collect()]

    return ask


def may_hold(world: World, roots: Sequence[Node], *, wanted: bool) -> list[list[bool | None]]:
    """By person: what `possible` says of each condition; true where it leaves nobody out."""
    slots = Slots(world.scenarios)
    printer = Printer("duckdb", _columns_of({}))
    parts = [possible(slots.take_out(simplified(r)), printer, wanted=wanted) for r in roots]
    shown = ", ".join(part.sql("duckdb") if part is not None else "TRUE" for part in parts)
    with duckdb.connect(":memory:") as con:
        _load(con, world)
        rows = con.execute(f"SELECT {shown} FROM persons p ORDER BY person_id").fetchall()
        return [list(row) for row in rows]


def tables(world: World) -> Iterable[tuple[str, dict[str, str], list[list[Stored]]]]:
    """(name, columns with types, rows) of persons and households."""
    homes = world.household_scope.facts
    yield (
        "persons",
        {"person_id": "BIGINT", "household_id": "BIGINT", **_columns(world.scope.facts)},
        [
            [index, home, *world.full(row, world.scope).values()]
            for index, (home, row) in enumerate(world.persons)
        ],
    )
    yield (
        "households",
        {"household_id": "BIGINT", **_columns(homes)},
        [
            [i, *world.full(row, world.household_scope).values()]
            for i, row in enumerate(world.households)
        ],
    )


def sql_of(world: World, roots: Sequence[Node], dialect: str) -> tuple[str, list[int]]:
    """One query for all trees, persons and scenarios, and the denominators of its columns."""
    slots = Slots(world.scenarios)
    trees = [slots.take_out(simplified(root)) for root in roots]
    found = _aggregates(trees)
    names = {node: f"a{index}" for index, node in enumerate(found)}

    printer = Printer(dialect, _columns_of(names))
    numbers = [printer.number(tree) if tree.type.numeric else None for tree in trees]
    shown = [
        (number.sql if number else printer.plain(tree)).sql(dialect)
        for number, tree in zip(numbers, trees, strict=True)
    ]
    scenarios = " UNION ALL ".join(
        "SELECT "
        + ", ".join(
            [
                f"{index} AS d",
                *(
                    f"CAST({_written(value)} AS {_slot_type(slot, dialect)}) AS c{slot.index}"
                    for slot, value in zip(slots.nodes, slots.row(index), strict=True)
                ),
            ]
        )
        for index in range(len(world.scenarios))
    )
    columns = ", ".join(
        [
            "p.household_id",
            "sc.d",
            *(f"{aggregate(n, printer).sql(dialect)} AS {names[n]}" for n in found),
        ]
    )
    outputs = ", ".join(f"{text} AS v{index}" for index, text in enumerate(shown))
    query = (
        f"WITH sc AS ({scenarios}), "
        f"hx AS (SELECT {columns} FROM persons p CROSS JOIN sc GROUP BY p.household_id, sc.d) "
        f"SELECT {outputs} FROM persons p CROSS JOIN sc "
        "JOIN households h ON h.household_id = p.household_id "
        "JOIN hx ON hx.household_id = p.household_id AND hx.d = sc.d ORDER BY sc.d, p.person_id"
    )
    return query, [number.denominator if number else 1 for number in numbers]


def _columns_of(
    aggregates: Mapping[Aggregate, str],
) -> Callable[[FactName | Slot | Aggregate], exp.Expression]:
    def column(node: FactName | Slot | Aggregate) -> exp.Expression:
        if isinstance(node, Slot):
            return exp.column(f"c{node.index}", table="sc")
        if isinstance(node, Aggregate):
            return exp.column(aggregates[node], table="hx")
        return exp.column(node.fact.name, table="h" if node.path else "p", quoted=True)

    return column


def _aggregates(trees: Sequence[Node]) -> list[Aggregate]:
    parts = (leaf for tree in trees for leaf in leaves(tree))
    return list(dict.fromkeys(leaf for leaf in parts if isinstance(leaf, Aggregate)))


def _columns(facts: Mapping[str, Fact]) -> dict[str, str]:
    return {name: _SQL.get(fact.type.kind, "BIGINT") for name, fact in facts.items()}


def _slot_type(slot: Slot, dialect: str) -> str:
    if not slot.type.numeric:
        name = _SQL[slot.type.kind]
        return "STRING" if name == "TEXT" and dialect == "spark" else name
    if max(abs(slot.low), abs(slot.high)) < 2**63:
        return "BIGINT"
    return "INT128" if dialect == "duckdb" else "DECIMAL(38,0)"


def _written(value: Stored) -> str:
    if value is None or isinstance(value, bool | int):
        return "NULL" if value is None else str(value)
    return f"'{value}'"


def _exact(row: Iterable[Any], denominators: Sequence[int]) -> Answer:
    return tuple(
        Fraction(int(value), denominator)
        if value is not None and not isinstance(value, bool) and _is_number(value)
        else value
        for value, denominator in zip(row, denominators, strict=True)
    )


def _is_number(value: object) -> bool:
    return not isinstance(value, str) and not hasattr(value, "year")


ENGINES: dict[str, Engine] = {
    "interpreter": interpreted,  # says what is right; the others are held to it
    "closures": compiled,
    "duckdb": on_duckdb,
}
