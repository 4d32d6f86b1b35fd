"""What a clerk is told about a rule that cannot be read.

Each file of `bad/` holds a rule, a line of `=====`, and the message. After a wanted change of
wording, `LUODI_RENEW=1 python -m pytest tests/rules/test_bad.py` writes the messages anew; read
the difference before keeping it. A rule that begins with `#amount` stands where money is wanted.
"""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path
from random import Random

import pytest

from luodi.basics.problem import ProblemError
from luodi.rules import Constant, Definition, Fact, Place, Scope, Type, parse

FOLDER = Path(__file__).with_name("bad")
_PERSON = Scope(
    {
        fact.name: fact
        for fact in (
            Fact("is_dibao_covered", Type.boolean(), "城乡低保对象"),
            Fact("is_orphan", Type.boolean(), "孤儿"),
            Fact("monthly", Type.money(), "月收入"),
            Fact("count", Type.integer(), "人数"),
            Fact("share", Type.ratio(), "比例"),
            Fact("water", Type.quantity("m3"), "用水量"),
            Fact("birth_date", Type.date(), "出生日期"),
            Fact("mode", Type.enum(("分散供养", "集中供养")), "供养方式"),
            Fact("note", Type.text(), "备注"),
        )
    },
    constants={
        name: Constant(name, Type.money(), "临时生活补贴标准") for name in ("param.living_subsidy",)
    },
    definitions={
        "def_a": Definition("def_b or is_orphan", "甲", Place("facts.yaml", 3, 9)),
        "def_b": Definition("not def_a", "乙", Place("facts.yaml", 4, 9)),
        "def_wrong": Definition("is_orfan", "丙", Place("facts.yaml", 5, 9)),
    },
)
_HOME = Scope({"member_count": Fact("member_count", Type.integer(), "户内人数")}, members=_PERSON)
SCOPE = Scope(_PERSON.facts, {"household": _HOME}, _PERSON, _PERSON.constants, _PERSON.definitions)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_wrong_rule_is_told_where_and_what_to_write(path: Path) -> None:
    text, _, expected = path.read_text(encoding="utf-8").partition("\n=====\n")
    rule, want = text.removeprefix("#amount "), Type.boolean()
    if rule != text:
        want = Type.money()
    with pytest.raises(ProblemError) as caught:
        parse(rule, SCOPE, Place("04.yaml", 9, 7), want)
    message = "\n".join(problem.render() for problem in caught.value.problems) + "\n"
    if os.environ.get("LUODI_RENEW"):
        path.write_text(f"{text}\n=====\n{message}", encoding="utf-8")
        pytest.skip("written anew; read the difference")
    assert message == expected


_PIECES = (
    *("is_orphan", "monthly", "mode", "birth_date", "household.member_count", "def_a", "and", "or"),
    *("not", "in", "is", "unknown", "known", "true", "false", "(", ")", ",", "+", "-", "*", "="),
    *("<=", "!=", "'甲'", "120 yuan", "30%", "2020-02-12", "9 m3", "if(", "round(", "any_member("),
    *("ratio(", "at_least(", "__import__('os').system('x')", "'; DROP TABLE persons; --", "/*"),
    *(
        "ATTACH 'x.db'",
        "SET memory_limit='1GB'",
        "COPY persons TO '/tmp/x'",
        "read_csv('/etc/passwd')",
    ),
    *(
        "lambda: 0",
        "{{7*7}}",
        "${HOME}",
        "%s",
        "\x00",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud7ff",
        "ａｎｄ",
        "аnd",
    ),
    *("1e999", "0x41", "1_0_0", "9999-99-99", "0000-00-00", "\n", "a." * 50 + "a"),
    *("\t", "\r\n", "\\", "`", '"', "@@", "::", "->", "😀", "元", "％", "NaN", "NULL"),
)

_LONG = (
    *("9" * 400, "a" * 5000, "(" * 2000, ")" * 2000, "not " * 2000, "- " * 3000, "1 + " * 2000),
    *("if(" * 900, "'" + "甲" * 300, "\n" * 500, "a + " * 2400, "is_orphan or " * 700),
)


def test_ten_thousand_hostile_rules_are_refused_quickly_or_harmless() -> None:
    random = Random(20200212)
    slowest, refused = 0.0, 0
    for _ in range(10_000):
        count = random.choice((1, 2, 3, 5, 9, 20))
        pieces = random.choices(_PIECES, k=count)
        if random.random() < 0.02:
            pieces.insert(random.randrange(count), random.choice(_LONG))
        text = random.choice(("", " ")).join(pieces)
        before = time.process_time()
        try:
            parse(text, SCOPE, Place("x.yaml"), Type.boolean())
        except ProblemError as error:
            refused += 1
            assert all(len(problem.render()) < 2_000 for problem in error.problems)
        slowest = max(slowest, time.process_time() - before)
    assert refused > 9_000
    assert slowest < 5, "in processor time, on a busy machine"


@pytest.mark.parametrize("pattern", ["{0} or not {0} or {0} or not {0}", "{0} + {0} + {0} + {0}"])
def test_derived_facts_that_multiply_each_time_are_refused_at_once(pattern: str) -> None:
    """Twelve levels would be sixteen million readings, were each fact not read once."""
    levels = {f"d{level}": Definition(pattern.format(f"d{level + 1}")) for level in range(12)}
    scope = Scope(_PERSON.facts, definitions={**levels, "d12": Definition("is_orphan")})
    before = time.process_time()
    with pytest.raises(ProblemError):
        parse("d0", scope, Place("x.yaml"))
    assert time.process_time() - before < 5


def test_the_same_mistake_in_a_derived_fact_is_told_once() -> None:
    with pytest.raises(ProblemError) as caught:
        parse("def_wrong or any_member(def_wrong) or not def_wrong", SCOPE, Place("x.yaml"))
    assert len(caught.value.problems) == 1


def test_a_caret_stands_under_the_mistake_behind_chinese_text() -> None:
    with pytest.raises(ProblemError) as caught:
        parse("mode = '分散供养' and is_orfan", SCOPE, Place("x.yaml"))
    line, carets = caught.value.problems[0].excerpt.splitlines()
    columns = sum(2 if ord(char) > 0x2E80 else 1 for char in line[: line.index("is_orfan")])
    assert carets.index("^") == columns


def test_a_birth_date_is_a_date() -> None:
    tree = parse("birth_date <= 2020-02-29", SCOPE, Place("x.yaml")).root
    assert tree.children[1].value == date(2020, 2, 29)  # type: ignore[attr-defined]
