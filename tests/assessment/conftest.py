"""A county of two towns, a notice of two measures, and lists written by hand."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from luodi.assessment.assess import Assessment, assess
from luodi.assessment.scenarios import given_from
from luodi.basics.identifiers import id_check_digit
from luodi.basics.period import Month
from luodi.pack import Pack, load
from luodi.population import Snapshot, import_registers, open_snapshot

PACKS = Path(__file__).parent / "packs"
AS_OF = date(2020, 2, 12)
EAST, WEST = "东街街道", "西河镇"
FEBRUARY = Month(2020, 2)
HEADINGS = {
    "residents": ["身份证号", "姓名", "镇街", "户号", "账号"],
    "dibao": ["身份证号", "姓名", "镇街", "保障类别"],
    "orphans": ["身份证号", "儿童姓名", "镇街"],
    "disabled": ["身份证号", "残疾人姓名", "镇街"],
    "deaths": ["身份证号", "死者姓名"],
    "bills": ["身份证号", "患者姓名", "镇街", "总费用", "医保支付"],
}


def number(serial: int, birth: str = "19800101") -> str:
    """A sound identity number that can belong to nobody: region 990181."""
    body = f"990181{birth}{serial:03d}"
    return body + id_check_digit(body)


@dataclass
class Town:
    """Lists to be handed in: `person` puts somebody on them, `freeze` imports them."""

    pack: Pack
    folder: Path
    rows: dict[str, list[list[str]]] = field(
        default_factory=lambda: {name: [] for name in HEADINGS}
    )
    people: dict[str, str] = field(default_factory=dict)
    complete: dict[str, Any] = field(
        default_factory=lambda: dict.fromkeys(
            ["dibao", "orphans", "disabled", "deaths", "bills"], "all"
        )
    )
    count: int = 0

    def person(
        self,
        name: str,
        *lists: str,
        area: str = EAST,
        home: str = "",
        account: bool = True,
        level: str = "乙类",
        resident: bool = True,
    ) -> str:
        """Put a person on the residents' register and on `lists`."""
        self.people[name] = number(len(self.people) + 1)
        own = self.people[name]
        if resident:
            bank = f"9999990000{len(self.people):06d}" if account else ""
            self.rows["residents"].append([own, name, area, home or f"户{name}", bank])
        for register in lists:
            extra = {"dibao": [area, level], "deaths": []}.get(register, [area])
            self.rows[register].append([own, name, *extra])
        return own

    def bill(self, name: str, total: str, insured: str, area: str = EAST) -> None:
        self.rows["bills"].append([self.people[name], name, area, total, insured])

    def freeze(self, previous: Path | None = None) -> Snapshot:
        self.count += 1
        files = []
        for register, rows in self.rows.items():
            path = self.folder / f"{self.count}-{register}.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([HEADINGS[register], *rows])
            if register in self.complete or register == "residents":
                files.append((path, register))
        out = self.folder / f"snapshot{self.count}"
        import_registers(
            self.pack, files, out, as_of=AS_OF, previous=previous, complete=self.complete
        )
        return open_snapshot(out)


@dataclass
class Run:
    """An assessment with its tables as rows of dicts, persons by name."""

    result: Assessment
    snapshot: Snapshot

    def table(self, name: str) -> list[dict[str, Any]]:
        with duckdb.connect() as connection:
            cursor = connection.execute(
                "SELECT * FROM read_parquet(?)", [str(self.result.path(name))]
            )
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def of(self, table: str, benefit: str) -> dict[str, dict[str, Any]]:
        """Rows about persons, by name."""
        return {
            str((self.snapshot.identity("person", row["subject_id"]) or {}).get("name")): row
            for row in self.table(table)
            if row["benefit"] == benefit
        }

    def benefit(self, benefit: str) -> Mapping[str, Any]:
        return next(one for one in self.result.summary["benefits"] if one["benefit"] == benefit)


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load(PACKS / "qinghe-2020-1")


@pytest.fixture
def town(pack: Pack, tmp_path: Path) -> Town:
    return Town(pack, tmp_path)


@pytest.fixture
def run(pack: Pack, tmp_path: Path) -> Callable[..., Run]:
    made: list[Path] = []

    def go(
        snapshot: Snapshot,
        months: Sequence[Month] = (FEBRUARY,),
        *,
        readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Run:
        out = tmp_path / f"out{len(made)}"
        made.append(out)
        given = given_from(
            pack, readings={"overlap": "once"} if readings is None else readings,
            parameters=parameters,
        )  # fmt: skip
        return Run(assess(pack, snapshot, months, out, given=given, **options), snapshot)

    return go
