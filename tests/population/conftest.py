"""A small pack of its own, and lists as bureaus keep them, written to files by the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from luodi.basics.identifiers import id_check_digit
from luodi.pack import Pack, load
from luodi.population import ImportResult, import_registers

AS_OF = date(2020, 2, 12)
PACK = Path(__file__).parent / "packs" / "brook-2020-1"
Rows = Sequence[Sequence[Any]]


def _number(serial: int, birth: str = "19800101") -> str:
    """A sound identity number that can belong to nobody: region 990281."""
    body = f"990281{birth}{serial:03d}"
    return body + id_check_digit(body)


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load(PACK)


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows to a sheet of a new workbook; several sheets by name."""

    def write(name: str, rows: Rows = (), **sheets: Rows) -> Path:
        workbook = openpyxl.Workbook()
        first = workbook.active
        assert first is not None
        for title, content in {"Sheet1": rows, **sheets}.items():
            sheet = first if title == "Sheet1" else workbook.create_sheet(title)
            for row in content:
                sheet.append(list(row))
        workbook.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def freeze(pack: Pack, tmp_path: Path) -> Callable[..., ImportResult]:
    """Imports files into a new folder."""
    made: list[Path] = []

    def run(*files: Path | tuple[Path, str], **options: Any) -> ImportResult:
        out = tmp_path / f"snapshot{len(made)}"
        made.append(out)
        named = [file if isinstance(file, tuple) else (file, None) for file in files]
        return import_registers(pack, named, out, as_of=AS_OF, **options)

    return run


@pytest.fixture
def number() -> Callable[..., str]:
    return _number


@pytest.fixture
def person() -> Callable[[ImportResult, str], dict[str, Any]]:
    """The only person of a name."""

    def find(result: ImportResult, name: str) -> dict[str, Any]:
        (found,) = result.snapshot.find(name)
        row = result.snapshot.person(found)
        assert row is not None
        return row

    return find


@pytest.fixture
def messages() -> Callable[[ImportResult], list[str]]:
    return lambda result: [problem.render() for problem in result.problems]
