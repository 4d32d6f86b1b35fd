"""Readings that were signed and open figures that were answered: data beside the pack, never in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from luodi.assessment.scenarios import Given, given_from
from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.pack.file_words import NAME, PACK_ID, required
from luodi.pack.model import Pack
from luodi.pack.shapes import Day, Field, Rows, Table, Text
from luodi.pack.yaml import Item, read_source, read_yaml

#: The two lists, for files that hold more than them.
SIGNED_FIELDS = {
    "signatures": Field(
        Rows(
            Table(
                {
                    "reading": required(NAME, "读法的英文名"),
                    "option": required(NAME, "签定的选项"),
                    "unit": required(Text(60), "签定的单位"),
                    "on": required(Day(), "签定的日期"),
                    "note": Field(Text(), "说明"),
                }
            )
        ),
        "已签定的读法",
    ),
    "figures": Field(
        Rows(
            Table(
                {
                    "parameter": required(NAME, "参数的英文名"),
                    "value": required(Text(40), "数字，按参数的单位"),
                    "unit": required(Text(60), "答复的单位"),
                    "on": required(Day(), "答复的日期"),
                    "note": Field(Text(), "说明"),
                }
            )
        ),
        "有关单位答复的数字",
    ),
}
_SHAPE = Table(
    {"pack": required(PACK_ID, "政策包的文件夹名"), **SIGNED_FIELDS}, "签定的读法和答复的数字"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """Which reading a unit signed, or which figure it gave, and when."""

    name: str
    choice: str
    unit: str
    on: date
    note: str = ""


@dataclass(frozen=True)
class Signatures:
    """Signed readings and answered figures; readings not named here stay open."""

    readings: tuple[Signature, ...]
    figures: tuple[Signature, ...]
    item: Item

    def given(self, pack: Pack) -> Given:
        """What they give for `pack`.

        Raises:
            ProblemError: A name or option is unknown, signed twice, or by the wrong unit.
        """
        problems = [
            *self._wrong("signatures", self.readings,
                         {name: one.signed_by for name, one in pack.readings.items()}),
            *self._wrong("figures", self.figures,
                         {name: one.asks for name, one in pack.parameters.items() if one.asks}),
        ]  # fmt: skip
        if problems:
            raise ProblemError(*problems)
        return given_from(
            pack,
            readings={one.name: one.choice for one in self.readings},
            parameters={one.name: one.choice for one in self.figures},
            place=self.item.source.path,
        )

    def _wrong(
        self, key: str, signed: tuple[Signature, ...], units: Mapping[str, str]
    ) -> list[Problem]:
        problems = []
        seen: set[str] = set()
        for one, row in zip(signed, self.item.list_of(key), strict=True):
            if one.name in seen:
                problems.append(row.problem(f"{one.name!r} 签了两次", "只留一行"))
            elif one.name not in units:
                near = suggest(one.name, units)
                hint = f"是不是 {near}？" if near else f"可签：{'、'.join(units)}"
                problems.append(row.problem(f"没有待签的 {one.name!r}", hint))
            elif one.unit != units[one.name]:
                message = f"{one.name} 应由{units[one.name]}签定，这里写的是{one.unit}"
                problems.append(row.problem(message, "请核对签定单位"))
            seen.add(one.name)
        return problems


def read_signatures(file: Path) -> Signatures:
    """Read a file of signatures.

    Raises:
        ProblemError: It cannot be read, or has unknown or missing keys.
    """
    item = read_yaml(read_source(file, file.parent))
    problems = _SHAPE.check(item)
    if problems:
        raise ProblemError(*problems)
    return signatures_in(item)


def signatures_in(item: Item) -> Signatures:
    """The signatures in a file that was checked against `SIGNED_FIELDS`."""
    return Signatures(
        tuple(_signature(row, "reading", "option") for row in item.list_of("signatures")),
        tuple(_signature(row, "parameter", "value") for row in item.list_of("figures")),
        item,
    )


def _signature(row: Item, name: str, choice: str) -> Signature:
    on = row.day("on")
    assert on is not None
    return Signature(
        row.string(name), row.string(choice), row.string("unit"), on, row.string("note")
    )
