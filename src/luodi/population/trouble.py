"""What a database may meet that is no fault of ours, told as problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from luodi.basics.problem import Problem, ProblemError

_MET: Mapping[type[duckdb.Error], tuple[str, str]] = {
    duckdb.OutOfMemoryException: ("内存不够", "关掉别的程序，或分几次做"),
    duckdb.OutOfRangeException: ("数额加起来超出范围", "请核对单位和 --set 的数值"),
    duckdb.ConversionException: ("数额超出范围", "请核对单位和 --set 的数值"),
    duckdb.IOException: ("读不出来，或写不出去", "请检查文件是否完好、磁盘是否已满、有没有权限"),
    duckdb.InvalidInputException: ("表读不出来", "文件可能已损坏，请重新生成"),
    duckdb.FatalException: ("写不出去", "请检查磁盘是否已满、有没有权限"),
}


@contextmanager
def told(folders: Iterable[Path]) -> Iterator[None]:
    """Tell what a statement on the tables of `folders` met.

    Raises:
        ProblemError: A table could not be read or written, memory or disk ran out, or a sum went
            out of bounds.
    """
    try:
        yield
    except tuple(_MET) as error:
        found = next(words for kind, words in _MET.items() if isinstance(error, kind))
        raise ProblemError(Problem(_whose(error, list(folders)), *found)) from error


def _whose(error: duckdb.Error, folders: Iterable[Path]) -> str:
    """The table that a message of DuckDB's is about, or else the folders worked in.

    The message itself may quote a cell, so no more of it is shown.
    """
    for folder in folders:
        for path in sorted(folder.glob("*.parquet")):
            if path.name in str(error):
                return str(path)
    return "、".join(str(folder) for folder in folders)
