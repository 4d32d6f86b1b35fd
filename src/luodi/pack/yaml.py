"""Reads one YAML file of a pack into items that remember where they stood.

Scalars stay text: what `no`, `120` or `2020-02-12` means is decided by the shape that is asked
for, so that `absence: no` is the word and `value: 120` keeps its digits. Anchors, aliases, tags,
duplicate keys, tabs and deep nesting are refused: none of them is needed in a pack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from luodi.basics.problem import Problem, ProblemError
from luodi.rules import Place

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
MAX_ITEMS = 50_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is about ten times quicker
_NULLS = ("", "~", "null")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UNSEEN = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")  # could hide or turn text


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, for excerpts. `path` is what messages print."""

    path: str
    text: str
    lines: list[str] = field(repr=False)

    def problem(
        self,
        place: Place,
        message: str,
        next_step: str = "",
        *,
        width: int = 1,
        severity: str = "error",
    ) -> Problem:
        """A problem in this file, with its line and carets under `width` characters."""
        return Problem(
            f"{self.path}:{place.line}:{place.column}",
            message,
            next_step,
            "warning" if severity == "warning" else "error",
            self.excerpt(place, width),
        )

    def excerpt(self, place: Place, width: int) -> str:
        """The line of `place` and carets below it; wide characters count as two columns."""
        if not 1 <= place.line <= len(self.lines):
            return ""
        line = self.lines[place.line - 1]
        start = max(0, place.column - 1)
        cut = max(0, start - 60)  # a long line is shown around the place
        shown = line[cut : cut + 120]
        before = _columns(line[cut:start])
        marked = _columns(line[start : min(start + width, cut + 120)])
        gutter = len(str(place.line))
        return (
            f"{place.line} | {shown.rstrip()}\n"
            f"{' ' * gutter} | {' ' * before}{'^' * max(1, marked)}"
        )


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


@dataclass(frozen=True, slots=True)
class Item:
    """A scalar, list or mapping of a YAML file, with its place.

    Attributes:
        value: text of a scalar; the items of a list; a mapping's items by key.
        place: First character: of a block text, that of its first line.
        source: The file it stands in.
        plain: A scalar written without quotation marks; only such a one can be null or true.
        keys: Where each key of a mapping stands.
    """

    value: str | tuple[Item, ...] | dict[str, Item]
    place: Place
    source: Source = field(repr=False)
    plain: bool = False
    keys: dict[str, Place] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> str:
        """`scalar`, `list` or `mapping`."""
        return {str: "scalar", tuple: "list", dict: "mapping"}[type(self.value)]

    @property
    def is_null(self) -> bool:
        return self.plain and self.value in _NULLS

    @property
    def text(self) -> str:
        """The text of a scalar. Asking a list or mapping for it is a programming error."""
        if not isinstance(self.value, str):
            raise TypeError(f"{self.place}: no scalar")
        return self.value

    @property
    def rows(self) -> tuple[Item, ...]:
        """The items of a list, or the one item that stands instead of a list."""
        return self.value if isinstance(self.value, tuple) else (self,)

    @property
    def table(self) -> dict[str, Item]:
        """The items of a mapping; an empty one for null."""
        if isinstance(self.value, dict):
            return self.value
        if self.is_null:
            return {}
        raise TypeError(f"{self.place}: no mapping")

    def get(self, key: str) -> Item | None:
        """The item under `key`; None where it is left out or null."""
        item = self.table.get(key)
        return None if item is None or item.is_null else item

    def string(self, key: str, default: str = "") -> str:
        """The text under `key`, without surrounding blanks."""
        item = self.get(key)
        return default if item is None else item.text.strip()

    def flag(self, key: str, default: bool) -> bool:
        item = self.get(key)
        return default if item is None else item.text == "true"

    def day(self, key: str) -> date | None:
        item = self.get(key)
        return None if item is None else date.fromisoformat(item.text)

    def list_of(self, key: str) -> tuple[Item, ...]:
        """The items under `key`: a list, one item alone, or nothing."""
        item = self.get(key)
        return () if item is None else item.rows

    def strings(self, key: str) -> tuple[str, ...]:
        return tuple(item.text.strip() for item in self.list_of(key))

    def entries(self, key: str) -> Iterator[tuple[str, Item]]:
        """Key and item of the mapping under `key`, in the order of the file."""
        item = self.get(key)
        if item is not None:
            yield from item.table.items()

    def problem(self, message: str, next_step: str = "") -> Problem:
        """A problem with this item."""
        width = len(self.value.splitlines()[0]) if isinstance(self.value, str) and self.value else 1
        return self.source.problem(self.place, message, next_step, width=width)

    def key_problem(self, key: str, message: str, next_step: str = "") -> Problem:
        """A problem with a key of this mapping."""
        place = self.keys.get(key, self.place)
        return self.source.problem(place, message, next_step, width=len(key))


def is_day(text: str) -> bool:
    """Whether `text` is a day that exists, written 2020-02-12."""
    try:
        return _ISO_DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def read_source(file: Path, root: Path) -> Source:
    """Read a text file of the folder `root`, as UTF-8.

    Raises:
        ProblemError: it is no plain file inside `root` (links are not followed), too large, or
            not UTF-8.
    """
    shown = str(file)
    if any(part.is_symlink() for part in (file, *_parents_below(file, root))):
        raise ProblemError(Problem(shown, "政策包里不能放链接", "请把文件本身复制到政策包里"))
    if not file.resolve().is_relative_to(root.resolve()):
        raise ProblemError(Problem(shown, "文件不在政策包文件夹里", "请把文件放进政策包"))
    try:
        if not file.is_file():
            raise ProblemError(Problem(shown, "不是文件", "请换成 UTF-8 文本文件"))
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProblemError(Problem(shown, f"文件读不出来：{error.strerror}")) from error
    if len(raw) > MAX_BYTES:
        raise ProblemError(Problem(shown, "文件超过 1 MB", "请拆成几个文件"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        raise ProblemError(
            Problem(
                f"{shown}:{line}:{column}",
                f"不是 UTF-8 文本：第 {error.start + 1} 个字节读不出来",
                "请用编辑器另存为 UTF-8 编码",
            )
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(shown, text, text.split("\n"))


def _parents_below(file: Path, root: Path) -> Iterator[Path]:
    for parent in file.parents:
        if parent == root:
            return
        yield parent


def read_yaml(source: Source) -> Item:
    """Read one YAML document.

    Raises:
        ProblemError: what YAML or this reader refuses; the first place of a syntax error, all
            tabs, and all duplicate keys.
    """
    problems = _refused_signs(source)
    if problems:
        raise ProblemError(*problems)
    reader = _Reader(source)
    try:
        for event in yaml.parse(source.text, Loader=_LOADER):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        raise ProblemError(*reader.problems, _syntax_problem(error, source)) from error
    except yaml.YAMLError as error:
        raise ProblemError(source.problem(reader.start, f"YAML 读不出来：{error}")) from error
    if reader.problems:
        raise ProblemError(*reader.problems)
    if reader.root is None:
        raise ProblemError(source.problem(reader.start, "文件是空的", "请写入内容或删去文件"))
    return reader.root


#: What libyaml says, and what it means to somebody who has never heard of a block mapping.
_SYNTAX = {
    "mapping values are not allowed": "一行里有两个“: ”；嵌套要写成 {键: 值}，文字里的要加引号",
    "unexpected end of stream": "引号或括号没有成对，直到文件结尾",
    "did not find expected ',' or": "括号里少了逗号或右括号",
    "did not find expected key": "这一行的缩进与上面对不齐，或者引号、括号后面多了字",
    "did not find expected '-'": "同一列表里，有的行没有以 - 开头",
    "could not find expected ':'": "键的后面没有“: ”（冒号加空格）",
    "cannot start any token": "这个符号不能开头；文字要加引号",
    "block sequence entries are not allowed": "这里不能以 - 开头；列表应另起一行",
    "did not find expected node content": "括号里缺少内容",
}

#: A key with a full-width colon after it, or a full-width comma before it.
_WIDE = re.compile(r"^[\s-]*[a-z_]+(：)|(，)\s*[a-z_]+: ")
_NARROW = {"：": ":", "，": ","}


def _syntax_problem(error: yaml.MarkedYAMLError, source: Source) -> Problem:
    said = error.problem or ""
    mark = error.problem_mark or error.context_mark
    if "end of stream" in said:
        mark = error.context_mark or mark  # where it was opened
    place = Place(source.path, mark.line + 1, mark.column + 1) if mark else Place(source.path)
    for line in range(mark.line + 1, max(mark.line - 1, 0), -1) if mark else ():
        if wide := _WIDE.search(source.lines[line - 1] if line <= len(source.lines) else ""):
            sign = wide[1] or wide[2]
            there = Place(source.path, line, wide.start(1 if wide[1] else 2) + 1)
            return source.problem(
                there, f"“{sign}”是全角的", f"这里要用半角的“{_NARROW[sign]}”，后面空一格"
            )
    meaning = next((text for key, text in _SYNTAX.items() if key in said), "")
    return source.problem(
        place,
        f"YAML 写法有误：{meaning or said}",
        "" if meaning else "常见原因：缩进不齐、冒号后没有空格、引号没有成对",
    )


def _refused_signs(source: Source) -> list[Problem]:
    found = []
    for number, line in enumerate(source.lines, 1):
        if "\t" in line:
            place = Place(source.path, number, line.index("\t") + 1)
            found.append(source.problem(place, "有制表符（Tab）", "请改用空格缩进"))
        elif unseen := _UNSEEN.search(line):
            place = Place(source.path, number, unseen.start() + 1)
            code = f"U+{ord(unseen[0]):04X}"
            found.append(source.problem(place, f"有看不见的字符 {code}", "请删去这个字符"))
    return found[:20]


class _Open:
    """A list or mapping that is being read."""

    def __init__(self, place: Place, mapping: bool) -> None:
        self.place, self.mapping = place, mapping
        self.rows: list[Item] = []
        self.table: dict[str, Item] = {}
        self.keys: dict[str, Place] = {}
        self.key: str | None = None


class _Reader:
    """Builds items from parser events with a stack of its own, so that depth costs no recursion."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.start = Place(source.path, 1, 1)
        self.problems: list[Problem] = []
        self.root: Item | None = None
        self._stack: list[_Open] = []
        self._count = 0
        self._documents = 0

    def take(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "一个文件只能有一份内容（多了 ---）", "请拆成几个文件")
        elif isinstance(event, AliasEvent):
            self._refuse(event, "不能用别名（*）", "请把内容写全")
        elif isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent)):
            self._begin(event)
        elif isinstance(event, CollectionEndEvent):
            closed = self._stack.pop()
            value = closed.table if closed.mapping else tuple(closed.rows)
            self._add(Item(value, closed.place, self.source, keys=closed.keys))

    def _begin(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        self._count += 1
        if self._count > MAX_ITEMS:
            self._refuse(event, f"内容超过 {MAX_ITEMS} 项", "请拆成几个文件")
        if event.anchor is not None:
            self._refuse(event, "不能用锚点（&）", "请把内容写全")
        if event.tag is not None and event.tag != "!":
            self._refuse(event, f"不能用类型标签 {event.tag[:40]}", "请删去标签")
        if not isinstance(event, ScalarEvent):
            if len(self._stack) >= MAX_DEPTH:
                self._refuse(event, f"嵌套超过 {MAX_DEPTH} 层", "请检查括号和缩进")
            mapping = isinstance(event, MappingStartEvent)
            self._stack.append(_Open(self._place(event), mapping))
            return
        place = self._scalar_place(event)
        parent = self._stack[-1] if self._stack else None
        if parent is not None and parent.mapping and parent.key is None:
            self._key(parent, event.value, place)
        else:
            plain = event.style in (None, "")
            self._add(Item(event.value, place, self.source, plain=plain))

    def _key(self, parent: _Open, key: str, place: Place) -> None:
        if key == "<<":
            raise ProblemError(self.source.problem(place, "不能用合并键（<<）", "请把内容写全"))
        if key in parent.keys:
            before = parent.keys[key].line
            self.problems.append(
                self.source.problem(
                    place, f"'{key}' 写了两次（第 {before} 行已有）", "请留下一个", width=len(key)
                )
            )
        parent.key = key
        parent.keys.setdefault(key, place)

    def _add(self, item: Item) -> None:
        if not self._stack:
            self.root = item
            return
        parent = self._stack[-1]
        if not parent.mapping:
            parent.rows.append(item)
        elif parent.key is None:
            raise ProblemError(item.problem("键必须是文字", "请把键写成一个词"))
        else:
            parent.table.setdefault(parent.key, item)
            parent.key = None

    def _place(self, event: Event) -> Place:
        mark = event.start_mark
        assert mark is not None  # parsers always give one
        return Place(self.source.path, mark.line + 1, mark.column + 1)

    def _scalar_place(self, event: ScalarEvent) -> Place:
        place = self._place(event)
        if event.style in ("'", '"'):
            return Place(place.path, place.line, place.column + 1)
        if event.style not in ("|", ">"):
            return place
        for number in range(place.line, len(self.source.lines)):
            line = self.source.lines[number]
            if line.strip():
                return Place(place.path, number + 1, len(line) - len(line.lstrip()) + 1)
        return place

    def _refuse(self, event: Event, message: str, next_step: str) -> None:
        raise ProblemError(
            *self.problems, self.source.problem(self._place(event), message, next_step)
        )
