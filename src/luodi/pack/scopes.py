"""Which names the rules about each kind of subject may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luodi.basics.problem import Problem, ProblemError
from luodi.pack.figures import Event, Indicator, Parameter
from luodi.pack.measure import Reading
from luodi.pack.register import Register
from luodi.rules import Constant, Definition, Fact, Scope, Type, parse
from luodi.rules.lexer import KEYWORDS

KINDS = ("person", "household", "organisation")
#: Tables that stand beside those of the records, in a snapshot or while rules run.
TAKEN = frozenset(
    ("persons", "households", "organisations", "identities", "sources", "manifest", "problems",
     "cand", "fam", "hb", "hfull", "hs", "raw", "choices", "rests", "doubts", "merged", "homes",
     "lack", "outcomes", "rules", "spans", "variants", "entitled", "keys", "again", "class_rows",
     "totals", "price")
)  # fmt: skip
#: What every subject has, whichever registers there are.
BUILT_IN: dict[str, tuple[Fact, ...]] = {
    "person": (
        Fact("birth_date", Type.date(), "出生日期"),
        Fact("sex", Type.enum(("男", "女")), "性别"),
        Fact("has_account", Type.boolean(), "有银行账户"),
        Fact("is_identified", Type.boolean(), "身份证号无误"),
    ),
    "household": (
        Fact("household_known", Type.boolean(), "户的组成有名册依据"),
        Fact("member_count", Type.integer(), "户内人数", 0, 10_000),
    ),
    "organisation": (Fact("is_identified", Type.boolean(), "信用代码无误"),),
}
#: Columns that stand beside the facts of every subject.
KEYS = frozenset(
    ("person_id", "household_id", "organisation_id", "record_id", "area", "listed", "case_id",
     "rowid")
)  # fmt: skip
_PERIOD = (
    Constant("period.days", Type.integer(), "本期天数"),
    Constant("period.days_in_force", Type.integer(), "本期有效天数"),
    Constant("period.first_day", Type.date(), "本期第一天"),
    Constant("period.last_day", Type.date(), "本期最后一天"),
)
_OF_EVENT = (
    ("days", Type.integer(), "的本期天数"),
    ("ended", Type.boolean(), "已结束"),
    ("first_day", Type.date(), "的第一天"),
    ("last_day", Type.date(), "的最后一天"),
)


def fact_catalogue(
    registers: Mapping[str, Register], problems: list[Problem]
) -> dict[str, dict[str, Fact]]:
    """What registers give, by kind of subject and name.

    Facts of one name from several registers are one fact; their types must agree.
    """
    facts = {kind: {fact.name: fact for fact in BUILT_IN[kind]} for kind in KINDS}
    for one in registers.values():
        of = facts.setdefault(one.of, {})
        if one.is_record and (one.of in KINDS or one.of in TAKEN):
            problems.append(Problem(str(one.place), f"记录种类不能叫 {one.of!r}", "请换一个名称"))
            continue
        if one.is_record:
            for column in one.columns.values():
                if column.type is not None:
                    fact = Fact(column.name, column.type, column.label, column.low, column.high)
                    _add(of, fact, f"{column.place}", problems)
        for given in one.facts.values():
            fact = Fact(given.name, given.type, given.label, given.low, given.high)
            _add(of, fact, f"{given.place}", problems)
    return facts


def _add(of: dict[str, Fact], fact: Fact, place: str, problems: list[Problem]) -> None:
    known = of.get(fact.name)
    if fact.name in KEYWORDS:
        problems.append(
            Problem(place, f"事实不能叫 {fact.name!r}：规则里这个词另有所指", "请换一个名称")
        )
    elif fact.name in KEYS:
        problems.append(
            Problem(place, f"事实不能叫 {fact.name!r}：每张表都有这一列", "请换一个名称")
        )
    elif known is None:
        of[fact.name] = fact
    elif known.type != fact.type:
        problems.append(
            Problem(
                place,
                f"{fact.name!r} 在别处是{known.type.label}，这里是{fact.type.label}",
                "同名的事实类型要相同；或者换一个名称",
            )
        )
    elif (known.low, known.high) != (fact.low, fact.high):
        low = None if None in (known.low, fact.low) else min(known.low or 0, fact.low or 0)
        high = None if None in (known.high, fact.high) else max(known.high or 0, fact.high or 0)
        of[fact.name] = Fact(fact.name, fact.type, known.label, low, high)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The nouns of a pack and its place that rules and cases may name."""

    facts: Mapping[str, Mapping[str, Fact]]
    definitions: Mapping[str, Mapping[str, Definition]]
    parameters: Mapping[str, Parameter]
    indicators: Mapping[str, Indicator]
    readings: Mapping[str, Reading]
    events: Mapping[str, Event]


def scopes_of(words: Vocabulary) -> dict[str, Scope]:
    """The scope of each kind of subject."""
    facts, definitions = words.facts, words.definitions
    constants = {
        constant.name: constant
        for constant in (
            *(
                Constant(f"param.{one.name}", one.type, one.label)
                for one in words.parameters.values()
            ),
            *(
                Constant(f"signal.{one.name}", one.type, one.label)
                for one in words.indicators.values()
            ),
            *(
                Constant(f"reading.{one.name}", Type.enum(tuple(one.options)), one.question)
                for one in words.readings.values()
            ),
            *_PERIOD,
            *(
                Constant(f"event.{name}.{key}", type_, f"{one.label}{label}")
                for name, one in words.events.items()
                for key, type_, label in _OF_EVENT
            ),
        )
    }

    def own(kind: str) -> dict[str, Definition]:
        return dict(definitions.get(kind, {}))

    member = Scope(facts["person"], constants=constants, definitions=own("person"))
    household = Scope(
        facts["household"], members=member, constants=constants, definitions=own("household")
    )
    person = Scope(
        facts["person"],
        links={"household": household},
        members=member,
        constants=constants,
        definitions=own("person"),
    )
    organisation = Scope(
        facts["organisation"], constants=constants, definitions=own("organisation")
    )
    scopes = {"person": person, "household": household, "organisation": organisation}
    links = dict(scopes)
    for kind in facts:
        if kind not in scopes:
            scopes[kind] = Scope(
                facts[kind], links=links, constants=constants, definitions=own(kind)
            )
    return scopes


def derived_facts_parse(
    scopes: Mapping[str, Scope], words: Vocabulary, problems: list[Problem]
) -> None:
    """Each derived fact must be readable by itself, end in no circle, and hide no fact."""
    for kind, rows in words.definitions.items():
        if kind not in scopes:
            place = next(iter(rows.values())).place
            problems.append(
                Problem(str(place), f"没有这种对象 {kind!r}", f"可写：{'、'.join(scopes)}")
            )
            continue
        for name, definition in rows.items():
            if name in KEYWORDS:
                problems.append(
                    Problem(
                        str(definition.place),
                        f"不能叫 {name!r}：规则里这个词另有所指",
                        "请换一个名称",
                    )
                )
            if name in words.facts[kind]:
                problems.append(
                    Problem(str(definition.place), f"{name!r} 已是名册给出的事实", "请换一个名称")
                )
            try:
                parse(definition.text, scopes[kind], definition.place)
            except ProblemError as error:
                problems.extend(one for one in error.problems if one not in problems)
