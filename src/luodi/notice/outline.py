"""Which numbered things are the measures: rank is inferred for each notice by its structure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise, takewhile

from luodi.notice.lines import Line
from luodi.notice.parts import Part, parts_of
from luodi.notice.titles import frames_by_words, is_bare_heading, names_frame, title_of
from luodi.notice.tracked import Span
from luodi.notice.tree import Node, ancestors, body_end, tree_of
from luodi.notice.units import UnitClause
from luodi.notice.unnumbered import unnumbered

_NEWS = re.compile(r"本报讯|记者|据悉|获悉|(?<!\d)日前[，,]|近日[，,]|昨日|新闻发布会")
_BACKGROUND = re.compile(
    r".{0,8}(?:出台|起草|制定|政策|编制)(?:的)?(?:背景|过程|依据|必要性)|.{0,6}(?:解读|问答).{0,4}"
)
_LIST_STYLES = ("circled", "half")
_MEASURED_SHARE = 0.4
_MOST = 0.7  # of the words under bare headings: then the headings are no measures


@dataclass(slots=True)
class Section:
    """A top-level part: its printed number (None where it has none) and its heading."""

    number: str | None
    heading: str
    span: Span


@dataclass(slots=True)
class Outline:
    """What `infer` found; all spans are of the clean text."""

    parts: list[Part]
    sections: list[Section]
    numbers: frozenset[int] = frozenset()  # that stand somewhere in the measures' own style


def infer(lines: list[Line], text: str, clauses: list[UnitClause], body_from: int) -> Outline:
    """Find sections and measures among `lines[body_from:]`.

    The level whose items carry one unit clause each is that of the measures. Where units are not
    given, one walks down from the top while items are bare headings over titled items.
    """
    body_to = body_end(lines, body_from)
    nodes = tree_of(lines, body_from, body_to)
    groups = _clause_groups(text, clauses)
    starts = [group[0] for group in groups]
    for node in nodes:
        last = lines[node.after - 1].end
        node.groups = bisect_left(starts, last) - bisect_left(starts, lines[node.line].start)
    if _is_account(lines, nodes, groups):
        return Outline([], [])
    style = _by_clauses(lines, nodes, groups)
    below = _running_below(lines, nodes, style) if style else None
    style = below or style
    if style is None and len(groups) <= 2 * len(nodes):
        style = _by_titles(lines, nodes)
    if style is None:
        marked = {node.line for node in nodes}
        body = [i for i in range(body_from, body_to) if lines[i].role == "text"]
        parts = unnumbered(lines, groups, marked, body)
        return Outline(parts, [_section(lines, n) for n in nodes if n.parent is None and parts])
    chosen = [n for n in nodes if n.mark.style == style and not _is_framed(lines, n)]
    chosen += _loose_leaves(lines, nodes, style)
    chosen = sorted({id(n): n for n in chosen}.values(), key=lambda n: n.line)
    if not chosen:
        return Outline([], _sections(lines, nodes, chosen))
    parts = parts_of(lines, text, chosen, clauses)
    if below:
        _share_units(parts, chosen, clauses)
    numbers = frozenset(n.mark.number[-1] for n in nodes if n.mark.style == style)
    return Outline(parts, _sections(lines, nodes, chosen), numbers)


def _clause_groups(text: str, clauses: list[UnitClause]) -> list[Span]:
    groups: list[Span] = []
    for clause in clauses:
        if not clause.units:
            continue
        start, end = clause.span
        if groups and not text[groups[-1][1] : start].strip(" \n。；"):
            groups[-1] = (groups[-1][0], end)
        else:
            groups.append((start, end))
    return groups


def _is_account(lines: list[Line], nodes: list[Node], groups: list[Span]) -> bool:
    """News about a notice, or an explanation of one: it holds no measures of its own."""
    if groups:
        return False
    texts = [line.text for line in lines if line.role == "text"]
    first = "".join(texts[:3])[:400]
    if _NEWS.search(first) and len(nodes) < 6:
        return True
    tops = [lines[n.line].rest for n in nodes if n.parent is None]
    return bool(tops) and bool(_BACKGROUND.fullmatch(tops[0].rstrip("。？")))


def _is_framed(lines: list[Line], node: Node) -> bool:
    above = node.parent
    while above is not None:
        if names_frame(lines[above.line]):
            return True
        above = above.parent
    if node.groups:
        return False
    if names_frame(lines[node.line]):
        return True
    below = takewhile(lambda line: line.role == "text", lines[node.line + 1 : node.after][:2])
    words = "".join([lines[node.line].rest, *(line.text for line in below)])
    return len(words) < 260 and not node.children and frames_by_words(words)


def _by_clauses(lines: list[Line], nodes: list[Node], groups: list[Span]) -> str | None:
    """The style whose items hold one unit clause each."""
    best: tuple[float, str] | None = None
    for style in dict.fromkeys(n.mark.style for n in nodes):
        items = [n for n in nodes if n.mark.style == style and not _is_framed(lines, n)]
        if not items:
            continue
        single = sum(1 for n in items if n.groups == 1)
        inside = sum(n.groups for n in items)
        share = single / (len(items) + max(0, len(groups) - inside))
        enough = single >= 2 or (single == 1 and len(groups) == 1)
        if enough and share >= _MEASURED_SHARE and (best is None or share > best[0] + 0.05):
            best = (share, style)
    return best[1] if best else None


def _running_below(lines: list[Line], nodes: list[Node], style: str) -> str | None:
    """The style of titled items whose numbers run on through the parts of `style`.

    Such items are the measures even where each part names its units once, at its end.
    """
    parts = [n for n in nodes if n.mark.style == style and not _is_framed(lines, n) and n.children]
    if len(parts) < 2 or not all(_stands_over(lines, n) for n in parts):
        return None
    below = [c for n in parts for c in n.children]
    numbers = [c.mark.number for c in below]
    runs_on = all(a < b for a, b in pairwise(numbers)) and parts[1].children[0].mark.number > (1,)
    titled = sum(1 for c in below if _has_title_and_body(lines, c))
    if not runs_on or titled * 2 < len(below) or len({c.mark.style for c in below}) > 1:
        return None
    return below[0].mark.style


def _share_units(parts: list[Part], chosen: list[Node], clauses: list[UnitClause]) -> None:
    """Units named once at the end of a part hold for all the measures in it."""
    starts = [c.span[0] for c in clauses]
    families: dict[int, list[tuple[Part, Node]]] = {}
    for part, node in zip(parts, chosen, strict=True):
        families.setdefault(id(node.parent), []).append((part, node))
    for family in families.values():
        last = family[-1][0]
        if any(node.groups for _, node in family[:-1]):
            continue
        first = bisect_left(starts, last.heading[0])
        end = last.body[-1][1] if last.body else last.heading[1]
        for part, _ in family[:-1]:
            part.shared = tuple(clauses[first : bisect_left(starts, end)])


def _by_titles(lines: list[Line], nodes: list[Node]) -> str | None:
    articles = [n for n in nodes if n.mark.style == "article" and not _is_framed(lines, n)]
    if len(articles) >= 2:
        return "article"
    level = [n for n in nodes if n.parent is None]
    if not level:
        return None
    style = Counter(n.mark.style for n in level).most_common(1)[0][0]
    depth = 0
    while True:
        items = [n for n in nodes if n.mark.style == style and not _is_framed(lines, n)]
        over = [n for n in items if n.children and _stands_over(lines, n)]
        children = [c for n in over for c in n.children if not _is_framed(lines, c)]
        if not items or not children:
            return style if items else None
        if len(over) * 2 < len(items) and _length(lines, over) < _MOST * _length(lines, items):
            return style
        below = Counter(c.mark.style for c in children).most_common(1)[0][0]
        if below in _LIST_STYLES or not _are_measures(lines, children, depth):
            return style
        style, depth = below, depth + 1


def _length(lines: list[Line], nodes: list[Node]) -> int:
    return sum(len(line.text) for n in nodes for line in lines[n.line : n.after])


def _stands_over(lines: list[Line], node: Node) -> bool:
    """A bare heading whose own words, before its first child, are at most an introduction."""
    if not is_bare_heading(lines[node.line]):
        return False
    between = lines[node.line + 1 : node.children[0].line]
    return sum(len(line.text) for line in between) <= 120


def _are_measures(lines: list[Line], children: list[Node], depth: int) -> bool:
    titled = [c for c in children if _has_title_and_body(lines, c)]
    if depth == 0:
        listed = sum(1 for c in children if lines[c.line].text.endswith(("；", ";")))
        return listed * 2 < len(children) or len(titled) * 3 >= len(children)
    return len(titled) * 2 >= len(children)


def _has_title_and_body(lines: list[Line], node: Node) -> bool:
    title, after = title_of(lines[node.line])
    if title is None:
        return False
    return bool(lines[node.line].text[after:].strip()) or node.after > node.line + 1


def _loose_leaves(lines: list[Line], nodes: list[Node], style: str) -> list[Node]:
    """Top-level items beside the sections that hold no measures below but are one themselves."""
    inside = {id(a) for n in nodes if n.mark.style == style for a in ancestors(n)}
    return [
        n
        for n in nodes
        if n.parent is None
        and n.mark.style != style
        and id(n) not in inside
        and n.groups == 1
        and not names_frame(lines[n.line])
    ]


def _sections(lines: list[Line], nodes: list[Node], chosen: list[Node]) -> list[Section]:
    """The numbered top level, when it is not the measures' own level."""
    measures = {id(n) for n in chosen}
    above = {id(a) for n in chosen for a in ancestors(n)}
    if not above:
        return []
    tops = [n for n in nodes if n.parent is None]
    style = next(n.mark.style for n in tops if id(n) in above)
    return [_section(lines, n) for n in tops if n.mark.style == style and id(n) not in measures]


def _section(lines: list[Line], node: Node) -> Section:
    line = lines[node.line]
    return Section(node.mark.printed, line.rest, (line.start, line.end))
