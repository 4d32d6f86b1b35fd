"""The visible text of a web page, with each character's place in its source.

A scanner of our own, since parsers that build a tree lose the places of characters, and since a
page of a million open tags must cost no more than any other.
"""

from __future__ import annotations

import re
from array import array
from html import unescape

from luodi.notice.tracked import Noise, Tracked

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|\]\]>|<[!?][^>]*>?|</?(?P<name>[A-Za-z][A-Za-z0-9:-]{0,30})"
    r"(?P<attributes>(?:[^>\"']|\"[^\"]{0,4000}\"|'[^']{0,4000}'){0,400}?)>",
    re.DOTALL,
)
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});?")
_UNSEEN = ("script", "style", "noscript", "template", "head", "iframe", "svg", "object", "select")
_FURNITURE = ("nav", "header", "footer", "aside", "button", "form")
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "br",
        "hr",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "main",
        "body",
        "title",
        "blockquote",
        "pre",
        "center",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "figure",
        "figcaption",
    }
)
_CELLS = ("td", "th")
_VOID = frozenset(
    {
        "br",
        "hr",
        "img",
        "input",
        "meta",
        "link",
        "area",
        "base",
        "col",
        "embed",
        "source",
        "track",
        "wbr",
    }
)
_SIDE = re.compile(
    r"""(?:class|id)\s*=\s*["']?[^"'>]*\b(?:breadcrumbs?|crumbs?|nav(?:bar|igation)?|menu|footer"
    r"|header|sidebar|share|"""
    r"""position|location|toolbar|pagination|copyright|related|hits|counter)\b""",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|\bhidden\b", re.IGNORECASE)


class _Writer:
    """Collects visible characters and their places, and where the markup stood."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.offsets: array[int] = array("L")
        self.noise: list[Noise] = []

    def add(self, char: str, place: int) -> None:
        self.text.append(char)
        self.offsets.append(place)

    def add_source(self, source: str, start: int, end: int) -> None:
        """Source text as a browser shows it: entities decoded, line breaks as blanks."""
        at = start
        for hit in _ENTITY.finditer(source, start, end):
            self._add_plain(source, at, hit.start())
            for char in unescape(hit.group()):
                self.add(char, hit.start())
            self.noise.append(Noise("markup", hit.span()))
            at = hit.end()
        self._add_plain(source, at, end)

    def _add_plain(self, source: str, start: int, end: int) -> None:
        for i in range(start, end):
            char = source[i]
            self.add(" " if char in "\r\n\t" else char, i)

    def break_line(self, place: int) -> None:
        if self.text and self.text[-1] != "\n":
            self.add("\n", place)


def visible(source: str) -> Tracked:
    """What a reader of the page sees, without navigation; lists get their numbers back."""
    writer = _Writer()
    lists: list[int | None] = []
    skipping: tuple[str, int] | None = None  # the element that hides what is in it, and how deep
    from_place = 0
    at = 0
    while at < len(source):
        opened = source.find("<", at)
        text_end = len(source) if opened < 0 else opened
        if skipping is None:
            writer.add_source(source, at, text_end)
        if opened < 0:
            break
        token = _TOKEN.match(source, opened)
        if token is None:
            if skipping is None:
                writer.add("<", opened)
            at = opened + 1
            continue
        at = token.end()
        name = (token["name"] or "").lower()
        closing = source.startswith("</", opened)
        if not closing and name in ("script", "style"):
            at = _raw_end(source, name, at)
        if skipping is None:
            writer.noise.append(Noise("markup", (opened, at)))
        if not name or name in ("script", "style"):
            continue
        if skipping is not None:
            skipping = _deeper(skipping, name, closing=closing)
            if skipping is None:
                writer.noise.append(Noise("navigation", (from_place, token.end())))
            continue
        if not closing and name not in _VOID and _hides(name, token["attributes"] or ""):
            skipping, from_place = (name, 1), opened
            continue
        _structure(writer, lists, name, opened, closing=closing)
    if skipping is not None:
        writer.noise.append(Noise("navigation", (from_place, len(source))))
    if skipping is not None and not "".join(writer.text).strip():
        # a page that never closes what it hides is shown whole rather than not at all
        return _everything(source)
    return Tracked("".join(writer.text), writer.offsets, writer.noise)


def _raw_end(source: str, name: str, at: int) -> int:
    found = re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE).search(source, at)
    return found.end() if found else len(source)


def _hides(name: str, attributes: str) -> bool:
    if name in _UNSEEN or name in _FURNITURE:
        return True
    return bool(_SIDE.search(attributes[:400]) or _HIDDEN.search(attributes[:400])) and name in (
        "div",
        "ul",
        "ol",
        "span",
        "p",
        "table",
        "section",
        "td",
        "dl",
    )


def _deeper(skipping: tuple[str, int], name: str, *, closing: bool) -> tuple[str, int] | None:
    hidden, depth = skipping
    if name != hidden:
        return skipping
    depth += -1 if closing else 1
    return (hidden, depth) if depth else None


def _structure(
    writer: _Writer, lists: list[int | None], name: str, place: int, *, closing: bool
) -> None:
    if name in ("ol", "ul"):
        if not closing:
            lists.append(0 if name == "ol" else None)
        elif lists:
            lists.pop()
    if name in _BLOCKS:
        writer.break_line(place)
    elif name in _CELLS and not closing:
        writer.add(" ", place)
    if name == "li" and not closing and lists and lists[-1] is not None:
        lists[-1] += 1
        for char in f"{lists[-1]}.":
            writer.add(char, place)


def _everything(source: str) -> Tracked:
    writer = _Writer()
    at = 0
    for token in _TOKEN.finditer(source):
        writer.add_source(source, at, token.start())
        at = token.end()
        writer.noise.append(Noise("markup", token.span()))
        if (token["name"] or "").lower() in _BLOCKS:
            writer.break_line(token.start())
    writer.add_source(source, at, len(source))
    return Tracked("".join(writer.text), writer.offsets, writer.noise)
