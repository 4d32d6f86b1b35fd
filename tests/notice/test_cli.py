"""`luodi notice read` as people and programs use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JIANGYIN = ROOT / "packs/jiangyin-2020-13/notice.txt"


def luodi(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "luodi.cli.main", *words],
        capture_output=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, "COLUMNS": "120"},
    )  # fmt: skip


def test_people_get_a_table_and_the_doubts() -> None:
    done = luodi("notice", "read", str(JIANGYIN))
    assert done.returncode == 0
    assert done.stderr == ""
    for words in (
        "澄委发〔2020〕13号",
        "21 条措施",
        "发放困难群众生活补贴",
        "2020-02-29",
        "处疑点",
    ):
        assert words in done.stdout


def test_programs_get_one_object() -> None:
    done = luodi("notice", "read", str(JIANGYIN), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["measures"]["n"] == 21


def test_help_shows_an_example_that_works() -> None:
    done = luodi("notice", "read", "--help")
    assert done.returncode == 0
    assert "luodi notice read packs/jiangyin-2020-13/notice.txt" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "code"),
    [(("notice", "read", "nowhere.txt"), 1), (("notice", "read"), 2), (("notice", "reed", "x"), 2)],
)
def test_no_result_is_one_and_wrong_use_is_two(words: tuple[str, ...], code: int) -> None:
    done = luodi(*words)
    assert done.returncode == code
    assert done.stdout == "" or code == 2
    assert done.stderr
    assert "Traceback" not in done.stderr
