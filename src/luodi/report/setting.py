"""Reads what a demonstration is given beside the pack: month, missing lists, signatures, figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from luodi.assessment.scenarios import Given, given_from
from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.pack import Pack
from luodi.pack.file_words import NAME, PACK_ID, required
from luodi.pack.shapes import Day, Field, MonthText, Rows, Table, Text
from luodi.pack.yaml import Item, read_source, read_yaml

_SHAPE = Table(
    {
        "pack": required(PACK_ID, "政策包的文件夹名"),
        "month": required(MonthText(), "核定的月份"),
        "as_of": required(Day(), "名册说明的是哪一天"),
        "not_handed_in": Field(
            Rows(
                Table(
                    {
                        "register": required(NAME, "名册的英文名"),
                        "area": required(Text(40), "没有交来的镇（街道）"),
                    }
                )
            ),
            "没有交来的名册",
        ),
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
    },
    "演示的设定",
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
class Setting:
    """What a demonstration is given.

    Attributes:
        not_handed_in: (register, area) pairs, as written.
        signatures: Signed readings; the readings not named here stay open.
        figures: Answers to open parameters.
    """

    pack: str
    month: Month
    as_of: date
    not_handed_in: tuple[tuple[str, str], ...]
    signatures: tuple[Signature, ...]
    figures: tuple[Signature, ...]
    item: Item

    @property
    def readings(self) -> Mapping[str, str]:
        return {one.name: one.choice for one in self.signatures}

    def given(self, pack: Pack) -> Given:
        """The signatures and figures, checked against `pack`.

        Raises:
            ProblemError: A name or option is unknown, or the wrong unit signed.
        """
        problems = [
            *_wrong_units(
                self.item,
                "signatures",
                self.signatures,
                {name: one.signed_by for name, one in pack.readings.items()},
            ),
            *_wrong_units(
                self.item,
                "figures",
                self.figures,
                {name: one.asks for name, one in pack.parameters.items() if one.asks},
            ),
        ]
        if problems:
            raise ProblemError(*problems)
        return given_from(
            pack,
            readings=self.readings,
            parameters={one.name: one.choice for one in self.figures},
            place=self.item.source.path,
        )


def read_setting(file: Path) -> Setting:
    """Read a demonstration's setting, such as packs/demo.yaml.

    Raises:
        ProblemError: It cannot be read, or has unknown or missing keys.
    """
    item = read_yaml(read_source(file, file.parent))
    problems = _SHAPE.check(item)
    if problems:
        raise ProblemError(*problems)
    as_of = item.day("as_of")
    assert as_of is not None
    return Setting(
        item.string("pack"),
        Month.parse(item.string("month")),
        as_of,
        tuple(
            (row.string("register"), row.string("area")) for row in item.list_of("not_handed_in")
        ),
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


def _wrong_units(
    item: Item, key: str, signed: tuple[Signature, ...], units: Mapping[str, str]
) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for one, row in zip(signed, item.list_of(key), strict=True):
        if one.name in seen:
            problems.append(row.problem(f"{one.name!r} 签了两次", "只留一行"))
        elif one.name not in units:
            near = suggest(one.name, units)
            hint = f"是不是 {near}？" if near else f"可签：{'、'.join(units)}"
            problems.append(row.problem(f"没有待签的 {one.name!r}", hint))
        elif one.unit != units[one.name]:
            problems.append(
                row.problem(
                    f"{one.name} 应由{units[one.name]}签定，这里写的是{one.unit}", "请核对签定单位"
                )
            )
        seen.add(one.name)
    return problems
