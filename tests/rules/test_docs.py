"""The pages about rules say what the code does. `LUODI_RENEW=1` writes the table of functions anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from luodi.rules import Fact, Place, Scope, Type, parse
from luodi.rules.functions import AGGREGATES, FUNCTIONS
from luodi.rules.interpreter import Subject, evaluate

DOCS = Path(__file__).parents[2] / "docs"
RULES, ROUNDING = DOCS / "reference" / "rules.md", DOCS / "algorithms" / "rounding.md"
_BEGIN, _END = (
    "<!-- functions: written by tests/rules/test_docs.py -->",
    "<!-- end of functions -->",
)
_VALUES = {"true": True, "false": False, "unknown": None}


def table_of_functions() -> str:
    usages = [
        *(one.usage for one in FUNCTIONS.values()),
        *(usage for usage, _ in AGGREGATES.values()),
    ]
    rows = [usage.split("：", 1) for usage in usages]
    lines = ["| function | 意思 |", "|---|---|", *(f"| `{call}` | {text} |" for call, text in rows)]
    return "\n".join(lines)


def test_the_page_lists_every_function_as_messages_describe_it() -> None:
    page = RULES.read_text(encoding="utf-8")
    before, rest = page.split(_BEGIN)
    kept, after = rest.split(_END)
    if os.environ.get("LUODI_RENEW"):
        text = f"{before}{_BEGIN}\n{table_of_functions()}\n{_END}{after}"
        RULES.write_text(text, encoding="utf-8")
        pytest.skip("written anew; read the difference")
    assert kept.strip() == table_of_functions()


def rows(page: Path, cells: int) -> list[list[str]]:
    lines = re.findall(r"^\| (.+) \|$", page.read_text(encoding="utf-8"), re.MULTILINE)
    found = [[cell.strip() for cell in line.split(" | ")] for line in lines]
    return [row for row in found if len(row) == cells]


def test_the_worked_table_of_rounding_is_right() -> None:
    table = [row for row in rows(ROUNDING, 3) if row[0].startswith("`round")]
    assert len(table) > 10
    for rule, gives, _ in table:
        values = [
            evaluate(parse(text.strip("`"), Scope({}), Place("rounding.md")).root, Subject({}))
            for text in (rule, gives)
        ]
        assert values[0] == values[1], rule


def test_the_table_of_the_unknown_is_right() -> None:
    table = [row for row in rows(RULES, 5) if row[0] in _VALUES]
    assert len(table) == 6
    scope = Scope({name: Fact(name, Type.boolean()) for name in ("a", "b")})
    for row in table:
        a, b, *expected = (_VALUES[cell] for cell in row)
        for one, other in ((a, b), (b, a)):
            subject = Subject({"a": one, "b": other})
            for rule, value in zip(("a and b", "a or b"), expected, strict=False):
                assert evaluate(parse(rule, scope, Place("rules.md")).root, subject) is value, row
        subject = Subject({"a": a})
        assert evaluate(parse("not a", scope, Place("rules.md")).root, subject) is expected[2], row


def test_every_wording_of_a_literal_on_the_page_can_be_read() -> None:
    written = [row for row in rows(RULES, 4) if row[1].startswith("`")]
    texts = [text for row in written for text in re.findall(r"`([^`]+)`", row[1])]
    assert len(texts) > 10
    for text in texts:
        parse(text, Scope({}), Place("rules.md"))
