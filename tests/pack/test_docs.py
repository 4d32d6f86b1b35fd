"""The reference pages are held to the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from luodi.pack import CHECKS
from luodi.pack.figures import INTEGER_UNITS, QUANTITY_UNITS
from luodi.pack.file_nouns import COLUMN_TYPES
from luodi.pack.files import FILES
from luodi.pack.scopes import BUILT_IN
from luodi.pack.shapes import Either, Names, Nullable, Rows, Shape, Table

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
FORMAT = (REFERENCE / "pack-format.md").read_text(encoding="utf-8")
EXPLAINED = (REFERENCE / "pack-checks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_is_explained(check: object) -> None:
    assert f"### {check.__name__}\n" in EXPLAINED  # type: ignore[attr-defined]


def test_no_check_is_explained_that_is_gone() -> None:
    headings = re.findall(r"^### (\w+)$", EXPLAINED, re.MULTILINE)
    assert headings == [check.__name__ for check in CHECKS]


def keys_of(shape: Shape) -> Iterator[str]:
    """All keys that a file of this shape may hold."""
    if isinstance(shape, Table):
        for key, known in shape.fields.items():
            yield key
            yield from keys_of(known.shape)
    elif isinstance(shape, Rows | Names | Nullable):
        yield from keys_of(shape.inner)
    elif isinstance(shape, Either):
        yield from keys_of(shape.scalar)
        yield from keys_of(shape.mapping)


@pytest.mark.parametrize("kind", FILES)
def test_every_key_is_in_the_format(kind: str) -> None:
    words = set(re.findall(r"\w+", FORMAT))
    assert set(keys_of(FILES[kind])) - words == set()


def test_every_type_unit_and_built_in_fact_is_in_the_format() -> None:
    words = set(re.findall(r"\w+", FORMAT))
    built_in = {fact.name for facts in BUILT_IN.values() for fact in facts}
    assert {*COLUMN_TYPES, *INTEGER_UNITS, *QUANTITY_UNITS, *built_in} - words == set()
