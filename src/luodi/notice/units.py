"""Who is responsible: find unit clauses, split them, restore left-out level prefixes."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from luodi.notice.tracked import Span

OPEN, CLOSE = "（(〔【[", "）)〕】]"

_ROLE = (
    "(?:(?:牵头|主要|配合|共同|第一|具体)?责任|牵头|配合|主办|协办|负责|落实|实施|执行|承办|主管|主责|参与"
    "|协同|联合|支持)"
)
_MODE = "(?:办理|享受|兑现|申报|实施|兑付)(?:方式|类型|模式)"
_OTHER = (
    "(?:(?:完成|办结|落实|整改)(?:时限|时间|期限)|时间节点|责任(?:领导|人)|(?:牵头|分管)领导"
    "|政策依据|文件依据)"
)
LABEL = re.compile(
    rf"(?:市级|区级|县级|省级)?(?:{_ROLE}(?:单位|部门|科室|处室|主体)(?:及责任人)?"
    rf"|{_MODE}|{_OTHER})(?:为)?\s?[:：]|[【\[〔]{_ROLE}(?:单位|部门)[】\]〕]\s?[:：]?"
)
_BARE_MODE = re.compile(r"[\u4e00-\u9fff]{2}即享|申请享受|快申快享|[\u4e00-\u9fff]{1,2}申即享")
_BARE_END = re.compile(
    r"。|(?:政策)?(?:咨询|联系)(?:人|电话|方式|单位|部门)|办理(?:流程|时限|地点)"
)
_ENDING = re.compile(r"(?:负责|牵头|配合|落实|组织实施|参与|参加|按职责分工)[。]?$|牵头[，；、]")

_TAILS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[（(〔](?:牵头|牵头单位|负责|配合|按.{0,8}分工.{0,6})[）)〕]$",
        r"(?:等)?(?:按照?|根据|依据?)(?:各自|自身)?(?:职责|职能|分工|部门).{0,14}$",
        r"(?:分别|共同|具体|牵头|配合|协同|联合|协助|分工)?(?:负责|牵头|配合|落实|组织实施|实施|参与|参加)$",
        r"等(?:市|区|县|省)?(?:级|直)?(?:各)?(?:相关|有关|职能|责任)*(?:部门和单位|部门、单位|部门单位|部门|单位)?$",
        r"[。，、；：]+$",
    )
)
_BODY = re.compile(
    r"^(?=.{2,24}$)(?:(?:省|市|区|县|州|各).*(?:局|委|办|厅|府|联|会|部|院|中心|公司|镇|街道|区"
    r"|）)|.{2,}(?:局|委|政府|公司|管委会))$"
)
_UNIT_END = re.compile(
    r"(?:局|委|办|厅|处|联|会|部|院|公司|行|中支|区|镇|街道|）|中心|政府|校|站|队|厂|集团|所|县|市"
    r"|部门|单位|办公室|园|社|署|海关|法院)$"
)
_NOT_A_UNIT = re.compile(
    r"(?:等)?(?:相关|有关|其他相关|其他有关)(?:职能)?(?:部门和单位|部门|单位)?|等|各自"
)
_LEVEL = re.compile(r"(省|市|区|县|州|旗)(?!场|政(?!府|协)|容|域|内|块|级|属|直)(?=\S{2})")
_BUREAU = re.compile(r"(?:局|委|办|厅|处|联|会|部|院|办公室|中心|供销社)$")
_NO_LEVEL = re.compile(
    r"^(?:各|国家|中国|全)|分局|支局|管委会|协会|商会|学会|街道|镇|乡|园区|新区|开发区|高新区"
    r"|公司|集团|支行|分行|^[\u4e00-\u9fff]{2,4}?(?:省|市|区|县|州|旗)(?!场|政(?!府|协)|域)"
    r"|^团[省市区县州]"
)
_UNIT_JOIN = re.compile(r"(?<=[局委办厅会联府])(?:和|及|与|会同)(?=(?:省|市|区|县|各|州|团))")


@dataclass(frozen=True, slots=True)
class UnitClause:
    """`（牵头单位：…；配合单位：…）` and its like; `span` covers the brackets."""

    span: Span
    units: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    mode: str | None = None
    is_closed: bool = True


@dataclass(slots=True)
class _Found:
    units: dict[str, None] = field(default_factory=dict)  # in order, each once
    lead: list[str] = field(default_factory=list)
    mode: str | None = None


def find_clauses(text: str) -> list[UnitClause]:
    """The unit clauses of `text`, in order and apart. Linear in the length of `text`."""
    closers = _pairs(text)
    found: dict[int, UnitClause] = {}
    covered = 0
    for hit in LABEL.finditer(text):
        if hit.start() < covered:
            continue
        clause = _labelled(text, hit, closers)
        if clause is not None:
            covered = clause.span[1]  # also where it names nobody: nothing is read twice
            if clause.units or clause.mode:
                found[clause.span[0]] = clause
    taken = sorted(clause.span for clause in found.values())
    for start, close in sorted(closers.items()):
        if close - start > 200 or any(a <= start < b for a, b in _near(taken, start)):
            continue
        clause = _unlabelled(text, start, close)
        if clause is not None:
            found[start] = clause
    return [found[start] for start in sorted(found)]


def _near(taken: list[Span], place: int) -> list[Span]:
    i = bisect_right(taken, (place, taken[-1][1] + 1 if taken else 0))
    return taken[max(0, i - 1) : i]


def _pairs(text: str) -> dict[int, int]:
    """Opening bracket → its closing one, on the same line; unclosed ones are left out."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for found in re.finditer(r"[（(〔【\[）)〕】\]\n]", text):
        if found.group() == "\n":
            stack.clear()
        elif found.group() in OPEN:
            stack.append(found.start())
        elif stack:
            pairs[stack.pop()] = found.start()
    return pairs


def _labelled(text: str, hit: re.Match[str], closers: dict[int, int]) -> UnitClause | None:
    before = hit.start() - 1
    while before >= 0 and text[before] == " ":
        before -= 1
    line_end = text.find("\n", hit.start())
    line_end = len(text) if line_end < 0 else line_end
    is_closed = True
    if before >= 0 and text[before] in OPEN:
        start, close = before, closers.get(before)
        if close is None:
            # never closed: the clause reaches as far as its line, and is reported
            end, inner_end, is_closed = line_end, line_end, False
        else:
            end, inner_end = close + 1, close
    elif before < 0 or text[before] in "\n。；！”）】〕" or text[before] in "，：":
        start = hit.start()
        stop = _BARE_END.search(text, hit.end(), line_end)
        inner_end = stop.start() if stop else line_end
        end = inner_end
        if (
            inner_end > start
            and text[inner_end - 1] in CLOSE
            and text[start:inner_end].count("（") < text[start:inner_end].count("）")
        ):
            inner_end, is_closed = inner_end - 1, False
    else:
        return None
    if end < len(text) and text[end] in "。；" and is_closed:
        end += 1
    found = _read_labels(text[hit.start() : inner_end])
    return UnitClause((start, end), tuple(found.units), tuple(found.lead), found.mode, is_closed)


def _read_labels(inner: str) -> _Found:
    found = _Found()
    hits = list(LABEL.finditer(inner))
    for hit, after in zip(hits, [*hits[1:], None], strict=True):
        body = inner[hit.end() : after.start() if after else len(inner)].strip(" ；;，,。")
        label = hit.group()
        if re.search(_MODE, label):
            mode = re.split(r"[；;，,。]", body, maxsplit=1)[0].strip()
            found.mode = found.mode or mode or None
        elif not re.search(_OTHER, label):
            _read_units(body, found, is_lead=bool(re.search("牵头|主办|主责", label)))
    _finish(found)
    return found


def _finish(found: _Found) -> None:
    leads = {_bare(unit) for unit in found.lead}
    found.units = _restore_levels(found.units)
    found.lead = [unit for unit in found.units if _bare(unit) in leads]


def _bare(unit: str) -> str:
    return unit[1:] if _LEVEL.match(unit) else unit


def _unlabelled(text: str, start: int, close: int) -> UnitClause | None:
    inner = text[start + 1 : close].strip()
    if _BARE_MODE.fullmatch(inner):
        return UnitClause((start, close + 1), mode=inner)
    if "。" in inner[:-1] or len(inner) < 4:
        return None
    if not _ENDING.search(inner):
        # names alone: only at the end of a paragraph, and only of bodies
        before, after = text[start - 1 : start], text[close + 1 : close + 3].strip("。 ")
        names = [part.strip() for part in _split(inner, "、，,；;")]
        if not after.startswith("\n") and after:
            return None
        if not (len(names) > 1 or before in "。；\n") or not all(map(_BODY.search, names)):
            return None
    found = _Found()
    _read_units(re.sub(r"^由", "", inner), found, is_lead=False)
    _finish(found)
    if not found.units or not all(_looks_like_unit(unit) for unit in found.units):
        return None
    end = close + 1
    if end < len(text) and text[end] in "。；":
        end += 1
    return UnitClause((start, end), tuple(found.units), tuple(found.lead))


def _looks_like_unit(unit: str) -> bool:
    return len(unit) <= 30 and bool(_UNIT_END.search(unit))


def _split(body: str, marks: str) -> list[str]:
    """Split at `marks` outside brackets."""
    parts, depth, at = [], 0, 0
    for found in re.finditer(rf"[{re.escape(OPEN + CLOSE + marks)}]", body):
        char = found.group()
        if char in OPEN:
            depth += 1
        elif char in CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            parts.append(body[at : found.start()])
            at = found.end()
    return [*parts, body[at:]]


def _read_units(body: str, found: _Found, *, is_lead: bool) -> None:
    for group in _split(body, "，,；;。\n"):
        leads_group = is_lead or bool(re.search(r"牵头(?:负责|落实|实施)?$", group.strip()))
        for element in _split(group, "、 /"):
            for unit in _UNIT_JOIN.split(element.strip()):
                leads = leads_group or bool(re.search(r"[（(]牵头", unit))
                name = _without_tails(unit)
                if not name or _NOT_A_UNIT.fullmatch(name) or name in found.units:
                    continue
                found.units[name] = None
                if leads:
                    found.lead.append(name)


def _without_tails(unit: str) -> str:
    unit = re.sub(r"^(?:由|及|和|以及)", "", unit.strip())
    for _ in range(3):
        for tail in _TAILS:
            unit = tail.sub("", unit).strip()
    return unit


def _restore_levels(units: dict[str, None]) -> dict[str, None]:
    level = ""
    out: dict[str, None] = {}
    for unit in units:
        found = _LEVEL.match(unit)
        if found:
            level = found.group(1)
        left_out = not found and level and _BUREAU.search(unit) and not _NO_LEVEL.search(unit)
        name = level + unit if left_out else unit
        out[name] = None
    return out
