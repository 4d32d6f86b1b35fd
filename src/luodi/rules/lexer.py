"""Cuts a rule into words, numbers with their units, dates, texts and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from unicodedata import east_asian_width

from luodi.basics.problem import Problem, ProblemError
from luodi.rules.calendar import FIRST, LAST
from luodi.rules.types import Place, Type, Value

Span = tuple[int, int]

KEYWORDS = frozenset({"and", "or", "not", "in", "is", "unknown", "known", "true", "false"})
MAX_LENGTH = 10_000
WINDOW = 120

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<date>\d{4}-\d{2}-\d{2}(?![\w.-]))
      | (?P<number>(?:\d{1,3}(?:_\d{3})+|\d{1,20})(?:\.\d{1,6})?)(?![\w.])
      | (?P<name>[a-z][a-z0-9_]{0,63}(?:\.[a-z][a-z0-9_]{0,63}){0,3})(?![\w.])
      | (?P<text>'(?:[^'\n]){0,200}')
      | (?P<sign><=|>=|!=|[=<>+\-*(),%])
      """,
    re.VERBOSE | re.ASCII,
)
_UNIT = re.compile(r"[ ]{0,3}(%|[^\W\d_][\w³²]{0,15})")
_CHINESE_SIGNS = {
    "，": ",",
    "（": "(",
    "）": ")",
    "‘": "'",
    "’": "'",
    "“": "'",
    "”": "'",
    "＝": "=",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "×": "*",
    "％": "%",
    "＞": ">",
    "＜": "<",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a rule. `kind` is name, literal, sign, keyword or end."""

    kind: str
    text: str
    start: int
    end: int
    value: Value = None
    type: Type | None = None


def problem(place: Place, text: str, span: Span, message: str, hint: str = "") -> Problem:
    """A problem in the rule `text`, with its line shown and `span` underlined."""
    start, end = span
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line = text[line_start : len(text) if line_end < 0 else line_end]
    # A window around the place, so that a very long line is not printed whole.
    first = max(0, start - line_start - WINDOW // 2)
    shown = "".join(char if char.isprintable() else " " for char in line[first : first + WINDOW])
    before = shown[: start - line_start - first]
    marked = shown[len(before) : len(before) + max(1, end - start)]
    carets = "^" * max(1, sum(map(_columns, marked)))
    spot, indent = place.at(text, start), " " * sum(map(_columns, before))
    excerpt = f"{spot.line:>4} | {shown}\n     | {indent}{carets}"
    return Problem(str(spot), message, hint, excerpt=excerpt)


def _columns(char: str) -> int:
    """How wide a terminal shows it: a Chinese character takes two columns."""
    return 2 if east_asian_width(char) in "WF" else 1


def tokens(text: str, place: Place) -> list[Token]:
    """All words of `text`, with an end token. Raises ProblemError at the first that is none."""
    if len(text) > MAX_LENGTH:
        raise ProblemError(
            Problem(
                str(place), f"规则有 {len(text)} 个字符，最多 {MAX_LENGTH} 个", "请拆成几条派生事实"
            )
        )
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ProblemError(_unreadable(text, at, place))
        end = match.end()
        kind, word = str(match.lastgroup), match.group()
        if kind == "date":
            try:
                day = date.fromisoformat(word)
            except ValueError:
                raise ProblemError(
                    problem(
                        place, text, (at, end), f"没有这一天：{word}", "日期写成 2020-02-29 的样子"
                    )
                ) from None
            if not FIRST <= day <= LAST:
                raise ProblemError(
                    problem(
                        place, text, (at, end), f"日期 {word} 超出范围", "可用 1000 年到 3999 年"
                    )
                )
            found.append(Token("literal", word, at, end, day, Type.date()))
        elif kind == "number":
            token = _number(text, at, end, place)
            end = token.end
            found.append(token)
        elif kind == "text":
            odd = next((c for c in word if c in "\\$" or not c.isprintable()), None)
            if odd is not None:
                hint = "文字里不能有反斜杠、$ 和看不见的字符"
                raise ProblemError(problem(place, text, (at, end), f"文字里有 {_shown(odd)}", hint))
            found.append(Token("literal", word, at, end, word[1:-1], Type.text()))
        elif kind == "name":
            if word in ("true", "false"):
                found.append(Token("literal", word, at, end, word == "true", Type.boolean()))
            else:
                found.append(Token("keyword" if word in KEYWORDS else "name", word, at, end))
        elif kind == "sign":
            found.append(Token("sign", word, at, end))
        at = end
    found.append(Token("end", "", len(text), len(text)))
    return found


def _number(text: str, at: int, end: int, place: Place) -> Token:
    """A number and the unit after it: `120 yuan`, `30%`, `9 m3`, or a bare integer."""
    digits = text[at:end].replace("_", "")
    number = Fraction(digits)
    unit = _UNIT.match(text, end)
    word = unit.group(1) if unit else ""
    if unit is None or word in KEYWORDS:
        if number.denominator != 1:
            raise ProblemError(
                problem(
                    place,
                    text,
                    (at, end),
                    f"数字 {digits} 带小数而没有单位",
                    "金额写 12.50 yuan，比率写 0.5%，数量写 1.5 m3",
                )
            )
        return _bounded(Token("literal", digits, at, end, number, Type.integer()), text, place)
    end = unit.end()
    if word == "%":
        value, kind = number / 100, Type.ratio()
    elif word in ("yuan", "元"):
        value, kind = number * 100, Type.money()
    elif word in ("fen", "分"):
        value, kind = number, Type.money()
    else:
        value, kind = number * 1000, Type.quantity(word)
    if kind.kind != "ratio" and value.denominator != 1:
        raise ProblemError(
            problem(
                place, text, (at, end), f"{text[at:end]} 小于最小单位", "金额到分，数量到千分之一"
            )
        )
    return _bounded(Token("literal", text[at:end], at, end, value, kind), text, place)


def _bounded(token: Token, text: str, place: Place) -> Token:
    assert isinstance(token.value, Fraction) and token.type is not None
    if abs(token.value) * token.type.denominator > token.type.bound:
        raise ProblemError(
            problem(
                place,
                text,
                (token.start, token.end),
                f"{token.type.label} {token.text} 超出上限",
                "请核对单位",
            )
        )
    return token


def _unreadable(text: str, at: int, place: Place) -> Problem:
    char = text[at]
    end = at + 1
    while end < len(text) and end - at < 80 and (text[end].isalnum() or text[end] in "_."):
        end += 1
    if char == "/":
        hint = "没有除号：求商用 ratio(甲, 乙)，它精确比较，不取近似值"
    elif char in _CHINESE_SIGNS:
        hint = f"是不是 {_CHINESE_SIGNS[char]} ？规则里用半角符号"
    elif char == "'":
        hint = "文字要在同一行内用一对单引号括起，不超过 200 字"
    elif char in ('"', "`"):
        hint = "文字用单引号：'分散供养'"
    elif char.isdigit():
        hint = (
            "数字最多 20 位整数、6 位小数，后接空格和单位：120 yuan、9 m3、30%；日期写 2020-02-12"
        )
    elif char == ";":
        hint = "一条规则只有一个表达式"
    elif char == "!":
        hint = "否定写 not，不等写 !="
    elif char in "&|":
        hint = "条件之间用 and 或 or 相连"
    elif char.isspace():
        hint = "空格要用半角"
    elif not char.isprintable():
        hint = "这里有看不见的字符，请删去重打"
    elif char.isalpha() and not char.isascii() and ord(char) < 0x2E80:
        hint = f"这个字符（U+{ord(char):04X}）只是样子像英文字母，请重新键入"
    else:
        hint = "名称用小写字母、数字和下划线，不超过 64 个字符；文字值要加单引号"
    if not (char.isalnum() or char == "_"):
        end = at + 1
    found = text[at:end] if end - at < 40 else f"{text[at : at + 30]}…"
    shown = f"'{found}'" if found.isprintable() else _shown(char)
    return problem(place, text, (at, end), f"读不懂 {shown}", hint)


def _shown(char: str) -> str:
    """A character as a message prints it; what nobody sees by its number."""
    return f"'{char}'" if char.isprintable() and not char.isspace() else f"U+{ord(char):04X}"
