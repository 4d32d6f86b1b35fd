"""What a rule says is what the interpreter, the closures and DuckDB compute."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from luodi.rules import Constant, Fact, Place, Scope, Type, parse
from luodi.rules.binding import Slots, simplified
from luodi.rules.closures import GLOBALS, Writer
from luodi.rules.interpreter import Subject, evaluate
from luodi.rules.sql import Printer

PERSON = Scope(
    facts={
        "is_orphan": Fact("is_orphan", Type.boolean(), "孤儿"),
        "monthly": Fact("monthly", Type.money(), "月收入"),
        "birth_date": Fact("birth_date", Type.date(), "出生日期"),
        "mode": Fact("mode", Type.enum(("分散供养", "集中供养")), "供养方式"),
    },
    constants={"param.standard": Constant("param.standard", Type.money())},
)
CONSTANTS = {"param.standard": Fraction(12000)}
FACTS = {"is_orphan": None, "monthly": 90000, "birth_date": date(2002, 2, 1), "mode": "分散供养"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is_orphan or monthly < 1000 yuan", True),
        ("is_orphan and monthly < 1000 yuan", None),
        ("age_on(birth_date, 2020-02-01) >= 18", True),
        ("age_on(birth_date, 2020-01-31) >= 18", False),
        ("mode = '分散供养' and not (mode in ('集中供养'))", True),
        ("round(monthly * 0.5%, 1 yuan) = 5 yuan", True),
        ("ratio(monthly, param.standard) >= 750%", True),
    ],
)
def test_a_condition_gives_the_same_from_each_engine(text: str, expected: bool | None) -> None:
    import duckdb
    from sqlglot import exp

    root = parse(text, PERSON, Place("x.yaml"), want=Type.boolean()).root
    values = {name: PERSON.facts[name].type.value(stored) for name, stored in FACTS.items()}
    assert evaluate(root, Subject(values, constants=CONSTANTS)) is expected

    bound = Slots([CONSTANTS]).take_out(simplified(root))
    writer = Writer(lambda _path: "r")
    code = writer.write(bound)
    space = dict(GLOBALS)
    exec("\n".join(["def rule(r):", *writer.lines, f"    return {code.text}"]), space)
    assert space["rule"](FACTS) is expected

    sql = Printer("duckdb", lambda node: exp.column(node.name)).value(bound).sql("duckdb")
    row = (
        "SELECT NULL::BOOLEAN is_orphan, 90000::BIGINT monthly, DATE '2002-02-01' birth_date, "
        "'分散供养' AS mode"
    )
    assert duckdb.sql(f"SELECT {sql} FROM ({row})").fetchall() == [(expected,)]
