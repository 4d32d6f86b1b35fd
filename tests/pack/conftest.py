"""A small pack of a made-up county, and copies of it that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from luodi.pack import Pack, load

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def yunxi() -> Pack:
    """The made-up county's pack, which has no problem."""
    return load(FIXTURES / "yunxi-2024-1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the pack and its place; paths in messages begin at `yunxi-2024-1/`."""
    for name in ("yunxi", "yunxi-2024-1"):
        shutil.copytree(FIXTURES / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return Path("yunxi-2024-1")
