"""Money as integer fen: read once, rounded once, shared out without a remainder.

Nothing here, and nowhere else in the project, holds money in a float.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

#: No single amount may pass one hundred billion yuan, so that sums of a province fit BIGINT.
LIMIT_FEN = 10**13

_HALF_WIDTH = str.maketrans(
    {**{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}, "￥": "¥", "　": " "}
)
_ARABIC = re.compile(
    r"(?P<sign>[-−+]?)(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<scale>[万亿]?)"
    r"(?:元(?:(?P<jiao>\d)角)?(?:(?P<fen>\d)分)?[整正]?)?",
    re.ASCII,
)
_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY|¥)\s*[:：]?\s*|\s*(?:人民币|RMB|CNY)$", re.IGNORECASE)
_SCALE = {"": 1, "万": 10**4, "亿": 10**8}

# Everyday numerals and variants, so that one table of financial numerals serves both.
_FINANCIAL = str.maketrans(
    "〇一二三四五六七八九十百千两圆萬億貳參陸", "零壹贰叁肆伍陆柒捌玖拾佰仟贰元万亿贰叁陆"
)
_DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"拾": 10, "佰": 100, "仟": 1000}
_CHINESE = re.compile(
    r"(?P<minus>负?)(?:(?P<yuan>[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)(?:元|$))?"
    r"零?(?:(?P<jiao>[零壹贰叁肆伍陆柒捌玖])角)?零?(?:(?P<fen>[零壹贰叁肆伍陆柒捌玖])分)?[整正]?"
)


def parse_yuan(text: str) -> int:
    """Read an amount in yuan as people write it, exactly, into fen.

    Reads `1,200.50`, `1200元`, `￥1,200`, full-width digits, `12元5角`, `3.8亿元`, `0.5万元`,
    `壹佰贰拾元整` and `一百二十元`. A minus sign gives a negative amount.

    Raises:
        ValueError: with a Chinese text, if it is no amount, has parts of a fen, could be read in
            two ways (`一百二`, `1,20`), or lies outside ±LIMIT_FEN.
    """
    plain = _CURRENCY.sub("", text.translate(_HALF_WIDTH).strip()).replace(" ", "")
    if not plain:
        raise ValueError("金额为空")
    if len(plain) > 40:
        raise ValueError("金额过长，不像一个数")
    exact = _arabic_fen(plain)
    if exact is None:
        exact = _chinese_fen(plain)
    if exact is None:
        raise ValueError(f"看不懂的金额 {plain!r}，应写成 1200.50 的样子")
    if exact.denominator != 1:
        raise ValueError(f"金额 {plain!r} 不足一分的部分无法发放，请写到分")
    if abs(exact) > LIMIT_FEN:
        raise ValueError(f"金额 {plain!r} 超过一千亿元，请核对单位")
    return int(exact)


def _arabic_fen(plain: str) -> Fraction | None:
    match = _ARABIC.fullmatch(plain)
    if match is None:
        return None
    small = int(match["jiao"] or 0) * 10 + int(match["fen"] or 0)
    if small and ("." in match["number"] or match["scale"]):
        return None
    fen = Fraction(match["number"].replace(",", "")) * _SCALE[match["scale"]] * 100 + small
    return -fen if match["sign"] in ("-", "−") else fen


def _chinese_fen(plain: str) -> Fraction | None:
    match = _CHINESE.fullmatch(plain.translate(_FINANCIAL))
    if match is None or not (match["yuan"] or match["jiao"] or match["fen"]):
        return None
    yuan = _chinese_integer(match["yuan"] or "零")
    if yuan is None:
        return None
    fen = yuan * 100 + _DIGITS[match["jiao"] or "零"] * 10 + _DIGITS[match["fen"] or "零"]
    return Fraction(-fen if match["minus"] else fen)


def _chinese_integer(text: str) -> int | None:
    """A whole number in financial numerals; None if a place is skipped without 零 (`壹佰贰`)."""
    total, rest = 0, text
    for sign, scale in (("亿", 10**8), ("万", 10**4)):
        before, found, after = rest.partition(sign)
        if not found:
            continue
        section = _chinese_section(before)
        if not section:
            return None
        total, rest = total + section * scale, after
        if not rest:
            return total
    low = _chinese_section(rest)
    if low is None or (total and low < 1000 and not rest.startswith("零")):
        return None
    return total + low


def _chinese_section(text: str) -> int | None:
    """Four places, 仟 to ones."""
    total, last, digit, zero = 0, 0, None, False
    for sign in text:
        if sign == "零":
            if digit is not None or zero:
                return None
            zero = True
        elif sign in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[sign]
        else:
            unit = _UNITS.get(sign)
            if unit is None or (last and (unit >= last or (unit * 10 < last and not zero))):
                return None
            if digit is None and (unit != 10 or total):
                return None
            total += (1 if digit is None else digit) * unit
            last, digit, zero = unit, None, False
    if digit is None:
        return None if not text or (zero and text != "零") else total
    return None if last > 10 and not zero else total + digit


def format_yuan(fen: int) -> str:
    """Yuan with thousands separators and two decimals: 123450 is `1,234.50`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def round_half_up(amount_fen: Fraction | int, unit_fen: int = 1) -> int:
    """Round to a multiple of `unit_fen` (1 fen, 10 for a jiao, 100 for a yuan): 四舍五入.

    A half goes away from zero, so that a recovery rounds as the payment did.

    Returns:
        Fen, a multiple of `unit_fen`.
    """
    if unit_fen <= 0:
        raise ValueError(f"a rounding unit is positive, not {unit_fen}")
    units = (2 * abs(Fraction(amount_fen)) + unit_fen) // (2 * unit_fen) * unit_fen
    return units if amount_fen >= 0 else -units


def split(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Share `total_fen` out by `weights`, to the fen; the parts add up to it.

    Largest remainder: each part is rounded down, then the fen left over go to the parts that lost
    most, the earlier one first among equals. A negative total is shared like the positive one.

    Raises:
        ValueError: a weight is negative, or none is positive.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError(f"分摊比例应为非负数且不全为零：{list(weights)}")
    size, sign = abs(total_fen), -1 if total_fen < 0 else 1
    parts = [size * weight // whole for weight in weights]
    lost = sorted(range(len(parts)), key=lambda i: (-(size * weights[i] % whole), i))
    for i in lost[: size - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]
