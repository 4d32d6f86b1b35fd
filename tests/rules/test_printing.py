"""What the printers promise those who call them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from time import process_time

import pytest
from sqlglot import exp

from luodi.basics.problem import ProblemError
from luodi.rules import Constant, Fact, Place, Scope, Type, Value, parse
from luodi.rules.binding import Slots, folded, simplified
from luodi.rules.closures import GLOBALS, Writer
from luodi.rules.sql import Printer
from luodi.rules.tree import Literal, Node, Slot, atoms, leaves

SCOPE = Scope(
    {
        "a": Fact("a", Type.boolean()),
        "b": Fact("b", Type.boolean()),
        "amount": Fact("amount", Type.money()),
        "count": Fact("count", Type.integer(), low=0, high=100),
        "share": Fact("share", Type.ratio()),
        "birth_date": Fact("birth_date", Type.date()),
        "mode": Fact("mode", Type.enum(("甲", "乙"))),
    },
    constants={
        name: Constant(name, type_)
        for name, type_ in (
            ("param.standard", Type.money()),
            ("param.raise", Type.ratio()),
            ("param.more", Type.ratio()),
            ("reading.overlap", Type.enum(("once", "each"))),
        )
    },
)


def tree(text: str, **constants: Value) -> Node:
    root = parse(text, SCOPE, Place("x.yaml")).root
    given = {name.replace("_", ".", 1): value for name, value in constants.items()}
    return folded(Slots([given]).take_out(simplified(root)))


def printer(dialect: str = "duckdb") -> Printer:
    return Printer(dialect, lambda node: exp.column(getattr(node, "name", "c")), "x.yaml:9:7")


def written(text: str, **constants: Value) -> str:
    return printer().value(tree(text, **constants)).sql("duckdb")


def source(text: str, **constants: Value) -> list[str]:
    writer = Writer(lambda _path: "r")
    code = writer.write(tree(text, **constants))
    return [*(line.strip() for line in writer.lines), code.text]


def test_sql_reads_like_the_rule() -> None:
    assert written("a and not b") == "(a AND (NOT (b)))"
    assert written("amount < param.standard", param_standard=Fraction(12000)) == "(amount < 12000)"
    assert written("mode in ('甲')") == "(mode IN ('甲'))"
    assert (
        written("age_on(birth_date, 2020-02-29) >= 18")
        == "(birth_date <= CAST('2002-02-28' AS DATE))"
    )


def test_what_a_choice_settles_is_not_printed() -> None:
    rule = "a or (reading.overlap = 'each' and b)"
    assert written(rule, reading_overlap="once") == "a"
    assert written(rule, reading_overlap="each") == "(a OR b)"
    assert source(rule, reading_overlap="once") == ["t0 = r['a']", "t0"]


def test_python_looks_no_further_than_it_has_to() -> None:
    lines = source("a or b")
    assert (
        lines[-2] == "t2 = True if (t0 or t1) else False if (t0 is False and t1 is False) else None"
    )


def test_a_stored_value_is_in_stored_units() -> None:
    assert printer().value(tree("if(a, 30%, share)")).sql("duckdb").count("300000") == 1
    with pytest.raises(ValueError, match="stored unit"):
        printer().value(tree("share * share"))


def test_written_numbers_need_not_be_taken_out_first() -> None:
    root = parse("round(amount * ratio(1, 3), 1 fen) > 1 yuan", SCOPE, Place("x")).root
    assert "// 6)" in printer().value(root).sql("duckdb")


def test_a_number_wider_than_64_bits_is_computed_wide() -> None:
    rule = parse("amount * count * count * 1_000_000 > 0 yuan", SCOPE, Place("x")).root
    bound = Slots([{}]).take_out(rule)
    assert "INT128" in printer().plain(bound).sql("duckdb")
    assert "DECIMAL(38, 0)" in printer("spark").plain(bound).sql("spark")
    assert "CAST" not in written("amount * count > 0 yuan")  # 10¹³ × 100 fits


def test_figures_too_fine_or_too_large_are_a_problem_before_any_row_is_read() -> None:
    fine = Fraction(1, 3**45)
    rule = "round(amount * param.raise * param.more, 1 fen)"
    assert written(rule, param_raise=Fraction(3, 2), param_more=Fraction(1))
    with pytest.raises(ProblemError, match=r"x\.yaml:9:7: 算式的结果可能大到算不准"):
        written(rule, param_raise=fine, param_more=fine)


def test_unknown_constants_become_typed_nulls() -> None:
    assert written("a and amount < param.standard") == "(a AND (amount < CAST(NULL AS BIGINT)))"
    assert source("a and amount < param.standard")[-1].startswith("t")


def test_constants_that_vary_are_slots_and_those_that_do_not_are_written() -> None:
    slots = Slots([{"param.standard": Fraction(100)}, {"param.standard": Fraction(201, 2)}])
    bound = slots.take_out(
        parse("amount < param.standard and 3 yuan > 2 yuan", SCOPE, Place("x")).root
    )
    first, second = atoms(bound)
    assert isinstance(first.children[1], Slot) and second == Literal(Type.boolean(), True)
    assert (slots.nodes[0].denominator, slots.row(0), slots.row(1)) == (2, [200], [201])
    assert leaves(bound)[0].name == "amount"


def test_a_rule_may_read_nothing_but_constants() -> None:
    rule = parse("reading.overlap = 'once'", SCOPE, Place("x")).root
    assert Slots([{"reading.overlap": "once"}]).take_out(rule) == Literal(Type.boolean(), True)
    assert Slots([{}]).take_out(rule) == Literal(Type.boolean(), None)


def test_generated_python_can_call_nothing_else() -> None:
    assert set(GLOBALS["__builtins__"]) == {"max", "min", "sum", "len", "abs"}
    with pytest.raises((ImportError, NameError, KeyError)):
        exec("import os", dict(GLOBALS))


def test_thirty_rules_are_printed_in_a_moment() -> None:
    rule = "a and amount < param.standard or age_on(birth_date, 2020-02-29) >= 60 and mode = '甲'"
    root = parse(rule, SCOPE, Place("x")).root
    before = process_time()
    for _ in range(30):
        bound = Slots([{"param.standard": Fraction(1)}, {}]).take_out(simplified(root))
        printer().plain(bound)
    assert process_time() - before < 0.5, "about 5 ms where nothing else runs"


def test_an_age_is_never_computed_for_everyone() -> None:
    day = date(2020, 2, 29)
    for op, text in ((">=", "2002-02-28"), (">", "2001-02-28")):
        sql = written(f"age_on(birth_date, {day}) {op} 18")
        assert "YEAR" not in sql and text in sql
