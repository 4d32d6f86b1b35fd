"""Notices of many layouts, each labelled by hand from its text; the founding two among them."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from luodi.notice import Notice, read

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LABELS = sorted((HERE / "labels").glob("*.json"))

_spec = importlib.util.spec_from_file_location("notice_scorer", HERE / "scorer.py")
assert _spec is not None and _spec.loader is not None
scorer = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(scorer)


def label_of(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


@cache
def notice_of(path: Path) -> Notice:
    name = label_of(path)["notice"]
    return read(ROOT / name if "/" in name else HERE / "notices" / name)


@pytest.mark.parametrize("label", LABELS, ids=lambda p: p.stem)
def test_a_notice_is_read_as_a_person_reads_it(label: Path) -> None:
    found = notice_of(label).to_json()
    assert scorer.differences(label_of(label), found) == []


def test_the_labels_hold_enough_to_mean_something() -> None:
    labels = [label_of(path) for path in LABELS]
    assert len(labels) >= 22
    for field, least in {"measures": 100, "units": 150, "money": 60, "percentages": 20}.items():
        assert sum(scorer.count(label, field) for label in labels) >= least, field


@pytest.mark.parametrize("label", LABELS, ids=lambda p: p.stem)
def test_each_character_belongs_to_exactly_one_part(label: Path) -> None:
    notice = notice_of(label)
    owners = [0] * (len(notice.original) + 1)
    spans = [
        *notice.headings,
        *notice.loose_units,
        *(m.heading_span for m in notice.measures),
        *(span for m in notice.measures for span in m.units_spans),
        *(s.span for s in notice.sentences),
    ]
    for start, end in spans:
        owners[start] += 1
        owners[end] -= 1
    for i in range(1, len(owners)):
        owners[i] += owners[i - 1]
    kept = set(notice.offsets)
    noise = {i for n in notice.noise for i in range(*n.span)}
    for place, char in zip(notice.offsets, notice.text, strict=True):
        wanted = {0, 1} if char.isspace() else {1}
        assert owners[place] in wanted, (place, char, notice.original[place - 9 : place + 9])
    lost = [
        (i, char)
        for i, char in enumerate(notice.original)
        if i not in kept and i not in noise and not char.isspace()
    ]
    assert lost == []


@pytest.mark.parametrize("label", LABELS, ids=lambda p: p.stem)
def test_clauses_make_up_their_sentence_and_ids_tell_them_apart(label: Path) -> None:
    notice = notice_of(label)
    clauses = [clause for sentence in notice.sentences for clause in sentence.clauses]
    assert len({c.id for c in clauses}) == len(clauses)
    for sentence in notice.sentences:
        joined = "".join(c.text for c in sentence.clauses)
        assert joined.replace(" ", "") == sentence.text.replace(" ", "").replace("\n", "")
        assert sentence.clauses[0].span[0] == sentence.span[0]
        assert sentence.clauses[-1].span[1] == sentence.span[1]


@pytest.mark.parametrize("label", LABELS, ids=lambda p: p.stem)
def test_offsets_lead_back_to_the_original(label: Path) -> None:
    notice = notice_of(label)
    assert len(notice.offsets) == len(notice.text)
    assert list(notice.offsets) == sorted(notice.offsets)
    digits = [
        (char, notice.original[place])
        for place, char in zip(notice.offsets, notice.text, strict=True)
        if char in "0123456789"
    ]
    from_lists = {"<"}  # a number that a browser draws stands where its list item begins
    assert all(a == b or b in from_lists for a, b in digits)


@pytest.mark.parametrize("label", LABELS, ids=lambda p: p.stem)
def test_the_whole_object_can_be_printed_as_json(label: Path) -> None:
    json.dumps(notice_of(label).to_json(), ensure_ascii=False, allow_nan=False)
