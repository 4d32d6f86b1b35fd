"""Reads .xlsx and .xls files, which may be broken or hostile, in a process of their own.

A workbook is looked at before it is parsed (sizes, ratios, overlapping parts, the farthest cell),
then parsed by a child process with a time limit and, where the system has one, a memory limit. What
the child cannot stand, costs that file only.
"""

from __future__ import annotations

import contextlib
import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from luodi.basics.problem import Problem

MAX_FILE = 200 * 2**20
MAX_UNPACKED = 2 * 2**30
MAX_PART_RATIO = 400
MAX_PARTS = 2_000
MAX_CELLS = 40_000_000
MAX_COLUMNS = 512
MAX_SHEETS = 100
SECONDS = 300
MEMORY = 4 * 2**30

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb'<(?:\w+:)?(?:row|c)\b[^<>]*?\sr="([A-Z]{0,7})([0-9]{1,12})"')
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as text: `table` is a Parquet file with columns c0, c1, … and all rows, blank too."""

    name: str
    table: Path
    columns: int
    rows: int


def read_workbooks(
    files: Sequence[Path], folder: Path
) -> tuple[dict[Path, list[Sheet]], list[Problem]]:
    """Read the sheets of `files` into Parquet files in `folder`.

    Hidden sheets are read too: what is hidden may still have been handed in. Macros, links and
    pictures are never looked at; of a formula, the value that was saved with it is read.

    Returns:
        The sheets by file, and a problem for each file that could not be read.
    """
    problems: list[Problem] = []
    waiting: list[Path] = []
    for file in files:
        problem = _suspicion(file)
        if problem is None:
            waiting.append(file)
        else:
            problems.append(problem)
    sheets: dict[Path, list[Sheet]] = {}
    round_ = 0
    while waiting:
        target = folder / f"round{round_}"
        target.mkdir()
        done = _run_child(waiting, target)
        for file, answer in zip(waiting, done, strict=False):
            if "problem" in answer:
                problems.append(Problem(file.name, *answer["problem"]))
            else:
                sheets[file] = [
                    Sheet(s["name"], target / s["table"], s["columns"], s["rows"])
                    for s in answer["sheets"]
                ]
        if len(done) < len(waiting):
            problems.append(
                Problem(
                    waiting[len(done)].name,
                    f"表格文件读不下去（已损坏，或超过 {SECONDS} 秒、{MEMORY >> 30} GB 的限度）",
                    "请用表格软件打开后另存为 .xlsx，或拆成几个文件",
                )
            )
        waiting = waiting[len(done) + 1 :]
        round_ += 1
    return sheets, problems


def _run_child(files: Sequence[Path], folder: Path) -> list[dict[str, Any]]:
    """What the child said of each file, up to the one it did not survive."""
    script = Path(__file__).with_name("sheets.py")
    # -P: modules beside the script must not stand in for others of the same name.
    command = [sys.executable, "-P", str(script), str(folder), str(MEMORY), str(MAX_SHEETS)]
    answers = folder / "answers.jsonl"
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [*command, *(str(file.resolve()) for file in files)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    if not answers.exists():
        return []
    lines = answers.read_text("utf-8").split("\n")[:-1]  # a line cut short is no answer
    return [json.loads(line) for line in lines]


def _suspicion(file: Path) -> Problem | None:
    """What forbids parsing `file` at all."""
    size = file.stat().st_size
    if size > MAX_FILE:
        return _refused(file, f"文件有 {size >> 20} MB，超过 {MAX_FILE >> 20} MB")
    with file.open("rb") as stream:
        head = stream.read(8)
    if head == _OLE:
        return _ole_suspicion(file)
    if not zipfile.is_zipfile(file):
        return _refused(file, "不是有效的 .xlsx 或 .xls 文件，或文件不完整")
    try:
        with zipfile.ZipFile(file) as archive:
            return _zip_suspicion(file, archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, zlib.error, struct.error,
            EOFError, RuntimeError, OverflowError, KeyError):  # fmt: skip
        return _refused(file, "压缩包已损坏，文件不完整")


def _ole_suspicion(file: Path) -> Problem | None:
    """An .xls, or an encrypted .xlsx in the same kind of container."""
    content = file.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Problem(file.name, "文件加了密码，读不了", "请去掉打开密码后另存，再导入")
    return None


def _zip_suspicion(file: Path, archive: zipfile.ZipFile) -> Problem | None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        return _refused(file, f"压缩包里有 {len(parts)} 个部件，超过 {MAX_PARTS}")
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        return _refused(file, f"解压后超过 {MAX_UNPACKED >> 30} GB")
    if any(part.flag_bits & 1 for part in parts):
        return Problem(file.name, "文件加了密码，读不了", "请去掉打开密码后另存，再导入")
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            return _refused(file, "压缩包的部件互相重叠")
        end = part.header_offset + 30 + len(part.filename) + part.compress_size
        if part.file_size > 2**20 and part.file_size > MAX_PART_RATIO * part.compress_size:
            return _refused(file, "压缩比异常，像是解压炸弹")
    names = {part.filename.lower() for part in parts}
    if len(names) < len(parts):
        return _refused(file, "压缩包里有重名的部件")
    if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
        return _refused(file, "压缩包里没有工作簿")
    unpacked = 0
    for part in parts:
        with archive.open(part) as stream:
            is_sheet = "worksheets/" in part.filename.lower()
            size, problem = _scan(file, stream, is_sheet)
        unpacked += size
        if problem is not None:
            return problem
        if unpacked > MAX_UNPACKED:
            return _refused(file, f"解压后超过 {MAX_UNPACKED >> 30} GB")
    return None


def _scan(file: Path, stream: IO[bytes], is_sheet: bool) -> tuple[int, Problem | None]:
    """Unpack a part once, in pieces: its true size, its check sum, and its farthest cell."""
    size, tail, column, row, top = 0, b"", 0, 0, 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > MAX_UNPACKED:
            return size, _refused(file, f"解压后超过 {MAX_UNPACKED >> 30} GB")
        if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk:
            return size, _refused(file, "含有 DTD 或实体声明")
        if is_sheet:
            text = tail + chunk
            for letters, digits in _CELL.findall(text):
                if len(letters) > 1 and (at := _column(letters)) > column:
                    column = at
                if len(digits) >= top and int(digits) > row:
                    row, top = int(digits), len(digits)
        tail = chunk[-300:]
    if column > MAX_COLUMNS or row * max(column, 26) > MAX_CELLS:
        return size, _refused(file, f"有单元格远在第 {row} 行、第 {column} 列，表格大得不合常理")
    return size, None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refused(file: Path, reason: str) -> Problem:
    return Problem(file.name, reason, "请用表格软件打开，只保留名册所在的区域，另存为 .xlsx 再导入")
