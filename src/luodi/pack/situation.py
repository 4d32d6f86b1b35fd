"""A household, firm or record told in a file, to be screened: a golden case that expects nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError
from luodi.pack.files import CASE
from luodi.pack.golden import GoldenCase, cases
from luodi.pack.model import Pack
from luodi.pack.scopes import Vocabulary
from luodi.pack.shapes import Field, Table
from luodi.pack.yaml import Item, Source, read_yaml

MOST_BYTES = 1_000_000
_TOLD = Table(
    {
        name: Field(field.shape, field.help)
        for name, field in CASE.fields.items()
        if name not in ("name", "expect")
    },
    "一户、一家单位或一笔记录的情况",
)


def read_situation(path: Path, pack: Pack, month: Month | None = None) -> GoldenCase:
    """Read facts from a JSON (or YAML) file; what it says is held to the pack's facts and bounds.

    Args:
        month: Instead of the file's own `month`.

    Raises:
        ProblemError: The file cannot be read, or says what the pack does not know, each place.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise ProblemError(
            Problem(str(path), f"文件打不开：{error.strerror}", "请检查文件名")
        ) from error
    if size > MOST_BYTES:
        raise ProblemError(Problem(str(path), f"文件有 {size} 字节，最多 {MOST_BYTES}"))
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\t", " ")
    except UnicodeDecodeError as error:
        raise ProblemError(
            Problem(
                str(path), f"不是 UTF-8 文本：第 {error.start + 1} 个字节读不出来", "请另存为 UTF-8"
            )
        ) from error
    source = Source(str(path), text, text.split("\n"))
    item = read_yaml(source)
    problems = _TOLD.check(item)
    if problems:
        raise ProblemError(*problems)
    table = dict(item.table)
    table["name"] = Item(path.name, item.place, source)
    if month is not None:
        table["month"] = Item(str(month), item.place, source)
    elif "month" not in table:
        raise ProblemError(
            Problem(str(path), "没有写月份", '在文件里写 "month": "2020-02"，或用 --month 2020-02')
        )
    words = Vocabulary(
        pack.facts, pack.definitions, pack.parameters, pack.indicators, pack.readings, pack.events
    )
    whole = replace(item, value=table)
    found = cases({str(path): replace(item, value=(whole,))}, words, {}, problems)
    if problems:
        raise ProblemError(*problems)
    return found[0]
