"""Which numbered things are the measures: rank is inferred for each notice by its structure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field

from luodi.notice.lines import Line
from luodi.notice.numbering import Mark
from luodi.notice.tracked import Span, without
from luodi.notice.units import UnitClause

# Headings of parts that frame the measures: what stands numbered under them is no measure.
_FRAME = re.compile(
    r"(?:.{0,4}(?:总体|工作|基本|主要|指导|发展|目标)(?:要求|思想|思路|原则|目标|任务目标|目标任务)|指导思想|目标任务|基本原则|总则|附则|附录"
    r"|(?:.{0,6}(?:保障|组织))(?:措施|保障|实施|领导)|组织领导|组织实施|工作保障|工作要求|有关要求|相关要求|几点要求|具体要求"
    r"|适用范围|适用对象|适用时间|支持对象|支持范围|实施时间|实施期限|执行时间|执行期限|政策期限|政策时限|有效期限?|施行日期"
    r"|其他|其它|其他事项|其他规定|附加说明|政策解释|解释权|有关说明|名词解释|监督管理|监督检查"
    r"|实施步骤|工作步骤|时间安排|进度安排|职责分工)(?:[、和与及].{0,8})?"
)
_LAST_WORDS = re.compile(
    r"(?:上述|以上|前述|本)(?:.{0,6})(?:意见|措施|办法|政策|通知|方案|细则|规定|文件|若干|条款|清单)[^。]{0,40}"
    r"(?:自|由|有效期|执行|施行|适用|未尽|解释|为准|不重复)"
    r"|本(?:意见|措施|办法|政策|通知|方案|细则|规定|文件|若干)|附件|附[:：]|附表|特此|联系人|联系电话|咨询电话|此件|抄送|主送|"
    r"自.{2,24}起(?:施行|执行|实施|生效)|执行(?:时间|期限)|政策(?:执行)?期限|有效期|国家和?省|原有政策|[注备][注：]"
)
_PURPOSE = re.compile(
    r"(?:为|为了)[^。]{4,200}(?:制定|特制定|制订)本|^本(?:办法|措施|政策|细则|规定|意见|文件|若干政策|若干措施).{0,12}"
    r"(?:所称|适用于|自|由|有效期|施行)|(?:负责解释|起施行|起实施|起执行|有效期)"
)
_NEWS = re.compile(r"本报讯|记者|据悉|获悉|日前|近日[，,]|昨日|新闻发布会")
_BACKGROUND = re.compile(
    r".{0,8}(?:出台|起草|制定|政策|编制)(?:的)?(?:背景|过程|依据|必要性)|.{0,6}(?:解读|问答).{0,4}"
)
_LIST_STYLES = ("circled", "half")
_MAX_TITLE = 42
_MEASURED_SHARE = 0.4


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


@dataclass(slots=True)
class Section:
    """A top-level part: its printed number (None where it has none) and its heading."""

    number: str | None
    heading: str
    span: Span


@dataclass(slots=True)
class Part:
    """One measure in the clean text: heading span, title, and the pieces of its body."""

    number: str
    title: str | None
    heading: Span
    body: list[Span]
    order: int  # where it ranks by its own number, to find gaps
    path: tuple[str, ...] = ()


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
    body_to = _body_end(lines, body_from)
    nodes = _tree(lines, body_from, body_to)
    groups = _clause_groups(text, clauses)
    starts = [group[0] for group in groups]
    for node in nodes:
        last = lines[node.after - 1].end
        node.groups = bisect_left(starts, last) - bisect_left(starts, lines[node.line].start)
    if _is_account(lines, nodes, groups):
        return Outline([], [])
    style = _by_clauses(lines, nodes, groups) or (
        None if len(groups) > 2 * len(nodes) else _by_titles(lines, nodes)
    )
    if style is None:
        return _unnumbered(lines, text, groups, nodes, body_from, body_to)
    chosen = [n for n in nodes if n.mark.style == style and not _is_framed(lines, n)]
    chosen += _loose_leaves(lines, nodes, style, groups)
    chosen = sorted({id(n): n for n in chosen}.values(), key=lambda n: n.line)
    if not chosen:
        return Outline([], _sections(lines, nodes, chosen))
    parts = _parts(lines, text, chosen, clauses)
    numbers = frozenset(n.mark.number[-1] for n in nodes if n.mark.style == style)
    return Outline(parts, _sections(lines, nodes, chosen), numbers)


def _body_end(lines: list[Line], body_from: int) -> int:
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


def _tree(lines: list[Line], body_from: int, body_to: int) -> list[Node]:
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


def _title_of(line: Line) -> tuple[str | None, int]:
    """The title on a measure's line and where, in the line, the words after it begin."""
    begin = line.mark.end if line.mark else 0
    begin += len(line.text[begin:]) - len(line.text[begin:].lstrip())
    rest = line.text[begin:]
    stop = re.search(r"[。：:；！？]|\s{1,}|(?<=】)", rest)
    title = rest[: stop.start()] if stop else rest
    words = title.strip("【】《》 ")
    is_title = (
        2 <= len(words) <= _MAX_TITLE
        and not re.search(r"\d+(?:\.\d+)?\s?(?:万|亿)?元|\d%", title)
        and (title.count("，") <= 2)
        and (stop is None or stop.group() != "；")
    )
    if not is_title:
        return None, begin
    if stop is None:
        return (None, begin) if rest.endswith("，") else (words, len(line.text))
    return words, begin + stop.end()


def _is_bare_heading(line: Line) -> bool:
    title, after = _title_of(line)
    return title is not None and not line.text[after:].strip()


def _is_framed(lines: list[Line], node: Node) -> bool:
    above = node.parent
    while above is not None:
        if _names_frame(lines[above.line]):
            return True
        above = above.parent
    if node.groups:
        return False
    if _names_frame(lines[node.line]):
        return True
    own = lines[node.line : node.after]
    words = "".join([own[0].rest, *(line.text for line in own[1:3])])
    return len(words) < 260 and not node.children and bool(_PURPOSE.search(words))


def _names_frame(line: Line) -> bool:
    title, _ = _title_of(line)
    words = line.rest if title is None else title
    return bool(_FRAME.fullmatch(re.sub(r"[。：\s]", "", words)))


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
        if not items or len(over) * 2 < len(items) or not children:
            return style if items else None
        below = Counter(c.mark.style for c in children).most_common(1)[0][0]
        if below in _LIST_STYLES or not _are_measures(lines, children, depth):
            return style
        style, depth = below, depth + 1


def _stands_over(lines: list[Line], node: Node) -> bool:
    """A bare heading whose own words, before its first child, are at most an introduction."""
    if not _is_bare_heading(lines[node.line]):
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
    title, after = _title_of(lines[node.line])
    if title is None:
        return False
    return bool(lines[node.line].text[after:].strip()) or node.after > node.line + 1


def _loose_leaves(
    lines: list[Line], nodes: list[Node], style: str, groups: list[Span]
) -> list[Node]:
    """Top-level items beside the sections that hold no measures below but are one themselves."""
    del groups
    inside = {id(a) for n in nodes if n.mark.style == style for a in _ancestors(n)}
    return [
        n
        for n in nodes
        if n.parent is None
        and n.mark.style != style
        and id(n) not in inside
        and n.groups == 1
        and not _names_frame(lines[n.line])
    ]


def _ancestors(node: Node) -> list[Node]:
    found = []
    above = node.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found


def _sections(lines: list[Line], nodes: list[Node], chosen: list[Node]) -> list[Section]:
    """The numbered top level, when it is not the measures' own level."""
    measures = {id(n) for n in chosen}
    above = {id(a) for n in chosen for a in _ancestors(n)}
    if not above:
        return []
    tops = [n for n in nodes if n.parent is None]
    style = next(n.mark.style for n in tops if id(n) in above)
    return [
        Section(n.mark.printed, lines[n.line].rest, (lines[n.line].start, lines[n.line].end))
        for n in tops
        if n.mark.style == style and id(n) not in measures
    ]


def _keys(chosen: list[Node]) -> list[str]:
    """Own numbers where no two are the same; else with as many numbers above as tell them apart."""
    for depth in range(1, 5):
        keys = ["/".join(n.path[-depth:]) for n in chosen]
        if len(set(keys)) == len(keys):
            return keys
    counts: Counter[str] = Counter()
    keys = []
    for node in chosen:  # the notice gives one number twice: reported, and told apart
        key = "/".join(node.path)
        counts[key] += 1
        keys.append(key if counts[key] == 1 else f"{key}+{counts[key]}")
    return keys


def _parts(
    lines: list[Line], text: str, chosen: list[Node], clauses: list[UnitClause]
) -> list[Part]:
    keys = _keys(chosen)
    parts: list[Part] = []
    per_measure = [n.after - n.line for n in chosen[:-1]]
    usual = Counter(per_measure).most_common(1)[0][0] if per_measure else 0
    starts = [c.span[0] for c in clauses]
    for key, node in zip(keys, chosen, strict=True):
        is_last = node is chosen[-1]
        first = bisect_left(starts, lines[node.line].start)
        holes = [c.span for c in clauses[first : bisect_left(starts, lines[node.after - 1].end)]]
        named = [c.span for c in clauses[first : first + len(holes)] if c.units]
        after = _measure_end(lines, node, named, is_last=is_last, usual=usual if is_last else 0)
        parts.append(_part(lines, text, node, after, key, holes))
    return parts


def _measure_end(
    lines: list[Line], node: Node, holes: list[Span], *, is_last: bool, usual: int
) -> int:
    """The line after a measure's last: closing words and bare headings behind it are not its own."""
    marked = [i for i in range(node.line, node.after) if lines[i].mark]
    unmarked_from = marked[-1] if marked else node.line
    line_starts = [lines[i].start for i in range(node.line, node.after)]
    with_clause = [node.line + bisect_right(line_starts, end - 1) - 1 for _, end in holes]
    for i in range(unmarked_from + 1, node.after):
        line = lines[i]
        if line.role != "text":
            return i
        if is_last and _LAST_WORDS.match(line.text):
            return i
        if is_last and with_clause and i > with_clause[-1]:
            return i
        if is_last and not with_clause and usual and i - node.line >= usual and usual <= 2:
            return i
    after = node.after
    while (
        not is_last
        and after - 1 > unmarked_from
        and with_clause
        and after - 1 > with_clause[-1]
        and lines[after - 1].looks_like_heading
    ):
        after -= 1
    return after


def _part(
    lines: list[Line], text: str, node: Node, after: int, key: str, holes: list[Span]
) -> Part:
    line = lines[node.line]
    title, words_from = _title_of(line)
    cut = next((a for a, _ in holes if line.start <= a < line.end), line.end)
    words_from = min(line.start + words_from, cut)
    rest = [(words_from, line.end), *((x.start, x.end) for x in lines[node.line + 1 : after])]
    outside = "".join(text[a:b] for a, b in without(rest, holes))
    if title is not None and (not re.search(r"\w", outside) or cut < words_from):
        # nothing but the title: then it is the sentence that orders something
        title, mark_end = None, line.start + (line.mark.end if line.mark else 0)
        rest[0] = (mark_end, line.end)
        words_from = mark_end
    if title is not None and cut <= words_from:
        title = text[line.start + (line.mark.end if line.mark else 0) : cut].strip(" 。：")
    heading = (line.start, words_from)
    return Part(
        key, title, heading, [s for s in rest if s[0] < s[1]], node.mark.number[-1], node.path
    )


def _unnumbered(
    lines: list[Line],
    text: str,
    groups: list[Span],
    nodes: list[Node],
    body_from: int,
    body_to: int,
) -> Outline:
    """Measures without numbers: a heading line over paragraphs, or paragraphs that close with units."""
    body = [i for i in range(body_from, body_to) if lines[i].role == "text"]
    tops = [n for n in nodes if n.parent is None]
    sections = [
        Section(n.mark.printed, lines[n.line].rest, (lines[n.line].start, lines[n.line].end))
        for n in tops
    ]
    marked = {n.line for n in nodes}
    starts = _heading_starts(lines, body, marked) or _paragraph_starts(lines, body, groups, marked)
    parts: list[Part] = []
    for order, (first, after) in enumerate(starts, 1):
        title, words_from = _title_of(lines[first])
        line = lines[first]
        if title is None or (first + 1 == after and not line.text[words_from:].strip()):
            title, words_from = None, 0
        spans = [(line.start + words_from, line.end)]
        spans += [(x.start, x.end) for x in lines[first + 1 : after]]
        parts.append(
            Part(
                str(order),
                title,
                (line.start, line.start + words_from),
                [s for s in spans if s[0] < s[1]],
                order,
                (str(order),),
            )
        )
    return Outline(parts, sections if parts else [])


def _heading_starts(lines: list[Line], body: list[int], marked: set[int]) -> list[tuple[int, int]]:
    heads = [
        i
        for i, j in zip(body, body[1:], strict=False)
        if j == i + 1
        and i not in marked
        and j not in marked
        and lines[i].looks_like_heading
        and not lines[j].looks_like_heading
        and not _FRAME.fullmatch(lines[i].text)
    ]
    if len(heads) < 3:
        return []
    return [
        (a, _block_end(lines, a, b, marked))
        for a, b in zip(heads, [*heads[1:], body[-1] + 1], strict=True)
    ]


def _block_end(lines: list[Line], first: int, after: int, marked: set[int]) -> int:
    for i in range(first + 1, after):
        if i in marked or lines[i].role != "text" or _LAST_WORDS.match(lines[i].text):
            return i
        if i > first + 1 and lines[i].looks_like_heading:
            return i
    return after


def _paragraph_starts(
    lines: list[Line], body: list[int], groups: list[Span], marked: set[int]
) -> list[tuple[int, int]]:
    if len(groups) >= 2:
        found: list[tuple[int, int]] = []
        first = None
        for i in body:
            if i in marked or lines[i].looks_like_heading:
                first = None if i in marked else i
                continue
            first = i if first is None else first
            if any(lines[i].start <= a < lines[i].end for a, _ in groups):
                found.append((first, i + 1))
                first = None
        return found
    titled = [
        i
        for i in body
        if i not in marked
        and (t := _title_of(lines[i]))[0] is not None
        and len(t[0] or "") <= 22
        and "，" not in (t[0] or "")
        and len(lines[i].text) - t[1] >= 20
        and not _LAST_WORDS.match(lines[i].text)
    ]
    return [(i, i + 1) for i in titled] if len(titled) >= 3 else []
