"""Drafts a pack from any notice: a skeleton that loads, and that `check` says how to finish.

Nothing is guessed silently: whatever a person must look at carries a note that begins with 草稿,
and stays a problem until that note is taken out.
"""

from __future__ import annotations

import re
import tempfile
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

import yaml

from luodi.basics.problem import Problem, ProblemError
from luodi.notice import read_text
from luodi.notice.model import Measure, Notice, Sentence
from luodi.pack.binding import Locator
from luodi.pack.draft_figures import figure_files, one_line
from luodi.pack.draft_suggest import Suggestion, suggest_instruments
from luodi.pack.measure import Quote
from luodi.pack.yaml import MAX_BYTES

DRAFT = "草稿"
_TIMES = ("date", "hours", "days", "months", "years")
_TOWNS = re.compile(r"各.*(?:乡|镇|街道|园区)")
_ID = re.compile(r"[a-z][a-z0-9-]{0,59}")
#: Signs of a measure's number that a name cannot hold: 1.2, 3/1, and the second 4 (4+2).
_IN_NAMES = str.maketrans({".": "d", "/": "of", "+": "x"})
_SECTIONS = {
    "benefit": "benefits", "standard": "standards", "procedure": "procedures",
    "certificate": "certificates", "monitor": "monitors", "task": "tasks",
    "directory": "directories", "broadcast": "broadcasts",
}  # fmt: skip
Content = dict[str, Any] | list[Any]


def write_draft(notice: Notice, out: Path, place: str | None = None) -> dict[Path, int]:
    """Write a pack drafted from `notice` into the folder `out`, all of it or nothing.

    A place that does not stand beside `out` yet is drafted too.

    Args:
        place: Id of the place; where None, the only place beside `out`.

    Returns:
        The number of files written, by folder: the pack's, and a drafted place's.

    Raises:
        ProblemError: the notice has no measures, `out` holds something, its name is no pack id, or
            it is not clear which place is meant.
    """
    notice = _as_the_pack_reads_it(notice)
    problems = list(_obstacles(notice, out))
    if problems:
        raise ProblemError(*problems)
    parent = out.resolve().parent
    if not parent.is_dir():
        raise ProblemError(Problem(str(parent), "没有这个文件夹", "请先建文件夹，或换一个路径"))
    home = place or _only_place(parent)
    files = {out.resolve(): draft_files(notice, out.resolve().name, home)}
    if not (parent / home).exists():
        files[parent / home] = _place_files(notice, home)
    _put_in_place(files)
    return {folder: len(texts) for folder, texts in files.items()}


def _as_the_pack_reads_it(notice: Notice) -> Notice:
    """The reading of what notice.txt will hold: the original, or the text taken out of it."""
    again = read_text(notice.original)
    same = [one.number for one in again.measures] == [one.number for one in notice.measures]
    return again if same else read_text(notice.text)


def _obstacles(notice: Notice, out: Path) -> Iterator[Problem]:
    if len(notice.original.encode()) > MAX_BYTES:
        yield Problem(str(out), "文件的文字超过 1 MB", "请只留正文")
    if not notice.measures:
        yield Problem(str(out), "文件里没有读到任何一条措施", "先看 luodi notice read 的结果")
    if not _ID.fullmatch(out.resolve().name):
        yield Problem(
            str(out),
            f"文件夹名不能用作政策包的名称：{out.resolve().name!r}",
            "用小写英文字母、数字和连字符，如 jiangyin-2020-13",
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        yield Problem(str(out), "文件夹里已有东西，没有写入", "请换一个空的或不存在的文件夹")


def _only_place(parent: Path) -> str:
    places = sorted(file.parent.name for file in parent.glob("*/place.yaml"))
    if len(places) == 1:
        return places[0]
    found = f"旁边有：{'、'.join(places)}" if places else "旁边还没有地方，会一并起草"
    raise ProblemError(Problem(str(parent), "不知道是哪个地方", f"请加 --place 名称；{found}"))


def _put_in_place(files: Mapping[Path, Mapping[str, str]]) -> None:
    """Write each folder elsewhere first, then move all into place; on failure, none stays."""
    parent = next(iter(files)).parent
    made: list[Path] = []
    with tempfile.TemporaryDirectory(dir=parent, prefix=".draft-") as scratch:
        for folder, texts in files.items():
            for name, text in texts.items():
                file = Path(scratch) / folder.name / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8", newline="\n")
        try:
            for folder in files:
                if folder.exists():
                    folder.rmdir()  # empty, or this refuses
                (Path(scratch) / folder.name).rename(folder)
                made.append(folder)
        except OSError as error:
            for folder in made:
                rmtree(folder)
            raise ProblemError(
                Problem(str(parent), f"写不进去：{error.strerror}", "没有留下任何文件")
            ) from error


def draft_files(notice: Notice, pack_id: str, place: str) -> dict[str, str]:
    """The files of a drafted pack: relative path and text."""
    day = notice.issued_on or notice.validity.starts
    locator = Locator(notice)
    drafts = [_Draft(notice, locator, measure, day) for measure in notice.measures]
    files: dict[str, Content] = {"pack.yaml": _pack(notice, pack_id, place)}
    for draft in drafts:
        files[f"measures/{draft.stem}.yaml"] = draft.measure()
        for name, content in draft.parameters.items():
            files[f"parameters/{name}.yaml"] = content
        for name, content in draft.registers.items():
            files[f"registers/{name}.yaml"] = content
    return {"notice.txt": notice.original, **{path: _text(one) for path, one in files.items()}}


def _pack(notice: Notice, pack_id: str, place: str) -> Content:
    validity = notice.validity
    content: dict[str, Any] = {
        "pack": pack_id,
        "extends": place,
        "title": one_line(notice.title or notice.notice_title or pack_id, 400),
        "document_number": notice.document_number,
        "issued_on": notice.issued_on,
    }
    if validity.event:
        content["events"] = {
            "validity_event": {
                "label": one_line(validity.event, 80),
                "from": None,
                "until": None,
                "status": "open",
                "note": f"{DRAFT}：有效期所系的事件。补上起止日期和依据，改 status，删去本注。",
            }
        }
        content["validity"] = {"event": "validity_event"}
    elif validity.starts or validity.until:
        # A notice prints the last day; a pack's until is the day after it.
        after = validity.until and validity.until + timedelta(days=1)
        content["validity"] = {
            key: day for key, day in (("from", validity.starts), ("until", after)) if day
        }
    context = [
        {
            "binds": [sentence.id],
            "reason": f"{DRAFT}：{one_line(sentence.text, 60)}——不需要办理吗？写明为什么",
        }
        for sentence in notice.outside
    ]
    if context:
        content["context"] = context
    return content


def _place_files(notice: Notice, place: str) -> dict[str, str]:
    """A place to be filled in: its units are those of the notice."""
    if not _ID.fullmatch(place):
        raise ProblemError(Problem(place, "地方的名称写法不对", "用小写英文字母、数字和连字符"))
    units = dict.fromkeys(
        one_line(unit, 60) for measure in notice.measures for unit in measure.units
    )
    note = f"{DRAFT}：请填写，再删去本注。怎样写见 docs/make-a-place.md。"
    return {
        "place.yaml": _text(
            {"place": place, "title": place, "code": "000000", "synthetic_prefix": "990000",
             "note": note},
        ),
        "areas.yaml": _text(
            [{"code": "000000001", "name": "待填", "kind": "town", "note": note}]
        ),
        "units.yaml": _text(
            [
                {"name": unit, **({"kind": "towns", "expands_to": "towns"} if _TOWNS.match(unit) else {})}
                for unit in units
            ] or [{"name": "待填", "note": note}]
        ),
    }  # fmt: skip


@dataclass
class _Draft:
    """The files that one measure becomes."""

    notice: Notice
    locator: Locator
    printed: Measure
    day: date | None
    parameters: dict[str, Content] = field(default_factory=dict)
    registers: dict[str, Content] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return "m" + self.printed.number.translate(_IN_NAMES)

    @property
    def stem(self) -> str:
        return "-".join(part.zfill(2) for part in re.split("[./+]", self.printed.number))

    def measure(self) -> Content:
        one = self.printed
        first = one.sentences[0].text if one.sentences else one.number
        content: dict[str, Any] = {
            "measure": one.number,
            "title": one_line(one.title or first, 200),
            "units": [one_line(unit, 60) for unit in one.units],
        }
        if one.handling_mode:
            content["mode"] = one_line(one.handling_mode, 40)
        sections: dict[str, list[Content]] = {}
        for number, sentence in enumerate(one.sentences, 1):
            base = f"{self.key}_{number}"
            figures = figure_files(self.notice, self.locator, one, sentence, base, self.day)
            suggestions = suggest_instruments(self.notice, one, sentence, figures)
            pays = any(suggestion.kind == "benefit" for suggestion in suggestions)
            self.parameters |= {
                name: {**made, "note": self.note(made)}
                for name, made in figures.items()
                if pays or made["unit"] not in _TIMES  # a task has its deadline in itself
            }
            for index, made in enumerate(suggestions):
                own = base if index == 0 else f"{base}{'abcdefghijklmnopqrstuvwxyz'[index % 26]}"
                self.add(sections, made, own, sentence, whole=index == 0)
        return content | {key: sections[key] for key in _SECTIONS.values() if key in sections}

    def add(
        self,
        sections: dict[str, list[Content]],
        made: Suggestion,
        id: str,
        sentence: Sentence,
        whole: bool,
    ) -> None:
        words = sentence.text if whole or made.span is None else _words(self.notice, made.span)
        bound = self.locator.find((Quote(words),), (), self.printed.number)
        content: dict[str, Any] = {"id": id, "label": one_line(made.label, 120)}
        if len(words) <= 4000 and not bound.missing:
            content["quote"] = one_line(words, 4000)
        if bound.missing or bound.repeated or "quote" not in content:
            content["binds"] = [sentence.id]
        content |= made.keys
        if made.recipients:
            content["eligible"] = f"is_{id}_recipient"
            self.registers[f"{id}_recipients"] = self.register(made, id)
        content["note"] = f"{DRAFT}：建议写成{made.kind_label}，因为{made.reason}。核对后删去本注。"
        sections.setdefault(_SECTIONS[made.kind], []).append(content)

    def register(self, made: Suggestion, id: str) -> Content:
        owner = self.printed.units[0] if self.printed.units else "待填"
        number = {
            "organisation": ("uscc", ["统一社会信用代码"], "uscc"),
        }.get(made.subject, ("id_number", ["身份证号"], "id_number"))
        columns: dict[str, Any] = {
            number[0]: {"headings": number[1], "type": number[2], "required": True}
        }
        if made.subject == "organisation":
            columns["org_name"] = {"headings": ["单位名称"], "type": "org_name"}
        else:
            columns["name"] = {"headings": ["姓名"], "type": "name"}
        if made.subject == "household":
            columns["household"] = {"headings": ["户编号"], "type": "household"}
        columns["area"] = {"headings": ["镇(街道)"], "type": "area", "carry_down": True}
        columns["account"] = {"headings": ["银行账号"], "type": "account"}
        return {
            "register": f"{id}_recipients",
            "title": one_line(made.recipients, 70) + "名册",
            "owner": one_line(owner, 60),
            "of": made.subject,
            "absence": "unknown",
            "columns": columns,
            "facts": {
                f"is_{id}_recipient": {"label": one_line(made.recipients, 80), "when": "true"}
            },
            "note": f"{DRAFT}：假定责任单位有这样一份名册。换成实际的名册和条件，再删去本注。",
        }

    def note(self, made: Mapping[str, Any]) -> str:
        open_ = any(row["status"] == "open" for row in made["values"].values())
        todo = "补上起始日期，改 status，" if open_ else ""
        return f"{DRAFT}：核对数值、单位和日期，{todo}在规则里用上或删去，再删去本注。"


def _words(notice: Notice, span: tuple[int, int]) -> str:
    """The cleaned text that stood at a span of the original."""
    start = bisect_left(notice.offsets, span[0])
    return notice.text[start : bisect_left(notice.offsets, span[1])].strip()


def _text(content: Content) -> str:
    return yaml.dump(
        content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000, indent=2
    )


class _Dumper(yaml.SafeDumper):
    """No anchors: a pack's reader refuses them."""

    def ignore_aliases(self, _data: object) -> bool:
        return True
