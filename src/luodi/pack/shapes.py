"""Shapes of YAML content: each checks an item, and describes itself as JSON Schema.

`files.py` describes every file of a pack with these, once; the checks of unknown keys and the
schemas for editors both come from that description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from luodi.basics.period import Month
from luodi.basics.problem import Problem, suggest
from luodi.pack.yaml import Item, is_day

Schema = dict[str, Any]
#: After so many problems nobody reads suggestions, and a hostile file must not make us search.
MANY = 200


class Shape(Protocol):
    """What may stand at one place of a file."""

    def check(self, item: Item) -> list[Problem]:
        """What is wrong with `item`, all of it."""

    def schema(self) -> Schema:
        """The same as JSON Schema (draft 2020-12)."""


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar that is not empty; at most `longest` characters."""

    longest: int = 4000

    def check(self, item: Item) -> list[Problem]:
        if item.kind != "scalar" or item.is_null or not item.text.strip():
            return [item.problem("这里要写一段文字", "请写在冒号后面")]
        if len(item.text) > self.longest:
            return [item.problem(f"文字超过 {self.longest} 字", "请写短些")]
        return []

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"], "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class Word:
    """A scalar of a given form. `form` says in Chinese what is expected."""

    pattern: str
    form: str

    def check(self, item: Item) -> list[Problem]:
        if problems := Text().check(item):
            return problems
        if re.fullmatch(self.pattern, item.text, re.ASCII) is None:
            return [item.problem(f"写法不对：{_cut(item.text)!r}", f"这里要写{self.form}")]
        return []

    def schema(self) -> Schema:
        return {"type": ["string", "number"], "pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def check(self, item: Item) -> list[Problem]:
        if problems := Text().check(item):
            return problems
        if item.text not in self.words:
            near = suggest(item.text, self.words)
            hint = f"是不是 {near!r}？" if near else ""
            return [
                item.problem(f"不认识 {_cut(item.text)!r}", f"{hint}可写：{'、'.join(self.words)}")
            ]
        return []

    def schema(self) -> Schema:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`, and nothing else."""

    def check(self, item: Item) -> list[Problem]:
        if item.kind != "scalar" or item.value not in ("true", "false") or not item.plain:
            return [item.problem("这里只能写 true 或 false", "不加引号")]
        return []

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Day:
    """A day that exists, as 2020-02-12."""

    def check(self, item: Item) -> list[Problem]:
        if item.kind != "scalar" or not is_day(item.text):
            found = f" {_cut(item.text)!r}" if item.kind == "scalar" else ""
            return [item.problem(f"没有这一天{found}", "日期要写成 2020-02-12 的样子")]
        return []

    def schema(self) -> Schema:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


@dataclass(frozen=True, slots=True)
class MonthText:
    """A month, as 2020-02."""

    def check(self, item: Item) -> list[Problem]:
        try:
            Month.parse(item.text if item.kind == "scalar" else "")
        except ValueError as error:
            return [item.problem(str(error))]
        return []

    def schema(self) -> Schema:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}$"}


@dataclass(frozen=True, slots=True)
class Scalar:
    """Any scalar, null too: its type is known only later (a fact, a parameter)."""

    def check(self, item: Item) -> list[Problem]:
        if item.kind != "scalar":
            return [item.problem("这里只能写一个值", "不能写列表或多级内容")]
        return [item.problem("值超过 500 字")] if len(item.text) > 500 else []

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean", "null"]}


@dataclass(frozen=True, slots=True)
class Nullable:
    """`inner`, or null where it is not known."""

    inner: Shape

    def check(self, item: Item) -> list[Problem]:
        return [] if item.is_null else self.inner.check(item)

    def schema(self) -> Schema:
        return {"anyOf": [self.inner.schema(), {"type": "null"}]}


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of `inner`. With `alone`, one item may stand without a list."""

    inner: Shape
    alone: bool = False
    least: int = 0

    def check(self, item: Item) -> list[Problem]:
        if item.kind != "list":
            if self.alone:
                return self.inner.check(item)
            if item.is_null and self.least == 0:
                return []
            return [item.problem("这里要写列表", "每项一行，以 - 开头")]
        if len(item.rows) < self.least:
            return [item.problem(f"列表至少要有 {self.least} 项")]
        return [problem for row in item.rows for problem in self.inner.check(row)]

    def schema(self) -> Schema:
        rows: Schema = {"type": "array", "items": self.inner.schema()}
        if self.least:
            rows["minItems"] = self.least
        return {"anyOf": [self.inner.schema(), rows]} if self.alone else rows


@dataclass(frozen=True, slots=True)
class Names:
    """A mapping whose keys are chosen by the author, each with an `inner`."""

    inner: Shape
    pattern: str = r"[a-z][a-z0-9_]{0,59}"
    form: str = "小写英文字母、数字和下划线"
    least: int = 0

    def check(self, item: Item) -> list[Problem]:
        if item.is_null and self.least == 0:
            return []
        if item.kind != "mapping":
            return [item.problem("这里要写“名称: 内容”", "每项一行")]
        problems = []
        if len(item.table) < self.least:
            problems.append(item.problem(f"至少要有 {self.least} 项"))
        for key, value in item.table.items():
            if re.fullmatch(self.pattern, key) is None:
                problems.append(
                    item.key_problem(key, f"名称写法不对：{_cut(key)!r}", f"名称用{self.form}")
                )
            problems += self.inner.check(value)
        return problems

    def schema(self) -> Schema:
        return {
            "type": "object",
            "patternProperties": {f"^(?:{self.pattern})$": self.inner.schema()},
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a table: what stands there, whether it must, and what it is for."""

    shape: Shape
    help: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping with known keys; any other key is a problem."""

    fields: Mapping[str, Field]
    help: str = ""

    def check(self, item: Item) -> list[Problem]:
        if item.kind != "mapping":
            expected = "、".join(list(self.fields)[:6])
            return [item.problem("这里要写“键: 内容”", f"可用的键：{expected} …")]
        problems: list[Problem] = []
        for key, value in item.table.items():
            known = self.fields.get(key)
            if known is None:
                near = suggest(key[:60], self.fields) if len(problems) < MANY else None
                hint = f"是不是 {near!r}？" if near else f"可用的键：{'、'.join(self.fields)}"
                problems.append(item.key_problem(key, f"不认识的键 {_cut(key)!r}", hint))
            elif not (value.is_null and not known.required):
                problems += known.shape.check(value)
        for key, known in self.fields.items():
            if known.required and key not in item.table:
                problems.append(item.problem(f"缺少 {key!r}（{known.help}）"))
        return problems

    def schema(self) -> Schema:
        properties = {}
        for key, known in self.fields.items():
            shape = known.shape if known.required else Nullable(known.shape)
            properties[key] = {"description": known.help, **shape.schema()}
        described: Schema = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        if self.help:
            described["description"] = self.help
        required = [key for key, known in self.fields.items() if known.required]
        if required:
            described["required"] = required
        return described


@dataclass(frozen=True, slots=True)
class Either:
    """One shape for a scalar, another for a mapping."""

    scalar: Shape
    mapping: Shape = field(default_factory=lambda: Table({}))

    def check(self, item: Item) -> list[Problem]:
        shape = self.mapping if item.kind == "mapping" else self.scalar
        return shape.check(item)

    def schema(self) -> Schema:
        return {"anyOf": [self.scalar.schema(), self.mapping.schema()]}


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
