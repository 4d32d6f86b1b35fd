"""Where the planned SQL runs: DuckDB, or Spark (see `spark`) for what outgrows one machine.

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

import duckdb

from luodi.assessment.plan import Plan
from luodi.basics.problem import Problem, ProblemError
from luodi.population.snapshot import without_wildcards

#: What a statement can meet that is no fault of ours: what it is called, and what to do.
_TROUBLE: Mapping[type[duckdb.Error], tuple[str, str]] = {
    duckdb.OutOfMemoryException: ("内存不够", "关掉别的程序，或一次少算几个月"),
    duckdb.OutOfRangeException: ("数额加起来超出范围", "请核对单位和 --set 的数值"),
    duckdb.ConversionException: ("数额超出范围", "请核对单位和 --set 的数值"),
    duckdb.IOException: ("读不出来，或写不出去", "请检查文件是否完好、磁盘是否已满、有没有权限"),
    duckdb.InvalidInputException: ("表读不出来", "文件可能已损坏，请重新生成"),
    duckdb.FatalException: ("写不出去", "请检查磁盘是否已满、有没有权限"),
}


@contextmanager
def locked(
    folders: Iterable[Path], threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection that can read and write only below `folders`, and stays so.

    Raises:
        ProblemError: Inside, a table could not be read or written, memory or disk ran out, or a
            sum went out of bounds.
    """
    folders = list(folders)
    without_wildcards(folders)
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
    except tuple(_TROUBLE) as error:
        found = next(words for kind, words in _TROUBLE.items() if isinstance(error, kind))
        raise ProblemError(Problem(_whose(error, folders), *found)) from error
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
    make_rows(connection, plan)


def make_rows(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Make the table `raw` of the rows of `plan`, whose working tables are there."""
    connection.execute(f"CREATE TEMP TABLE raw AS {plan.rows}")
    for name, _ in plan.stages:
        if name not in ("cand", "hs"):
            connection.execute(f"DROP TABLE {name}")


def run_stages(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Make the working tables that `plan.rows` reads."""
    for name, sql in plan.stages:
        connection.execute(f"CREATE TEMP TABLE {name} AS {sql}")


def quoted(path: str | Path) -> str:
    """A path as an SQL text."""
    return "'" + str(path).replace("'", "''") + "'"


def _whose(error: duckdb.Error, folders: Iterable[Path]) -> str:
    """The table that a message of DuckDB's is about, or else the folders worked in.

    The message itself may quote a cell, so no more of it is shown.
    """
    for folder in folders:
        for path in sorted(Path(folder).glob("*.parquet")):
            if path.name in str(error):
                return str(path)
    return "、".join(str(folder) for folder in folders)
