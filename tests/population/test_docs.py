"""The reference page is held to the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from luodi.pack.file_nouns import COLUMN_TYPES
from luodi.population.dirt import EXPECTED
from luodi.population.lists import TEXTS, WORKBOOKS

PAGE = (Path(__file__).parents[2] / "docs/reference/registers.md").read_text("utf-8")


@pytest.mark.parametrize("word", [*EXPECTED, *WORKBOOKS, *TEXTS])
def test_kinds_of_dirt_and_files_are_on_the_page(word):
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("kind", set(COLUMN_TYPES) - {"name", "org_name", "text", "household"})
def test_column_types_are_on_the_page(kind):
    assert f"`{kind}`" in PAGE
