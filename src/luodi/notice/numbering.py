"""Number marks at the start of a line, and Chinese numerals."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
CN = "[零〇一二三四五六七八九十百]{1,5}"
NUMERALS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟廿"

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
_DIGITS |= {"〇": 0, "两": 2, **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True))}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}

_AFTER_NUMBER = "万亿千百元倍米吨亩人个户家天月年日时度分条项名张公平立升斤岁周"

_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (style, re.compile(pattern))
    for style, pattern in (
        ("chapter", rf"第\s?({CN}|\d{{1,3}})\s?(?:章|编|部分|篇)\s*[、：:.．]?"),
        ("subchapter", rf"第\s?({CN}|\d{{1,3}})\s?节\s*[、：:.．]?"),
        ("article", rf"第\s?({CN}|\d{{1,3}})\s?条(?!例|第|规定|措施|和|至|、第)\s*[、：:.．]?"),
        ("ordinal", rf"第\s?({CN})\s?[，,、]"),
        ("named", rf"(?:措施|举措|任务|政策|事项)\s?({CN}|\d{{1,3}})\s*[、：:.．]"),
        ("cn", rf"({CN})\s?[、.．:：]"),
        ("cn_paren", rf"[（(〔【\[]\s?({CN})\s?[）)〕】\]]\s?[、.．]?"),
        ("cn_paren", r"([㈠-㈩])[、.．]?"),
        (
            "decimal",
            rf"(\d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}})(?![\d%％])[.．、]?\s*(?![{_AFTER_NUMBER}%％])"
            rf"(?=[{HAN}“《（(【])",
        ),
        ("arabic", r"(\d{1,3})\s?[.．、](?!\d)"),
        ("arabic", r"([⒈-⒛])"),
        ("arabic", r"【\s?(\d{1,3})\s?】"),
        ("arabic", rf"(0\d|\d{{1,2}})\s+(?=[{HAN}“《【])(?![{_AFTER_NUMBER}])"),
        ("paren", r"[（(]\s?(\d{1,3})\s?[）)]\s?[、.．]?"),
        ("paren", r"([⑴-⒇])"),
        ("half", r"(\d{1,3})\s?[）)]"),
        ("circled", r"([①-⑳])"),
    )
)


_FIRST = re.compile(rf"[第措举任政事（(〔【\[{CN[1:-6]}㈠-㈩⒈-⒛⑴-⒇①-⑳\d]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A number at the start of a line: its style, its number, as printed, where the text goes on."""

    style: str
    number: tuple[int, ...]
    printed: str
    end: int


def cn_int(text: str) -> int | None:
    """`二十一` → 21, `1,200` → 1200, `壹拾万` → 100000; None when it is not a number."""
    text = unicodedata.normalize("NFKC", text).replace(",", "")
    if text.isdecimal():
        return int(text)
    if not text or any(c not in NUMERALS for c in text):
        return None
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = part = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c == "廿":
            part += 20
        elif c in _TENS:
            part += (digit or 1) * _TENS[c]
            digit = 0
        else:
            scale = 10_000 if c == "万" else 100_000_000
            total = (total + part + digit or 1) * scale
            part = digit = 0
    return total + part + digit


def number(text: str) -> Decimal | None:
    """A printed number, Arabic or Chinese, as an exact decimal."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("，", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return Decimal(plain)
    whole = cn_int(plain)
    return None if whole is None else Decimal(whole)


def mark_at(line: str) -> Mark | None:
    """The number mark that `line` (without leading blanks) begins with, if any."""
    if not _FIRST.match(line):
        return None
    for style, pattern in _STYLES:
        found = pattern.match(line)
        if not found or not found.group(1):
            continue
        printed = unicodedata.normalize("NFKC", found.group(1)).strip("().")
        numbers = tuple(n for bit in printed.split(".") if (n := cn_int(bit)) is not None)
        if not numbers or numbers[0] > 400:
            continue
        depth = str(len(numbers)) if style == "decimal" else ""
        return Mark(style + depth, numbers, printed, found.end())
    return None
