"""The text of a Word document: paragraphs, tables as rows, list numbers rebuilt.

Read from the parts of the package directly: what is needed is little, and each limit can be set.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from luodi.basics.problem import Problem, ProblemError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAX_MEMBERS = 2_000
_MAX_UNPACKED = 200 * 1024 * 1024  # all members together, as the archive declares them
_MAX_PART = 40 * 1024 * 1024  # one part that is parsed
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
           RuntimeError, KeyError, etree.XMLSyntaxError)  # fmt: skip
_ADVICE = "请用 Word 或 WPS 打开并另存为 .docx 后再试"


@dataclass(slots=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass(slots=True)
class _Numbering:
    """The list definitions of a document, and how far each list has counted."""

    levels: dict[tuple[str, int], _Level] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)

    def label(self, number: str, depth: int) -> str:
        """The printed number of the next item of list `number` at `depth`."""
        counts = self.counts.setdefault(number, {})
        level = self.levels.get((number, depth))
        if level is None or level.form in ("none", "bullet"):
            return ""
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]

        def fill(hit: re.Match[str]) -> str:
            at = int(hit.group(1)) - 1
            shown = self.levels.get((number, at), level)
            return _printed(counts.get(at, shown.start), shown.form)

        return re.sub(r"%([1-9])", fill, level.text)


def docx_text(content: bytes, place: str) -> str:
    """The paragraphs of a .docx, one a line; the cells of a table row are parted by blanks.

    Raises:
        ProblemError: it is no .docx, is damaged, or unpacks to far more than a notice needs.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > _MAX_MEMBERS or unpacked > _MAX_UNPACKED:
                raise ProblemError(
                    Problem(place, f"解压后有{unpacked // 1024 // 1024} MB，超过上限", _ADVICE)
                )
            names = {member.filename: member for member in members}
            body = _parse(package, names, "word/document.xml", place)
            if body is None:
                raise ProblemError(Problem(place, "里面没有 Word 正文", _ADVICE))
            numbering = _numbering(
                _parse(package, names, "word/numbering.xml", place),
                _parse(package, names, "word/styles.xml", place),
            )
    except _BROKEN as error:
        raise ProblemError(Problem(place, "Word 文件已损坏，无法打开", _ADVICE)) from error
    return "\n".join(_paragraphs(body, numbering))


def _parse(
    package: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo], name: str, place: str
) -> etree._Element | None:
    if name not in names:
        return None
    if names[name].file_size > _MAX_PART:
        raise ProblemError(Problem(place, f"{name} 过大", _ADVICE))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(package.read(name), parser)
    # what stands in Fallback repeats a text box for old readers
    etree.strip_elements(root, f"{_FALLBACK}Fallback", with_tail=False)
    return root


def _value(element: etree._Element | None, name: str) -> str | None:
    found = element.find(f"{_W}{name}") if element is not None else None
    value = found.get(f"{_W}val") if found is not None else None
    return value if isinstance(value, str) else None


def _numbering(lists: etree._Element | None, styles: etree._Element | None) -> _Numbering:
    numbering = _Numbering()
    abstract: dict[str, dict[int, _Level]] = {}
    if lists is not None:
        for definition in lists.iter(f"{_W}abstractNum"):
            levels = {
                _int(level.get(f"{_W}ilvl")): _Level(
                    _int(_value(level, "start"), 1),
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText") or "",
                )
                for level in definition.iter(f"{_W}lvl")
            }
            abstract[str(definition.get(f"{_W}abstractNumId"))] = levels
        for number in lists.iter(f"{_W}num"):
            name = str(number.get(f"{_W}numId"))
            for depth, level in abstract.get(_value(number, "abstractNumId") or "", {}).items():
                numbering.levels[name, depth] = level
    for style in styles.iter(f"{_W}style") if styles is not None else ():
        own = style.find(f"{_W}pPr/{_W}numPr")
        number_id = _value(own, "numId")
        if number_id:
            numbering.styles[str(style.get(f"{_W}styleId"))] = (
                number_id,
                _int(_value(own, "ilvl")),
            )
    return numbering


def _int(text: object, default: int = 0) -> int:
    plain = str(text)
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 6 else default


def _printed(count: int, form: str) -> str:
    if form.startswith(("chinese", "ideograph", "japanese", "taiwanese")):
        return _chinese(count)
    if form == "decimalEnclosedCircle" and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    return str(count)


def _chinese(count: int) -> str:
    digits = "零一二三四五六七八九"
    if not 0 < count < 100:
        return str(count)
    tens, ones = divmod(count, 10)
    head = "" if tens == 0 else "十" if tens == 1 else digits[tens] + "十"
    return head + (digits[ones] if ones else "")


def _paragraphs(body: etree._Element, numbering: _Numbering) -> Iterator[str]:
    rows: list[list[str]] = []  # the table rows that the walk is in, innermost last
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        if tag == f"{_W}tr" and event == "start":
            rows.append([])
        elif tag == f"{_W}tr":
            text = " ".join(rows.pop())
        elif tag == f"{_W}p" and event == "end":
            text = _label(element, numbering) + _text(element)
        else:
            continue
        if event == "start":
            continue
        if not rows:
            yield text
        elif text.strip():
            rows[-1].append(text.strip())


def _label(paragraph: etree._Element, numbering: _Numbering) -> str:
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        return ""
    own = properties.find(f"{_W}numPr")
    number, depth = _value(own, "numId"), _int(_value(own, "ilvl"))
    if own is None:
        number, depth = numbering.styles.get(_value(properties, "pStyle") or "", (None, 0))
    return numbering.label(number, depth) if number and number != "0" else ""


def _text(paragraph: etree._Element) -> str:
    """The words of a paragraph, without deleted ones and text boxes' second copies."""
    pieces: list[str] = []
    for element in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}noBreakHyphen"):
        if next(element.iterancestors(f"{_W}p")) is not paragraph:
            continue  # a text box: its paragraphs come on their own
        if element.tag == f"{_W}t":
            pieces.append(element.text or "")
        elif element.tag == f"{_W}br":
            pieces.append("\n")
        else:
            pieces.append(" " if element.tag == f"{_W}tab" else "-")
    return "".join(pieces)
