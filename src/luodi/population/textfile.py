"""Reads .csv and .txt lists: finds their encoding and separator, and mends what DuckDB refuses."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from luodi.basics.problem import Problem, ProblemError
from luodi.population.headings import SEARCHED_ROWS

MAX_FILE = 8 * 2**30
MAX_COLUMNS = 512
MAX_CELL = 32_767
_CHUNK = 1 << 22
_SEPARATORS = (",", "\t", ";")


@dataclass(frozen=True, slots=True)
class TextFile:
    """What a text list looks like.

    Attributes:
        encoding: A Python codec; `utf-8-sig` where a mark stands at the beginning.
        top: The first rows, split.
        line_feeds: How many line feeds the file holds.
    """

    path: Path
    encoding: str
    separator: str
    top: list[list[str]] = field(repr=False)
    sha256: str
    line_feeds: int
    ends_open: bool

    @property
    def is_plain_utf8(self) -> bool:
        return self.encoding in ("utf-8", "utf-8-sig")


def look_at(path: Path) -> TextFile:
    """Read the whole file once for its hash, and its beginning for its form.

    Raises:
        ProblemError: it is empty, too large, binary, or in no encoding that we know.
    """
    size = path.stat().st_size
    if size == 0:
        raise ProblemError(Problem(path.name, "文件是空的", "请重新导出名册"))
    if size > MAX_FILE:
        raise ProblemError(Problem(path.name, f"文件超过 {MAX_FILE >> 30} GB", "请按镇街拆开"))
    digest, feeds = hashlib.sha256(), 0
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
        chunk = last = head
        while chunk:
            digest.update(chunk)
            feeds += chunk.count(b"\n")
            last = chunk
            chunk = stream.read(_CHUNK)
    encoding = _encoding(path, head, whole=size <= _CHUNK)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
    if text.count("\0") > 0:
        raise ProblemError(Problem(path.name, "不是文本文件", "请导入 .csv、.xlsx 或 .xls 文件"))
    separator, top = _separator(text)
    return TextFile(
        path, encoding, separator, top, digest.hexdigest(), feeds, not last.endswith(b"\n")
    )


def decoded(path: Path) -> str:
    """The whole text of a short list.

    Raises:
        ProblemError: there is no such file, or it is in no encoding that we know.
    """
    if not path.is_file():
        raise ProblemError(Problem(str(path), "没有这个文件", "请检查路径"))
    content = path.read_bytes()
    return content.decode(_encoding(path, content, whole=True))


def _encoding(path: Path, head: bytes, whole: bool) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return encoding
    if len(head) >= 4 and head[1:2] == b"\0" and head[0:1] != b"\0":
        return "utf-16-le"
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head, whole)
        except UnicodeDecodeError:
            continue
        return encoding
    raise ProblemError(
        Problem(path.name, "编码既不是 UTF-8，也不是 GB18030 或 UTF-16", "请另存为 UTF-8 的 .csv")
    )


def _separator(text: str) -> tuple[str, list[list[str]]]:
    """The separator that splits the first rows into most cells."""
    splits = {separator: _rows(text, separator) for separator in _SEPARATORS}
    best = max(splits, key=lambda separator: max(map(len, splits[separator]), default=0))
    return best, splits[best]


def _rows(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            rows.append(row)
            if len(rows) > SEARCHED_ROWS:
                break
    except csv.Error:
        pass  # what could be split is judged; the whole file is read more strictly later
    return rows


def mended(file: TextFile, first_row: int, columns: int, target: Path) -> list[Problem]:
    """Write the rows below the headings to `target` as plain UTF-8, each with its line number.

    For what DuckDB does not read as it stands: other encodings, blank lines, line feeds in quotes,
    rows with too few or too many cells. The slow way, used where the quick one does not fit.

    Returns:
        A problem for each row with more cells than the heading (an unquoted comma: its cells are
        shifted, so none is taken).

    Raises:
        ProblemError: the file cannot be decoded or split.
    """
    problems: list[Problem] = []
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for line, row in _numbered(file, first_row):
            if len(row) > columns and any(cell.strip() for cell in row[columns:]):
                problems.append(
                    Problem(
                        f"{file.path.name}:第{line}行",
                        f"这一行有 {len(row)} 格，表头只有 {columns} 格，各格已错位，没有导入",
                        "含逗号的内容要加引号；请用表格软件重新导出",
                    )
                )
                continue
            cells = [cell.replace("\0", "")[:MAX_CELL] for cell in row[:columns]]
            writer.writerow([line, *cells, *[""] * (columns - len(cells))])
    return problems


def _numbered(file: TextFile, first_row: int) -> Iterator[tuple[int, list[str]]]:
    """The rows from `first_row` on, each with the number of its first line."""
    with file.path.open("r", encoding=file.encoding, newline="") as stream:
        reader = csv.reader((line.replace("\0", "") for line in stream), delimiter=file.separator)
        line = 1
        try:
            for number, row in enumerate(reader):
                if number >= first_row:
                    yield line, row
                line = reader.line_num + 1
        except csv.Error:
            raise ProblemError(
                Problem(
                    f"{file.path.name}:第{line}行",
                    "从这一行起引号不成对，后面的内容分不开",
                    "请补上引号，或用表格软件重新导出",
                )
            ) from None
        except UnicodeError:
            raise ProblemError(
                Problem(
                    f"{file.path.name}:第{line}行",
                    f"这一行附近有不属于 {file.encoding} 编码的字节",
                    "请另存为 UTF-8 的 .csv",
                )
            ) from None
