"""Take the scrape noise out of a notice, keeping each character's place in the original."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from luodi.notice.numbering import CN, HAN, mark_at
from luodi.notice.tracked import Span, Tracked

_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_PINYIN_SURE = re.compile(rf"(?<=[{HAN}])[(（][a-zü]{{0,5}}[{_TONES}][a-zü]{{0,5}}[)）]")
_PINYIN_LIKELY = re.compile(rf"(?<=[{HAN}])[(（][a-zü]{{1,6}}[)）]")
_PINYIN_PROOF = 3  # so many toned syllables before untoned ones in brackets count as pinyin too

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\ufeff\ufe0f]"
)
_BREAKS = str.maketrans(dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n") | {"\ue5e5": " "})
_WIDTHS = {chr(c): chr(c - 0xFEE0) for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_WIDTHS |= {chr(c): chr(c - 0xFEE0) for c in range(0xFF41, 0xFF5B)} | {"％": "%", "﹪": "%"}
_TRADITIONAL_SHARE = 0.01
_FULL = dict(zip(",;:?!()", "，；：？！（）", strict=True))
_MARKDOWN = re.compile(
    r"(?m)^[ ]{0,3}#{1,6}[ ]+|[ ]+#+[ ]*$|^[ ]{0,3}(?:[-*+]|>)[ ]+|\*\*|__|(?<!\w)`|`(?!\w)"
    r"|^[ ]{0,3}(?:-{3,}|\*{3,}|={3,})[ ]*$|\\(?=[.\-*()_#\[\]])|^[ ]{0,3}```\w*$"
)
_DOUBLED = re.compile(r"(?<=([、；：。]))\1+|，(?=[，、；：。])")
_LOST = re.compile(
    rf"\ufffd+|(?:锟斤拷)+|(?:烫{{4,}})|(?:屯{{4,}})|(?<=[{HAN}])\?+(?=[{HAN}])"
    rf"|(?<=\d)\?+(?=[{HAN}])"
    # a byte lost from double-byte text shifts what follows: half a pinyin bracket, stray kana
    rf"|[?？][a-zü]{{0,5}}[{_TONES}][a-zü]{{0,5}}[)）]|[\u3041-\u30fa]+[A-Za-z]?|[\ue000-\uf8ff]+"
)
_CJK = rf"{HAN}，。、；：！？“”‘’（）《》〈〉〔〕【】"
_SPACED = re.compile(
    rf"(?<=[{_CJK}]) +(?=[\d%(（])|(?<=[\d%）)]) +(?=[{_CJK}%])|(?<=[，。、；：）》”]) +(?=\S)"
    rf"|(?<=[{HAN}]) +(?=[，。、；：）》”])"
)
_HAN_GAP = re.compile(
    rf"(?<=[{HAN}]) +(?=[{HAN}])(?!{CN}、|第{CN}[条章])"
    # blanks that part the names of bodies stay
    r"(?<![局委办厅府会联院部司行校] )(?<![局委办厅府会联院部司行校]  )"
    r"|(?<=[局委办厅府会联院部司行校]) +"
    rf"(?=[{HAN}])(?![省市区县州各])"
)
_LETTERED = re.compile(rf"[{HAN}](?: [{HAN}]){{2,}}(?![{HAN}])")
_LINE_NUMBER = re.compile(rf"\s*(?:\d{{1,2}}(?:\.\d+)*|{CN})[.．、]? +")

_NOISE_LINES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "page note",
        re.compile(
            r"[（(]?\s*(?:信息)?公开(?:形式|方式|属性)\s*[:：].{2,8}"
            r"|[（(]\s*此件.{2,12}公开(?:发布)?\s*[）)]"
        ),
    ),
    ("page note", re.compile(r"[（(]?\s*(?:此页|本页)无正文\s*[）)]?")),
    (
        "page number",
        re.compile(
            r"[-—–－·\s]*(?:第\s*)?\d{1,3}\s*(?:页(?:\s*[,，/]?\s*共\s*\d+\s*页)?)[-—–－·\s]*"
        ),
    ),
    ("page number", re.compile(r"[-—–－·]+\s*\d{1,3}\s*[-—–－·]+|\d{1,3}\s*/\s*\d{1,3}")),
    (
        "breadcrumbs",
        re.compile(
            r"(?:您?(?:的)?(?:当前|现在|所在)(?:的)?位置|当前栏目|您在这里"
            r"|位置)\s*(?:是)?\s*[:：].{0,120}"
            r"|首页(?:\s?[>＞»›/|→-]{1,3}\s?[^\s>＞»›/|→-]{1,30}){1,8}\s*[>＞»]?"
            r"|[^\s>＞»›]{0,12}(?:\s?[>＞»›]{1,3}\s?[^\s>＞»›]{1,20}){2,8}"
        ),
    ),
    (
        "page furniture",
        re.compile(
            r"[【\[（(]?\s*(?:(?:浏览|阅读|点击|访问)(?:次数|量|数|人次)?|字体|字号|打印"
            r"|关闭(?:窗口|本页)?|分享(?:到)?"
            r"|收藏|扫一扫|责任?编辑|编辑|审核|上一篇|下一篇|上一条|下一条|相关链接|相关文章"
            r"|返回顶部|回到顶部"
            r"|附件下载|版权所有|网站地图|主办单位?：.{0,30}承办|技术支持|网站标识码|联系我们"
            r"|关于我们|无障碍"
            r"|加入收藏|设为首页|我要纠错|下载文字版|下载图片版|保护视力色|稿源|A[+-])"
            r"(?:\s*(?:[:：|｜/\[\]【】（）()<>]|\s).{0,80}|(?:[\]】）)])?)"
        ),
    ),
    ("page furniture", re.compile(r".{0,30}(?:ICP备|公网安备).{0,60}|Copyright.{0,80}|©.{0,80}")),
)


def clean(tracked: Tracked) -> None:
    """Repair `tracked` in place; what was damaged stands in `tracked.noise` afterwards.

    Order matters: pinyin goes before the script is converted, since its brackets would split
    words that the conversion must see whole; lines are judged only when they are free of noise,
    and joined last.
    """
    _breaks_and_blanks(tracked)
    _markdown(tracked)
    _pinyin(tracked)
    tracked.rewrite("".join(_WIDTHS.get(c, c) for c in tracked.text), "full-width digits")
    _lost_characters(tracked)
    _simplify(tracked)
    _punctuation(tracked)
    tracked.drop([m.span() for m in _DOUBLED.finditer(tracked.text)], "doubled punctuation")
    _spaces(tracked)
    _noise_lines(tracked)
    _join_lines(tracked)


def lines_of(text: str) -> list[Span]:
    """The spans of the lines, without line breaks and without the blanks at their ends."""
    spans, at = [], 0
    for line in text.split("\n"):
        left = len(line) - len(line.lstrip())
        start = at + left
        spans.append((start, max(start, at + len(line.rstrip()))))
        at += len(line) + 1
    return spans


def _breaks_and_blanks(tracked: Tracked) -> None:
    text = tracked.text
    tracked.drop(((m.start(), m.end()) for m in re.finditer(r"\r(?=\n)", text)), None)
    tracked.drop([m.span() for m in _INVISIBLE.finditer(tracked.text)], "invisible characters")
    text = tracked.text.translate(_BREAKS)
    text = re.sub(r"[^\S\n]", " ", text)
    tracked.rewrite(text)
    if text.startswith(" ") and not text.startswith("  "):
        tracked.note("leading space", 0, 1)


def _markdown(tracked: Tracked) -> None:
    if re.search(r"(?m)^#{1,6} |\*\*\S|\\\.", tracked.text):
        tracked.drop([m.span() for m in _MARKDOWN.finditer(tracked.text)], "markup")


def _pinyin(tracked: Tracked) -> None:
    sure = [m.span() for m in _PINYIN_SURE.finditer(tracked.text)]
    if len(sure) >= _PINYIN_PROOF:
        either = re.compile(f"{_PINYIN_SURE.pattern}|{_PINYIN_LIKELY.pattern}")
        sure = [m.span() for m in either.finditer(tracked.text)]
    tracked.drop(sure, "pinyin in brackets after characters")


def _lost_characters(tracked: Tracked) -> None:
    for found in _LOST.finditer(tracked.text):
        tracked.note("lost characters", *found.span(), repaired=False)


def _simplify(tracked: Tracked) -> None:
    from opencc import OpenCC

    text = tracked.text
    simple = OpenCC("t2s").convert(text)
    if simple == text:
        return
    if len(simple) != len(text):
        convert = OpenCC("t2s").convert
        simple = "".join(s if len(s := convert(c)) == 1 else c for c in text)
    changed = sum(a != b for a, b in zip(text, simple, strict=True))
    if changed >= _TRADITIONAL_SHARE * len(text):
        tracked.rewrite(simple, "traditional characters")


def _punctuation(tracked: Tracked) -> None:
    text = tracked.text
    out = list(text)
    cjk = re.compile(f"[{_CJK}]")
    changed = 0
    for found in re.finditer(r"[,;:?!()]", text):
        i = found.start()
        before, after = text[i - 1 : i], text[i + 1 : i + 2]
        if text[i] == "?" and _LOST.match(text, i):
            continue
        # "1) " and "(1)" at a line start stay readable either way; digits on both sides are not text
        near = bool(cjk.match(before)) or bool(cjk.match(after))
        if text[i] in "()":
            near = near or (before == "%" or after in "\n、，。")
        if near and not (before.isdecimal() and after.isdecimal()):
            out[i] = _FULL[text[i]]
            changed += 1
    for found in re.finditer(rf"(?<=[{HAN}）”》])\.(?=\s*(?:\n|$)|[{HAN}“《（])", text):
        i = found.start()
        line_start = text.rfind("\n", 0, i) + 1
        if not re.fullmatch(rf"\s*[（(]?{CN}[）)]?", text[max(line_start, i - 12) : i]):
            out[i] = "。"
            changed += 1
    kind = "ASCII punctuation" if changed > 2 else None
    tracked.rewrite("".join(out), kind)


def _spaces(tracked: Tracked) -> None:
    spans: list[Span] = []
    for start, end in lines_of(tracked.text):
        line = tracked.text[start:end]
        if " " not in line:
            continue
        numbered = _LINE_NUMBER.match(line)
        first = numbered.end() if numbered else 0
        found = [m.span() for m in _SPACED.finditer(line, first)]
        if len(line) > 60 or line.endswith(("。", "；", "，", "、")):
            found += [m.span() for m in _HAN_GAP.finditer(line, first)]
        else:
            for lettered in _LETTERED.finditer(line, first):
                if lettered.start() and re.match(f"[{HAN}]", line[lettered.start() - 1]):
                    continue
                found += [m.span() for m in _HAN_GAP.finditer(line, *lettered.span())]
        spans += [(start + a, start + b) for a, b in sorted(set(found))]
    tracked.drop(spans, "spaces inside words")


def _noise_lines(tracked: Tracked) -> None:
    dropped: dict[str, list[Span]] = {}
    for start, end in lines_of(tracked.text):
        line = tracked.text[start:end]
        if not line or len(line) > 160:
            continue
        for kind, pattern in _NOISE_LINES:
            if pattern.fullmatch(line) and not re.search(r"(?:责任|牵头|配合)(?:单位|部门)", line):
                dropped.setdefault(kind, []).append((start, end))
                break
    spans = sorted((span, kind) for kind, spans in dropped.items() for span in spans)
    for span, kind in spans:
        tracked.note(kind, *span)
    tracked.drop([span for span, _ in spans], None)


def _width(line: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in line)


def _wrap_width(lines: list[str]) -> float | None:
    """The width at which someone broke the lines, or None where paragraphs are whole."""
    widths = sorted(_width(line) for line in lines if line)
    if len(widths) < 6:
        return None
    longest = widths[int(len(widths) * 0.9)]
    full = [w for w in widths if longest - 3.5 <= w <= longest + 4]
    open_ended = sum(
        1
        for line in lines
        if line
        and not line.endswith(("。", "；", "：", "！", "？"))
        and _width(line) >= longest - 3.5
    )
    if longest > 80 or longest < 12 or len(full) < 0.4 * len(widths) or open_ended < 3:
        return None
    return longest


_OPENERS = {"（": "）", "《": "》", "“": "”", "〔": "〕", "【": "】"}
_ENDS = ("。", "；", "：", "！", "？", "”", "）", ".", ";", ":", "…", "》", "】")
_NO_HEADING = 60  # words that go on this long without an end were broken off
_NEVER_FIRST = re.compile(r"[，。、；：）》”〕】%]|(?:万|亿)?元")


def _continues(line: str, following: str, width: float | None, *, adjacent: bool) -> bool:
    """Whether `following` goes on with the sentence that `line` began."""
    if not line or not following:
        return False
    if _NEVER_FIRST.match(following):
        return True
    if re.search(r"(?:责任|牵头|配合)(?:单位|部门)\s?[:：]$", line):
        return mark_at(following) is None
    if line.endswith(("，", "、", "（", "《", "“", "〔")):
        return mark_at(following) is None
    opened = [c for c in line[-80:] if c in _OPENERS or c in _OPENERS.values()]
    if opened and opened[-1] in _OPENERS:
        first = next((c for c in following[:80] if c in _OPENERS or c in _OPENERS.values()), "")
        if first == _OPENERS[opened[-1]]:
            return mark_at(following) is None
    if len(line) > _NO_HEADING and not line.endswith(_ENDS):
        return mark_at(following) is None and len(following) > 1
    if not adjacent:
        return False
    if line[-1].isdecimal() and re.match(r"[\d万亿元%个年月日倍]", following):
        return mark_at(following) is None
    return (
        width is not None
        and mark_at(following) is None
        and _width(line) >= width - 3.5
        and not line.endswith(("。", "！", "？", "：", "；"))
    )


def _join_lines(tracked: Tracked) -> None:
    text = tracked.text
    filled = [(a, b) for a, b in lines_of(text) if a < b]
    width = _wrap_width([text[a:b] for a, b in filled])
    spans: list[Span] = []
    for (start, end), (start2, end2) in pairwise(filled):
        adjacent = text.count("\n", end, start2) == 1
        if _continues(text[start:end], text[start2:end2], width, adjacent=adjacent):
            latin = text[end - 1].isascii() and text[end - 1].isalpha() and text[start2].isascii()
            spans.append((end + 1 if latin else end, start2))
    tracked.drop(spans, "hard wraps")
