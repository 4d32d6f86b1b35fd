"""What holds for the whole tree, whichever room it is in."""

from __future__ import annotations

import ast
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import luodi
from luodi.cli.main import COMMANDS, GROUPS

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))

# Where a package is imported under another name than it is installed under.
IMPORTED_AS = {"pyyaml": "yaml"}
NOT_ON_WINDOWS = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios"}


def imports(source: Path, *, unless: str = "") -> set[str]:
    """The top-level names of all modules that a file imports, wherever in it.

    With `unless="ImportError"`, those that it can do without are left out.
    """
    tree = ast.parse(source.read_text("utf-8"))
    tries = [node for node in ast.walk(tree) if isinstance(node, ast.Try) and unless]
    spared = {
        node
        for attempt in tries
        if any(unless in ast.dump(handler) for handler in attempt.handlers)
        for part in attempt.body
        for node in ast.walk(part)
    }
    found = set()
    for node in ast.walk(tree):
        if node in spared:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_every_package_that_is_imported_is_declared():
    extras = [name for extra in PROJECT["optional-dependencies"].values() for name in extra]
    names = [re.split(r"[<>=;\[ ]", name)[0] for name in PROJECT["dependencies"] + extras]
    declared = {IMPORTED_AS.get(name, name) for name in names} | {"luodi"}
    for source in (ROOT / "src").rglob("*.py"):
        unknown = imports(source) - declared - sys.stdlib_module_names
        assert not unknown, f"{source} imports {unknown}"


def test_nothing_is_imported_that_windows_lacks():
    for source in (ROOT / "src").rglob("*.py"):
        assert not imports(source, unless="ImportError") & NOT_ON_WINDOWS, source


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: file.name)
def test_requirements_are_pinned_hashed_and_name_no_host(file):
    text = file.read_text("utf-8")
    assert "://" not in text
    assert "index" not in text
    pins = re.findall(r"^(?![# ])(\S+)", text, re.MULTILINE)
    assert pins
    for pin in pins:
        assert "==" in pin
        assert f"\n{pin}" in "\n" + text
    assert text.count("--hash=sha256:") >= len(pins)


def test_the_version_is_the_same_everywhere():
    assert PROJECT["version"] == luodi.__version__


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["no-such-command"]])
def test_help_loads_no_room_and_nothing_installed(words):
    probe = (
        "import sys; from luodi.cli.main import main; main(sys.argv[1:]);"
        "print(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, *words], capture_output=True, text=True, check=True
    )
    loaded = {name for name in done.stderr.split() if name.startswith("luodi.")}
    assert loaded <= {f"luodi.{name}" for name in ("basics", "basics.problem", "cli")} | {
        "luodi.cli.main",
        "luodi.cli.output",
    }
    assert not {"typer", "click", "rich", "duckdb", "yaml"} & set(done.stderr.split())


@pytest.mark.parametrize("name", GROUPS | COMMANDS)
def test_every_command_has_help_with_an_example(name):
    done = subprocess.run(
        [sys.executable, "-m", "luodi.cli.main", name, "--help"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    if name in COMMANDS:
        assert "Example" in done.stdout
        assert f"luodi {name}" in done.stdout.partition("Example")[2]


def test_a_test_cannot_reach_the_network():
    with pytest.raises(PermissionError, match="network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.parametrize(("variable", "code"), [("", 0), ("true", 1)])
def test_a_skipped_test_fails_the_run_where_it_counts(tmp_path, variable, code):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text(
        "import pytest\ndef test_a(): pass\n@pytest.mark.skip\ndef test_b(): pass\n", "utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=os.environ | {"CI": variable},
        capture_output=True,
        check=False,
    )
    assert done.returncode == code
