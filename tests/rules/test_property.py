"""Any rule that can be written means the same on every engine as to the interpreter."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from luodi.basics.problem import ProblemError
from luodi.rules import Kind, Place, parse
from luodi.rules.binding import Slots, folded, simplified
from luodi.rules.sql import Printer
from luodi.rules.tree import Node, atoms

from .authors import PERSON, Author, rules, some_world
from .engines import ENGINES, Engine, World, interpreted, may_hold

_MANY = settings(max_examples=40, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**32)  # a seed gives richer rules than drawing every choice does


def agree(engine: Engine, world: World, written: list[tuple[str, Node]]) -> None:
    """Compare an engine with the interpreter, and name the first rule on which they differ."""
    roots = [root for _, root in written]
    expected, found = interpreted(world, roots), engine(world, roots)
    assert len(expected) == len(found)
    for who, (right, got) in enumerate(zip(expected, found, strict=True)):
        scenario, person = divmod(who, len(world.persons))
        for (text, _), one, other in zip(written, right, got, strict=True):
            same = one == other and isinstance(one, bool) == isinstance(other, bool)
            about = f"{text}\n{world.persons[person]}\n{world.scenarios[scenario]}"
            assert same, f"{about}\n{one!r} is right, not {other!r}"


@pytest.mark.parametrize("engine", ["closures", "duckdb"])
@_MANY
@given(seed=SEEDS, depth=st.integers(1, 5))
def test_an_engine_agrees_with_the_interpreter(engine: str, seed: int, depth: int) -> None:
    random = Random(seed)
    world = some_world(random, persons=8, scenarios=2)
    agree(ENGINES[engine], world, rules(Author(random), count=15, depth=depth))


@pytest.mark.spark
def test_spark_agrees_with_the_interpreter(spark_engine: Engine) -> None:
    random = Random(20200212)
    for depth in (2, 3, 4):
        world = some_world(random, persons=40, scenarios=2)
        agree(spark_engine, world, rules(Author(random), count=60, depth=depth))


def conditions(random: Random, count: int) -> list[tuple[str, Node]]:
    found = rules(Author(random), count=count, depth=3)
    return [(text, root) for text, root in found if root.type.kind is Kind.BOOLEAN]


@_MANY
@given(seed=SEEDS, wanted=st.booleans())
def test_nobody_is_left_out_who_may_be_entitled(seed: int, wanted: bool) -> None:
    random = Random(seed)
    world = some_world(random, persons=12, scenarios=2)
    written = conditions(random, 20)
    if not written:
        return
    roots = [root for _, root in written]
    verdicts = interpreted(world, roots)
    kept = may_hold(world, roots, wanted=wanted)
    for who, row in enumerate(verdicts):
        for (text, _), verdict, may in zip(
            written, row, kept[who % len(world.persons)], strict=True
        ):
            assert may is not None, text
            assert may or verdict is (not wanted), f"{text}\n{world.persons[who % 12]}"


def test_somebody_is_left_out_who_cannot_be_entitled() -> None:
    random = Random(1)
    world = some_world(random, persons=12, scenarios=1)
    kept = may_hold(world, [root for _, root in conditions(random, 60)], wanted=True)
    out = sum(not may for row in kept for may in row)
    assert out > len(kept) * 3, "leaving out nobody would be safe, and no use"


@_MANY
@given(seed=SEEDS)
def test_the_faster_forms_mean_the_same(seed: int) -> None:
    random = Random(seed)
    world = some_world(random, persons=6, scenarios=1)
    roots = [root for _, root in rules(Author(random), count=15, depth=4)]
    slots = Slots(world.scenarios)
    expected = interpreted(world, roots)
    assert interpreted(world, [simplified(root) for root in roots]) == expected
    bound = [slots.take_out(simplified(root)) for root in roots]
    assert interpreted(world, bound) == expected
    assert interpreted(world, [folded(root) for root in bound]) == expected


@_MANY
@given(seed=SEEDS)
def test_taking_constants_out_leaves_the_conditions_one_for_one(seed: int) -> None:
    random = Random(seed)
    world = some_world(random, persons=1, scenarios=2)
    for text, root in conditions(random, 20):
        slots = Slots(world.scenarios)
        one_by_one = {slots.take_out(atom) for atom in atoms(root)}
        assert set(atoms(slots.take_out(root))) <= one_by_one, text


def test_no_piece_of_sql_stands_in_two_places() -> None:
    """A sqlglot node knows one parent; shared, a later rewriting would change both places."""
    random = Random(7)
    for text, root in rules(Author(random), count=200, depth=4):
        bound = Slots([{}, {"param.n1": None}]).take_out(root)
        printer = Printer("duckdb", lambda _node: exp.column("x"))
        tree = printer.number(bound).sql if bound.type.numeric else printer.plain(bound)
        nodes = [id(node) for node in tree.walk()]
        assert len(nodes) == len(set(nodes)), text
        assert all(
            child.parent is node for node in tree.walk() for child in node.iter_expressions()
        )


def test_the_deepest_rules_that_can_be_read_run_on_each_engine() -> None:
    """Nothing recurses too far, and no engine takes long over what a rule expands to."""
    patterns = {
        "b": (
            "not {}",
            "if(b1, {}, b2)",
            "if({}, b1, b2)",
            "(b1 and ({} or b2))",
            "({} is unknown)",
        ),
        "m": ("{} + m1", "({} + 1 yuan)", "at_least({}, m1)", "round({}, 7 yuan)"),
        "d": ("add_days({}, 1)", "add_days(d1, full_months({}, d2))"),
    }
    written = []
    for kind, texts in patterns.items():
        for pattern in texts:
            text = f"{kind}1"
            try:
                while True:
                    root = parse(text, PERSON, Place("x.yaml")).root
                    text = pattern.format(text)
            except ProblemError:
                written.append((pattern, root))
    world = some_world(Random(5), persons=3, scenarios=1)
    for engine in ENGINES.values():
        agree(engine, world, written)
