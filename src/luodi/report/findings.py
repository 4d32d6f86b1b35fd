"""What an assessment found, brought together once for the page, the town lists and the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from luodi.assessment.assess import Assessment
from luodi.assessment.engines import locked
from luodi.assessment.explain import lack_text
from luodi.assessment.nextfact import next_best
from luodi.assessment.unlisted import Lists
from luodi.basics.money import format_yuan
from luodi.pack import Pack
from luodi.pack.measure import Assessable
from luodi.population import Snapshot
from luodi.report.tables import NOWHERE, name_everybody

HOLDS = {
    "deceased": "名册显示已去世，须核实",
    "death_unknown": "死亡登记未交，未能核对",
    "no_account": "没有收款账户",
}
_COUNTED = {"person": "人", "household": "户", "organisation": "家"}


@dataclass(frozen=True, slots=True)
class BenefitLine:
    """One benefit or standard, over the whole place. Amounts in its unit, stored scale."""

    benefit: Assessable
    unit: str
    entitled: int
    amount: int
    held: int
    held_amount: int
    undecided: int
    unlisted: int
    refused: int

    @property
    def counted(self) -> str:
        """人, 户, 家, or 条 for records."""
        return _COUNTED.get(self.benefit.subject, "条")

    @property
    def is_money(self) -> bool:
        return self.unit == "fen"


@dataclass(frozen=True, slots=True)
class TownLine:
    """One town's entitlements to benefits. Money in fen; in-kind amounts are not added up."""

    area: int
    name: str
    entitled: int
    amount: int
    held: int
    held_amount: int
    undecided: int


@dataclass(frozen=True, slots=True)
class Unlisted:
    """People or households on no list of whom nothing can be said, and for want of what."""

    area: int
    count: int
    counted: str
    benefits: tuple[str, ...]
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is lacking: for how many listed subjects, and for how many it is the last."""

    name: str
    text: str
    subjects: int
    alone: int
    benefits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next, in words: the most money decided a question comes first."""

    area: int
    where: str
    text: str
    asks: int
    subjects: int
    amount: int


class Findings:
    """Answers about one assessment, over its tables and the snapshot it was made from.

    Its tables `due`, `open_rows` and `who` name people: they are for lists that stay inside.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        pack: Pack,
        snapshot: Snapshot,
        assessment: Assessment,
    ) -> None:
        self.connection, self.pack = connection, pack
        self.snapshot, self.assessment = snapshot, assessment
        self.benefits = {one.id: one for one in pack.assessables}
        self.lists = Lists(pack, snapshot.manifest)
        self.towns = {int(area.code): area.name for area in pack.place.areas}
        name_everybody(connection, pack, snapshot, assessment)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, values).fetchall()

    def town(self, area: int) -> str:
        return self.towns.get(area, "镇（街道）不明")

    @cached_property
    def lines(self) -> tuple[BenefitLine, ...]:
        """Benefits and standards in force this month that concern anybody, in notice order."""
        found = []
        for row in self.assessment.summary["benefits"]:
            counts = (row["entitled"], row["undecided"], row["undecided_unlisted"])
            if not row["in_force"] or not (any(counts) or row["not_entitled"]):
                continue
            found.append(
                BenefitLine(
                    self.benefits[row["benefit"]], row["unit"], row["entitled"], row["amount"],
                    row["held"], row["held_amount"], row["undecided"], row["undecided_unlisted"],
                    row["not_entitled"],
                )
            )  # fmt: skip
        return tuple(found)

    def of_kind(self, kind: str) -> list[BenefitLine]:
        """`benefit` or `standard`."""
        return [line for line in self.lines if line.benefit.kind == kind]

    @cached_property
    def by_town(self) -> tuple[TownLine, ...]:
        """Every town of the place, and those of no known town if there are any."""
        due = {
            row[0]: row[1:]
            for row in self.rows(
                "SELECT area, count(*), sum(money)::BIGINT, count(*) FILTER (hold <> ''), "
                "coalesce(sum(money) FILTER (hold <> ''), 0)::BIGINT FROM due GROUP BY area"
            )
        }
        pending = dict(self.rows("SELECT area, count(*) FROM open_rows GROUP BY area"))
        areas = [*self.towns]
        if NOWHERE in due or NOWHERE in pending:
            areas.append(NOWHERE)
        found = []
        for area in areas:
            entitled, amount, held, held_amount = due.get(area, (0, 0, 0, 0))
            found.append(
                TownLine(
                    area, self.town(area), entitled, amount, held, held_amount,
                    pending.get(area, 0),
                )
            )  # fmt: skip
        return tuple(found)

    @cached_property
    def unlisted(self) -> tuple[Unlisted, ...]:
        """Whom no list names, where that leaves them undecided: by town and what is lacking."""
        rows = self.rows(
            "SELECT coalesce(area, 0), persons, benefit, lacks FROM classes "
            "WHERE persons > 0 ORDER BY 1, 2 DESC"
        )
        groups: dict[tuple[Any, ...], list[str]] = {}
        for area, persons, benefit, lacks in rows:
            counted = _COUNTED.get(self.benefits[benefit].subject, "条")
            key = (area, persons, counted, tuple(lacks))
            groups.setdefault(key, []).append(benefit)
        return tuple(
            Unlisted(area, count, counted, tuple(benefits), lacks)
            for (area, count, counted, lacks), benefits in groups.items()
        )

    def not_handed_in(self, area: int) -> list[str]:
        """The titles of the lists that a town did not hand in, though others did."""
        code = f"{area:09d}"
        return [
            self.pack.registers[name].title
            for name, state in self.snapshot.manifest["registers"].items()
            if code in state["missing"] and not self.is_absent(name)
        ]

    def is_absent(self, register: str) -> bool:
        """Whether nobody handed in this register."""
        return not any(one["register"] == register for one in self.snapshot.manifest["sources"])

    def why_unlisted(self, one: Unlisted) -> str:
        """In words, why people on no list are undecided: lists not handed in, then other facts."""
        missing: dict[str, None] = {}
        facts = []
        for name in one.lacks:
            registers = self.lists.lacking(name.rpartition(".")[2], one.area)
            missing |= dict.fromkeys(registers)
            if not registers:
                facts.append(self.label(name))
        parts = [self._silent(name, one.area) for name in missing]
        if facts:
            parts.append("还缺" + "、".join(facts))
        return "；".join(parts)

    def _silent(self, register: str, area: int) -> str:
        title = self.pack.registers[register].title
        if self.pack.registers[register].absence == "unknown":
            return f"{title}不是全员名册，没有列入不等于不是"
        return f"有的镇未交{title}" if area == NOWHERE else f"未交{title}"

    def label(self, name: str) -> str:
        """A fact's name in words."""
        plain = name.rpartition(".")[2]
        for facts in self.pack.facts.values():
            if plain in facts and facts[plain].label:
                return facts[plain].label
        return plain

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """What is lacking for subjects on lists, the most frequent first."""
        rows = self.rows(
            "SELECT lack, any_value(subject_kind), count(DISTINCT (subject_kind, subject_id)), "
            "count(DISTINCT (subject_kind, subject_id)) FILTER (len(lacks) = 1), "
            "list(DISTINCT benefit ORDER BY benefit) FROM (SELECT *, unnest(lacks) AS lack "
            "FROM open_rows) GROUP BY lack ORDER BY 3 DESC, 1"
        )
        return tuple(
            Cause(name, lack_text(self.pack, kind, name), subjects, alone, tuple(
                self.benefits[one].label for one in self.benefits if one in benefits
            ))
            for name, kind, subjects, alone, benefits in rows
        )  # fmt: skip

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What to ask next over all towns, the most money and then people a question first."""
        asks = next_best(self.pack, self.snapshot, self.assessment)
        ranked = sorted(
            (one for found in asks.values() for one in found),
            key=lambda one: (-one.amount / one.asks, -one.subjects / one.asks, one.area, one.names),
        )
        return tuple(
            Question(
                one.area, self.town(one.area) if one.area else self.pack.place.title,
                "、".join(self._asked(name) for name in one.names), one.asks, one.subjects,
                one.amount,
            )
            for one in ranked
        )  # fmt: skip

    def _asked(self, name: str) -> str:
        if name in self.pack.registers:
            register = self.pack.registers[name]
            return f"请{register.owner}交齐{register.title}"
        if name in self.pack.readings:
            reading = self.pack.readings[name]
            return f"请{reading.signed_by}签定：{reading.question}"
        if name in self.pack.parameters:
            parameter = self.pack.parameters[name]
            return f"请{parameter.asks}答复：{parameter.label}"
        if name in self.pack.indicators:
            return f"等待公布：{self.pack.indicators[name].label}"
        return f"逐人核实：{self.label(name)}"

    def quote(self, benefit: str) -> str:
        """The words of the notice that a benefit carries out, after the number of its clause."""
        one = self.benefits[benefit]
        words = "……".join(quote.text for quote in one.quotes)
        citation = self.pack.citation(one)
        return f"第{citation.clause}款：{words or citation.quote}"

    def money(self, *, of_firms: bool) -> int:
        """Fen due to firms and on single records, or else to people and households."""
        return sum(
            line.amount
            for line in self.lines
            if line.is_money and (line.counted not in "人户") is of_firms
        )

    @property
    def money_total(self) -> int:
        return sum(town.amount for town in self.by_town)

    @property
    def money_held(self) -> int:
        return sum(town.held_amount for town in self.by_town)

    def count(self, query: str) -> int:
        return int(self.rows(query)[0][0])

    def example(self) -> int | None:
        """The person entitled to most benefits, among them the one with the most undecided."""
        found = self.rows(
            "SELECT subject_id FROM (SELECT subject_id, 1 AS due, 0 AS pending FROM due "
            "WHERE subject_kind = 'person' UNION ALL SELECT subject_id, 0, 1 FROM open_rows "
            "WHERE subject_kind = 'person') GROUP BY subject_id "
            "ORDER BY least(sum(due), 1) + least(sum(pending), 1) DESC, sum(due) DESC, "
            "sum(pending) DESC, subject_id LIMIT 1"
        )
        return int(found[0][0]) if found else None


def amount_text(amount: int | None, unit: str) -> str:
    """1,234.50 元, 9 m3; empty where there is no amount."""
    if amount is None or not unit:
        return ""
    if unit == "fen":
        return f"{format_yuan(amount)} 元"
    whole, rest = divmod(amount, 1000)
    text = f"{whole:,}" + (f".{rest:03d}".rstrip("0") if rest else "")
    return f"{text} {unit.replace('m3', '立方米')}"


@contextmanager
def findings(pack: Pack, snapshot: Snapshot, assessment: Assessment) -> Iterator[Findings]:
    """Open the tables of `assessment`, which was made from `pack` and `snapshot`."""
    with locked([snapshot.folder, assessment.folder]) as connection:
        yield Findings(connection, pack, snapshot, assessment)
