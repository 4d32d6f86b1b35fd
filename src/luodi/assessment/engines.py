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


def quoted(path: str | Path) -> str:
    """A path as an SQL text."""
    return "'" + str(path).replace("'", "''") + "'"
