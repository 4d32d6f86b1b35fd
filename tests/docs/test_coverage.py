"""docs/coverage.md names only what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from luodi.pack import Pack, load

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "coverage.md").read_text("utf-8")
STATES = {"shown", "declared", "open", "gap"}


def rows(pack: str) -> list[list[str]]:
    section = PAGE.split(f": `{pack}`\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.fixture(scope="module", params=["jiangyin-2020-13", "fengze-2022"])
def pack(request: pytest.FixtureRequest) -> Pack:
    return load(ROOT / "packs" / request.param)


def test_every_instrument_reading_and_file_named_exists(pack: Pack) -> None:
    known = {
        *(one.id for measure in pack.measures for one in measure.instruments),
        *pack.readings, *pack.parameters, *pack.registers, *pack.events, "pack.yaml",
    }  # fmt: skip
    named = {name for row in rows(pack.id) for name in re.findall(r"`([^`]+)`", row[2])}
    files = {name for name in named if name.startswith("tests/")}
    assert named - files - known == set()
    assert {name for name in files if not (ROOT / name).is_file()} == set()


def test_every_golden_case_named_exists(pack: Pack) -> None:
    names = [case.name for case in pack.golden]
    quoted = {one for row in rows(pack.id) for one in re.findall(r"“((?:[^“”]|“[^”]*”)+)”", row[2])}
    assert {one for one in quoted if not any(one in name for name in names)} == set()


def test_every_measure_has_a_line_and_every_line_a_state(pack: Pack) -> None:
    found = rows(pack.id)
    measures = {match[0] for row in found if (match := re.match(r"\d+", row[0]))}
    assert measures == {measure.number for measure in pack.measures}
    assert {row[3].split(":")[0] for row in found} <= STATES


def test_what_is_called_shown_names_a_case_or_a_test(pack: Pack) -> None:
    bare = [row for row in rows(pack.id) if row[3] == "shown" and not re.search("“|tests/", row[2])]
    assert bare == []
