"""Writes random rules, always well typed, and random people to ask them of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from luodi.basics.problem import ProblemError
from luodi.rules import Constant, Definition, Fact, Place, Scope, Stored, Type, Value, parse
from luodi.rules.tree import Node

from .engines import World

MODES = ("甲", "乙", "丙")
TYPES = {
    "b": Type.boolean(),
    "n": Type.integer(),
    "m": Type.money(),
    "r": Type.ratio(),
    "q": Type.quantity("m3"),
    "d": Type.date(),
    "e": Type.enum(MODES),
}
NUMERIC = "nmrq"
POOLS: dict[str, list[Any]] = {
    "b": [True, False],
    "n": [0, 1, -1, 2, 3, 12, 10**9, -(10**9)],
    "m": [0, 1, -1, 49, 50, 51, 149, 150, 151, -150, 12000, 10**13, -(10**13)],
    "r": [0, 1, 15_000, 200_000, 500_000, 10**6, -333_333, 10**9, -(10**9)],
    "q": [0, 1, 500, 1500, -1500, 9000, 10**12],
    "d": [
        *map(date.fromisoformat, ("2020-01-31", "2020-02-29", "2019-02-28", "2000-02-29")),
        *map(date.fromisoformat, ("2020-03-01", "2001-12-31", "1000-01-01", "3999-12-31")),
    ],
    "e": [*MODES],
}
WRITTEN = {
    "b": ["true", "false"],
    "n": ["0", "1", "2", "7", "12", "-3", "100"],
    "m": ["0 yuan", "0.01 yuan", "0.5 yuan", "120 yuan", "-2 yuan", "1_000_000 yuan"],
    "r": ["0%", "0.5%", "30%", "33.333333%", "120%", "-15%", "100%"],
    "q": ["0 m3", "9 m3", "1.5 m3", "-0.001 m3"],
    "d": ["2020-02-29", "2020-02-01", "1999-12-31", "2003-03-31"],
    "e": ["'甲'", "'乙'", "'丙'"],
}
ROUND_TO = {"n": ["1", "10"], "m": ["1 fen", "1 yuan", "5 yuan", "7 fen"], "q": ["1 m3", "0.5 m3"]}


def facts(kinds: Mapping[str, int], **bounds: tuple[int, int]) -> dict[str, Fact]:
    names = [f"{kind}{index}" for kind, count in kinds.items() for index in range(1, count + 1)]
    return {n: Fact(n, TYPES[n[0]], "", *bounds.get(n, (None, None))) for n in names}


CONSTANTS = {
    f"param.{kind}{index}": Constant(f"param.{kind}{index}", TYPES[kind])
    for kind in TYPES
    for index in (1, 2)
}
MEMBER = Scope(
    facts({"b": 3, "n": 2, "m": 3, "r": 1, "q": 1, "d": 2, "e": 2}, n2=(0, 3), m3=(0, 10**7)),
    constants=CONSTANTS,
    definitions={
        "def_b": Definition("b1 or not b2 and m1 > 1 yuan"),
        "def_m": Definition("m3 + round(m2 * r1, 1 fen)"),
        "def_share": Definition("ratio(m2, m3)"),
    },
)
HOME = Scope(
    facts({"b": 1, "n": 1, "m": 1}),
    members=MEMBER,
    constants=CONSTANTS,
    definitions={"def_b": Definition("any_member(b1) and b1")},
)
PERSON = Scope(MEMBER.facts, {"household": HOME}, MEMBER, CONSTANTS, MEMBER.definitions)


@dataclass
class Author:
    """Writes rules of a given type, at random but always well typed."""

    random: Random
    inside: bool = False  # any_member(…)

    def one(self, kind: str, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.15:
            return self.leaf(kind)
        options = getattr(self, f"make_{kind}")
        return self.random.choice(options(depth - 1))()

    def leaf(self, kind: str) -> str:
        names = [name for name in MEMBER.facts if name[0] == kind]
        if not self.inside:
            names += [f"household.{name}" for name in HOME.facts if name[0] == kind]
            names += ["household.def_b"] if kind == "b" else []
        names += [f"param.{kind}1", f"param.{kind}2"]
        names += {"b": ["def_b"], "m": ["def_m"]}.get(kind, [])
        return self.random.choice([*names, *names, *WRITTEN[kind]])

    def call(self, name: str, *kinds: str, depth: int) -> str:
        return f"{name}({', '.join(self.one(kind, depth) for kind in kinds)})"

    def shared(self, kind: str, depth: int) -> list[Any]:
        def pick() -> str:
            name = self.random.choice(["at_least", "at_most"])
            return self.call(name, *[kind] * self.random.choice([2, 2, 3]), depth=depth)

        found = [lambda: self.call("if", "b", kind, kind, depth=depth)]
        return [*found, pick] if kind in "nmrqd" else found

    def number(self, kind: str, depth: int) -> list[Any]:
        def sums() -> str:
            op = self.random.choice("+-")
            return f"({self.one(kind, depth)} {op} {self.one(kind, depth)})"

        def product() -> str:
            pair = [
                self.one(kind, depth),
                self.one(self.random.choice("nr" if kind in "mq" else "n"), depth),
            ]
            self.random.shuffle(pair)
            return (
                f"{pair[0]} * {pair[1]}"
                if self.random.random() < 0.5
                else f"({pair[0]}) * ({pair[1]})"
            )

        found = [
            sums,
            sums,
            product,
            *self.shared(kind, depth),
            lambda: f"-({self.one(kind, depth)})",
        ]
        if kind in ROUND_TO:
            found.append(lambda: self.rounded(kind, depth))
        if not self.inside:
            found.append(lambda: self.over_members(kind, depth))
        return found

    def rounded(self, kind: str, depth: int) -> str:
        way = self.random.choice(["round", "round_down", "round_up"])
        of = self.one("r" if kind == "n" and self.random.random() < 0.5 else kind, depth)
        return f"{way}({of}, {self.random.choice(ROUND_TO[kind])})"

    def over_members(self, kind: str, depth: int) -> str:
        names = {"b": ["any_member", "all_members"]}.get(
            kind, ["sum_members", "min_members", "max_members"]
        )
        self.inside = True
        text = f"{self.random.choice(names)}({self.one(kind, depth)})"
        self.inside = False
        return text

    def make_n(self, depth: int) -> list[Any]:
        dates = ["full_months", "days_between", "age_on"]
        found = [
            *self.number("n", depth),
            lambda: self.call(self.random.choice(dates), "d", "d", depth=depth),
            lambda: self.call("count_true", *"b" * self.random.choice([1, 2, 3]), depth=depth),
            lambda: self.call("first_true", *"b" * self.random.choice([1, 2, 3]), depth=depth),
        ]
        if not self.inside:
            found.append(self.count_members)
        return found

    def count_members(self) -> str:
        self.inside = True
        text = f"count_members({self.one('b', 1)})"
        self.inside = False
        return text

    def make_m(self, depth: int) -> list[Any]:
        return self.number("m", depth)

    def make_q(self, depth: int) -> list[Any]:
        return self.number("q", depth)

    def make_r(self, depth: int) -> list[Any]:
        constant = self.random.choice(
            ["ratio(param.m1, param.m2)", "ratio(1, 3)", "ratio(param.n1, 7)"]
        )
        return [*self.number("r", depth), lambda: constant]

    def make_d(self, depth: int) -> list[Any]:
        return [
            *self.shared("d", depth),
            lambda: self.call("add_months", "d", "n", depth=depth),
            lambda: self.call("add_days", "d", "n", depth=depth),
        ]

    def make_e(self, depth: int) -> list[Any]:
        return self.shared("e", depth)

    def make_b(self, depth: int) -> list[Any]:
        def joined() -> str:
            op = self.random.choice(["and", "or"])
            parts = [self.one("b", depth) for _ in range(self.random.choice([2, 2, 3, 5]))]
            return "(" + f" {op} ".join(parts) + ")"

        def compared() -> str:
            kind = self.random.choice("nnmmrqdde")
            ops = ["=", "!="] if kind == "e" else ["=", "!=", "<", "<=", ">", ">="]
            return f"({self.one(kind, depth)} {self.random.choice(ops)} {self.one(kind, depth)})"

        def in_list() -> str:
            kind = self.random.choice("nmrqde")
            values = self.random.sample(WRITTEN[kind], self.random.choice([1, 2, 3]))
            return f"({self.one(kind, depth)} in ({', '.join(values)}))"

        def share() -> str:
            kind = self.random.choice("mmnq")
            quotient = self.call("ratio", kind, kind, depth=depth)
            quotient = "def_share" if self.random.random() < 0.3 else quotient
            op, other = (
                self.random.choice(["<", "<=", ">", ">=", "=", "!="]),
                self.one("r", min(depth, 1)),
            )
            return (
                f"({quotient} {op} {other})"
                if self.random.random() < 0.7
                else f"({other} {op} {quotient})"
            )

        def known() -> str:
            test = self.random.choice(["is known", "is unknown"])
            kind = self.random.choice("bnmrqde")
            item = "def_share" if self.random.random() < 0.2 else f"({self.one(kind, depth)})"
            return f"({item} {test})"

        found = [
            joined,
            joined,
            compared,
            compared,
            in_list,
            share,
            known,
            lambda: f"(not {self.one('b', depth)})",
            *self.shared("b", depth),
        ]
        return found if self.inside else [*found, lambda: self.over_members("b", depth)]


def rules(author: Author, count: int, depth: int) -> list[tuple[str, Node]]:
    """Rules that can be read; one whose numbers may grow too large is left out."""
    found = []
    for _ in range(count):
        text = author.one(author.random.choice("bbbbnmrqd"), depth)
        try:
            found.append((text, parse(text, PERSON, Place("r.yaml")).root))
        except ProblemError as error:
            sizes = ("算不准", "太长", "太深", "含事实时")
            assert all(any(s in p.message for s in sizes) for p in error.problems), str(error)
    return found


def rows(random: Random, of: Mapping[str, Fact], count: int) -> list[dict[str, Stored]]:
    def value(fact: Fact) -> Stored:
        low, high = fact.bounds
        pool = POOLS[fact.name[0]]
        if fact.type.numeric:
            pool = [*(one for one in pool if low <= one <= high), low, high]
        return None if random.random() < 0.25 else random.choice(pool)

    return [{name: value(fact) for name, fact in of.items()} for _ in range(count)]


def scenario(random: Random) -> dict[str, Value]:
    """Constants of everyday size; one in five is unknown."""
    found: dict[str, Value] = {}
    for name, constant in CONSTANTS.items():
        if random.random() < 0.8:
            pool = [one for one in POOLS[name[6]] if not isinstance(one, int) or abs(one) < 10**8]
            found[name] = constant.type.value(random.choice(pool))
    return found


def some_world(random: Random, persons: int, scenarios: int) -> World:
    homes = rows(random, HOME.facts, max(1, persons // 2))
    people = [(random.randrange(len(homes)), row) for row in rows(random, MEMBER.facts, persons)]
    return World(PERSON, people, homes, [scenario(random) for _ in range(scenarios)])
