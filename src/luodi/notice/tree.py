"""The numbered lines of a notice as a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from luodi.notice.lines import Line
from luodi.notice.numbering import Mark


@dataclass(slots=True, eq=False)
class Node:
    """A numbered line and the lines that hang on it, up to `after` (an index of lines)."""

    line: int
    mark: Mark
    parent: Node | None
    after: int = 0
    children: list[Node] = field(default_factory=list)
    groups: int = 0  # unit clauses in it, those side by side counted once

    @property
    def path(self) -> tuple[str, ...]:
        """Its number below those of what it stands in."""
        own = ".".join(map(str, self.mark.number)) if self.mark.style.startswith("decimal") else ""
        own = own or str(self.mark.number[0])
        return (*(self.parent.path if self.parent else ()), own)


def body_end(lines: list[Line], body_from: int) -> int:
    """The line where attachments begin; their numbers are none of the notice's."""
    listing = False
    for i in range(body_from, len(lines)):
        line = lines[i]
        if re.fullmatch(r"附\s?[件表录]\s?[一二三四五\d]{0,2}\s?[:：]?", line.text) and any(
            other.mark for other in lines[body_from:i]
        ):
            for other in lines[i:]:
                if other.role == "text":
                    other.role = "attachment"
            return i
        if re.match(r"附\s?[件表]?\s?\d{0,2}\s?[:：]", line.text):
            listing = True
            line.role = "attachment"
        elif listing and line.mark and line.looks_like_heading:
            line.role = "attachment"
        else:
            listing = False
    return len(lines)


def tree_of(lines: list[Line], body_from: int, body_to: int) -> list[Node]:
    nodes: list[Node] = []
    stack: list[Node] = []
    for i in range(body_from, body_to):
        mark = lines[i].mark
        if mark is None or lines[i].role != "text":
            continue
        styles = [node.mark.style for node in stack]
        if mark.style in styles:
            keep = styles.index(mark.style)
        elif mark.style in ("chapter", "article") and "chapter" not in styles:
            keep = 0 if mark.style == "chapter" else _above_article(styles)
        else:
            keep = len(stack)
        for node in stack[keep:]:
            node.after = i
        del stack[keep:]
        node = Node(i, mark, stack[-1] if stack else None)
        if stack:
            stack[-1].children.append(node)
        stack.append(node)
        nodes.append(node)
    for node in stack:
        node.after = body_to
    return nodes


def _above_article(styles: list[str]) -> int:
    for i, style in enumerate(styles):
        if style not in ("chapter", "subchapter", "cn"):
            return i
    return len(styles)


def ancestors(node: Node) -> list[Node]:
    found = []
    above = node.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found
