"""A bad pack is reported in full: where, what was found, what was expected, what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from luodi.basics.problem import Problem, ProblemError
from luodi.pack import CHECKS, check, load

from .spoiling import ALL, BAD, spoil

EXPECTED = Path(__file__).parent / "bad"


def problems_of(folder: Path) -> list[Problem]:
    try:
        return check(load(folder))
    except ProblemError as error:
        return list(error.problems)


@pytest.mark.parametrize("name", ALL)
def test_a_bad_pack_is_reported_as_kept(name: str, folder: Path) -> None:
    spoil(folder, ALL[name])
    problems = problems_of(folder)
    found = "".join(f"{problem.render()}\n" for problem in problems).replace("\\", "/")
    kept = EXPECTED / f"{name}.txt"
    if os.environ.get("LUODI_RENEW"):
        kept.write_text(found, encoding="utf-8")
    assert found == kept.read_text(encoding="utf-8")
    assert problems


def test_no_expected_text_is_left_over() -> None:
    assert {file.stem for file in EXPECTED.iterdir()} == set(ALL)


@pytest.mark.parametrize("name", [*BAD["files"], *BAD["nouns"]])
def test_what_cannot_be_loaded_says_so_before_it_is_checked(name: str, folder: Path) -> None:
    spoil(folder, ALL[name])
    with pytest.raises(ProblemError):
        load(folder)


def test_every_check_has_a_pack_that_it_refuses(folder: Path) -> None:
    good = {
        file: file.read_bytes()
        for root in (folder, Path("yunxi"))
        for file in root.rglob("*")
        if file.is_file()
    }
    refusing = set()
    for changes in BAD["checks"].values():
        spoil(folder, changes)
        pack = load(folder)
        refusing |= {one.__name__ for one in CHECKS if list(one(pack))}
        for file in [file for file in folder.rglob("*.yaml") if file not in good]:
            file.unlink()
        for file, content in good.items():
            file.write_bytes(content)
    assert {one.__name__ for one in CHECKS} - refusing == set()
