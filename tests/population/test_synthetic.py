"""A made-up city can be nobody's, is the same each time, and its dirt is found to the cell."""

from __future__ import annotations

import csv
import errno
import json
import re
import zipfile
from collections import Counter
from datetime import date

import pytest

from luodi.basics.identifiers import check_id, mobile_ok
from luodi.basics.problem import ProblemError
from luodi.population import import_registers, synthetic
from luodi.population.dirt import EXPECTED
from luodi.population.handed_in import read_handed_in
from luodi.population.synthetic import generate
from luodi.population.wording import DOUBTS

DAY = date(2020, 2, 12)


@pytest.mark.parametrize("form", ["mixed", "csv"])
def test_the_import_finds_exactly_the_dirt_that_was_planted(pack, tmp_path, form):
    city = generate(
        pack, 6000, tmp_path / "city", as_of=DAY, dirt_share=0.2, form=form, seed=7,
        missing=[("dibao", "北山镇")],
    )  # fmt: skip
    result = import_registers(
        pack, [(file, None) for file in city.files], tmp_path / "people", as_of=DAY,
        complete=read_handed_in(city.folder / "handed-in.csv"),
    )  # fmt: skip
    planted: Counter[str] = Counter()
    for kinds in city.truth["planted"].values():
        for kind, count in kinds.items():
            planted[EXPECTED[kind]] += count
    del planted["repaired"]
    found = Counter(
        "error" if problem.severity == "error" else doubt_of(problem.message)
        for problem in result.problems
    )
    assert found == planted
    assert {"error", "old_form", "twice", "two_names", "elsewhere"} == set(planted)
    assert result.missing["dibao"] == ("北山镇",)


def doubt_of(message: str) -> str:
    """The kind of a doubt, by the words that only it has."""
    signs = {
        "old_form": "15 位旧",
        "two_names": "分不清",
        "twice": "重复登记",
        "elsewhere": "常住登记在",
    }
    assert signs.keys() <= DOUBTS.keys()
    return next(kind for kind, words in signs.items() if words in message)


def test_the_same_seed_makes_the_same_city_and_another_another(pack, tmp_path):
    cities = [
        generate(pack, 500, tmp_path / str(at), as_of=DAY, seed=seed, form="csv")
        for at, seed in enumerate((1, 1, 2))
    ]
    texts = [[file.read_bytes() for file in city.files] for city in cities]
    assert texts[0] == texts[1] != texts[2]


def test_the_same_seed_makes_the_same_workbooks_and_the_same_snapshot(pack, tmp_path):
    seals = []
    for name in ("a", "b"):
        city = generate(pack, 400, tmp_path / name, as_of=DAY, form="xlsx")
        for file in city.files:
            with zipfile.ZipFile(file) as book:
                assert {part.date_time for part in book.infolist()} == {(2020, 2, 12, 0, 0, 0)}
                said = re.findall(r"T[0-9:]+Z", book.read("docProps/core.xml").decode())
                assert said == ["T00:00:00Z", "T00:00:00Z"]
        lists = [(file, None) for file in city.files]
        result = import_registers(pack, lists, tmp_path / f"{name}-people", as_of=DAY)
        seals.append(result.snapshot.manifest["seal"])
    assert seals[0] == seals[1]


def test_made_up_numbers_are_mostly_small_and_as_small_as_the_pack_says(pack, tmp_path):
    city = generate(pack, 6000, tmp_path / "c", as_of=DAY, form="csv", dirt_share=0)
    firms = next(file for file in city.files if "企业" in file.name)
    with firms.open(encoding="utf-8", newline="") as stream:
        staff = sorted(int(row["职工人数"]) for row in csv.DictReader(stream))
    assert staff[0] >= 2 and staff[len(staff) // 2] < 10 and staff[-1] <= 40


def test_nobody_real_can_be_hit(pack, tmp_path):
    city = generate(pack, 2000, tmp_path / "c", as_of=DAY, form="csv", dirt_share=0)
    residents = next(file for file in city.files if "常住" in file.name).read_text("utf-8")
    rows = [line.split(",") for line in residents.splitlines()[1:]]
    assert len({row[0] for row in rows}) == len(rows) == 2000
    assert all(check_id(row[0]).ok and row[0].startswith("990281") for row in rows)
    assert not any(mobile_ok(row[5]) for row in rows)
    assert all(re.fullmatch(r"999999\d{13}", row[4]) for row in rows if row[4])


def test_truth_is_written_beside_the_lists(pack, tmp_path):
    city = generate(pack, 300, tmp_path / "c", as_of=DAY)
    assert json.loads((tmp_path / "c" / "truth.json").read_text("utf-8")) == city.truth


def test_a_city_of_nobody_or_of_unknown_towns_is_refused(pack, tmp_path):
    with pytest.raises(ProblemError, match="人数"):
        generate(pack, 5, tmp_path / "a", as_of=DAY)
    with pytest.raises(ProblemError, match="没有镇"):
        generate(pack, 500, tmp_path / "b", as_of=DAY, missing=[("dibao", "别处镇")])
    assert list(tmp_path.iterdir()) == []


def test_a_city_appears_whole_or_not_at_all(pack, tmp_path, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(synthetic, "write_list", full)
    with pytest.raises(OSError, match="No space"):
        generate(pack, 100, tmp_path / "city", as_of=DAY)
    assert list(tmp_path.iterdir()) == []
