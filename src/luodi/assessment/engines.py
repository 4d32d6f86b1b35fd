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
from luodi.population.snapshot import without_wildcards
from luodi.population.trouble import told


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
        with told(folders):
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
    make_rows(connection, plan)


def make_rows(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Make the table `raw` of the rows of `plan`, whose working tables are there."""
    connection.execute(f"CREATE TEMP TABLE raw AS {plan.rows}")


def run_stages(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Make the working tables that `plan.rows` reads."""
    for name, sql in plan.stages:
        connection.execute(f"CREATE TEMP TABLE {name} AS {sql}")


def quoted(path: str | Path) -> str:
    """A path as an SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
