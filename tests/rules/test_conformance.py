"""Tables of what each word of the language gives, reasoned by hand, hold on every engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from luodi.basics.problem import ProblemError
from luodi.rules import Fact, Place, Scope, Type, Value, parse
from luodi.rules.functions import AGGREGATES, FUNCTIONS
from luodi.rules.interpreter import Subject, evaluate
from luodi.rules.tree import Aggregate, Call, Node

from .engines import ENGINES, Engine, World

FOLDER = Path(__file__).with_name("conformance")
TABLES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
_TYPES = {
    "a": Type.boolean(),
    "b": Type.boolean(),
    "c": Type.boolean(),
    "amount": Type.money(),
    "other": Type.money(),
    "count": Type.integer(),
    "share": Type.ratio(),
    "water": Type.quantity("m3"),
    "day": Type.date(),
    "until": Type.date(),
    "mode": Type.enum(("甲", "乙", "丙")),
    "note": Type.text(),
}
_OWN = Scope({name: Fact(name, type_) for name, type_ in _TYPES.items()})
SCOPE = Scope(_OWN.facts, members=_OWN)


@dataclass
class Case:
    rule: str
    root: Node
    members: list[dict[str, Any]]  # the first is the person asked about
    gives: Value


def meant(written: object) -> Value:
    """A value as a table writes it: `1.50 yuan`, `unknown`, `true`, `2020-02-29`."""
    text = str(written).lower() if isinstance(written, bool) else str(written)
    if text == "unknown":
        return None
    return evaluate(parse(text, Scope({}), Place("table")).root, Subject({}))


def stored(name: str, written: object) -> Any:
    value, type_ = meant(written), _TYPES[name]
    return int(value * type_.denominator) if type_.numeric and value is not None else value  # type: ignore[operator,arg-type]


def cases(table: str) -> list[Case]:
    found = []
    for entry in yaml.safe_load((FOLDER / f"{table}.yaml").read_text(encoding="utf-8")):
        if "refused" in entry:
            continue
        root = parse(entry["rule"], SCOPE, Place(table)).root
        for given in entry["cases"]:
            own = {name: text for name, text in given.items() if name in _TYPES}
            rows = given.get("members", [own])
            members = [{name: stored(name, text) for name, text in row.items()} for row in rows]
            found.append(Case(entry["rule"], root, members, meant(given["gives"])))
    return found


def check(all_cases: list[Case], engine: Engine) -> None:
    """All cases in one question: each is a household, its first member is asked."""
    roots = list(dict.fromkeys(case.root for case in all_cases))
    persons = [(index, row) for index, case in enumerate(all_cases) for row in case.members]
    asked = [
        sum(len(case.members) for case in all_cases[:index]) for index in range(len(all_cases))
    ]
    answers = engine(World(SCOPE, persons, [{} for _ in all_cases]), roots)
    for case, person in zip(all_cases, asked, strict=True):
        got = answers[person][roots.index(case.root)]
        assert (got, type(got)) == (case.gives, type(case.gives)), f"{case.rule}: {case.members}"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("table", TABLES)
def test_a_table_holds(table: str, engine: str) -> None:
    check(cases(table), ENGINES[engine])


@pytest.mark.spark
def test_the_tables_hold_on_spark(spark_engine: Engine) -> None:
    check([case for table in TABLES for case in cases(table)], spark_engine)


def test_every_function_stands_in_a_table() -> None:
    used = {
        node.function
        for table in TABLES
        for case in cases(table)
        for node in case.root.walk()
        if isinstance(node, Call | Aggregate)
    }
    assert used == {*FUNCTIONS, *AGGREGATES}


@pytest.mark.parametrize("table", TABLES)
def test_what_a_table_calls_refused_is_refused(table: str) -> None:
    for entry in yaml.safe_load((FOLDER / f"{table}.yaml").read_text(encoding="utf-8")):
        if "refused" in entry:
            with pytest.raises(ProblemError, match=entry["refused"]):
                parse(entry["rule"], SCOPE, Place(table))
