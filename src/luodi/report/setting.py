"""Reads what a demonstration is given beside the pack: month, lists not handed in, signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from luodi.assessment.signatures import SIGNED_FIELDS, Signatures, signatures_in
from luodi.basics.period import Month
from luodi.basics.problem import ProblemError
from luodi.pack.file_words import NAME, PACK_ID, required
from luodi.pack.shapes import Day, Field, MonthText, Rows, Table, Text
from luodi.pack.yaml import read_source, read_yaml

_MISSING = Table(
    {
        "register": required(NAME, "名册的英文名"),
        "area": required(Text(40), "没有交来的镇（街道）"),
    }
)
_SHAPE = Table(
    {
        "pack": required(PACK_ID, "政策包的文件夹名"),
        "month": required(MonthText(), "核定的月份"),
        "as_of": required(Day(), "名册说明的是哪一天"),
        "not_handed_in": Field(Rows(_MISSING), "没有交来的名册"),
        **SIGNED_FIELDS,
    },
    "演示的设定",
)


@dataclass(frozen=True)
class Setting:
    """What a demonstration is given.

    Attributes:
        not_handed_in: (register, area) pairs, as written.
        signed: Signed readings and answered figures; readings not named there stay open.
    """

    pack: str
    month: Month
    as_of: date
    not_handed_in: tuple[tuple[str, str], ...]
    signed: Signatures

    @property
    def readings(self) -> Mapping[str, str]:
        return {one.name: one.choice for one in self.signed.readings}


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
        signatures_in(item),
    )
