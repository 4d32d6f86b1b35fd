"""What a cell holds, by the type of its column, as DuckDB SQL: a whole register at once.

Each type has two expressions. The *text* brings a cell to one form; the *value* is the stored value
of that text, or NULL where it cannot be read. A cell that holds something but has no value is
refused: it becomes unknown, and is reported.

Nearly all cells of a register are clean, so each expression tries the clean form first: a CASE
evaluates its slow branch only for the rows that need it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from luodi.pack import Column

#: Put before a long number that a workbook holds as a number: its last digits are already lost.
NUMERIC = "\x01"

_BLANKS = r"\s\x{001c}-\x{001f}\x{0085}\x{00a0}\x{1680}\x{2000}-\x{200f}\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}"
_WIDE = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F))
_HALF = "".join(map(chr, range(0x21, 0x7F)))
_NOTHING = ("/", "-", "--", "—", "——", "\\", "#N/A", "#REF!", "#VALUE!", "#NAME?", "NULL")
_YES = ("是", "有", "√", "✓", "对", "Y", "YES", "TRUE", "1", "1.0")
_NO = ("否", "无", "×", "✗", "X", "N", "NO", "FALSE", "0", "0.0", "没有", "不是")
_ID_SHAPE = "[1-9][0-9]{16}[0-9X]"


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """`text` as an SQL name."""
    return '"' + text.replace('"', '""') + '"'


def half_width(sql: str) -> str:
    return f"translate({sql}, {literal(_WIDE)}, {literal(_HALF)})"


def without_blanks(sql: str) -> str:
    return f"regexp_replace({sql}, '[{_BLANKS}]+', '', 'g')"


def plain(sql: str) -> str:
    """As `luodi.basics.identifiers.plain`: half-width, upper case, no blanks, quotes or dashes."""
    noise = f"[{_BLANKS}''`‘’-]+"
    return f"upper(regexp_replace({half_width(sql)}, '{noise}', '', 'g'))"


def id_text(sql: str) -> str:
    """An identity number of the right form, or NULL."""
    return (
        f"CASE WHEN regexp_full_match({sql}, '{_ID_SHAPE}') THEN {sql} "
        f"WHEN {sql} IS NOT NULL AND regexp_full_match({plain(sql)}, '{_ID_SHAPE}') "
        f"THEN {plain(sql)} END"
    )


def id_body(text: str) -> str:
    """The first seventeen digits as BIGINT: they determine the eighteenth character."""
    return f"CAST(left({text}, 17) AS BIGINT)"


def id_birth(text: str) -> str:
    """The birth date in an identity number, or NULL where that day does not exist."""
    day = f"CAST(try_strptime(substr({text}, 7, 8), '%Y%m%d') AS DATE)"
    return f"CASE WHEN substr({text}, 7, 4) BETWEEN '1880' AND '2099' THEN {day} END"


def id_checks(text: str, body: str) -> str:
    """Whether the eighteenth character is right.

    The weights of GB 11643 are powers of two modulo 11. With q(k) = body // 10^k, the weighed sum of
    the digits is 2·(q(0) − 8·Σ 2^(k−1)·q(k)): sixteen divisions instead of seventeen substrings.
    """
    weighed = " + ".join(f"{2 ** (k - 1)} * ({body} // {10**k})" for k in range(1, 17))
    # '0'–'9' give 0–9 and 'X' gives 40, which stands for 10.
    last = f"least(ord(substr({text}, 18, 1)) - 48, 10)"
    return f"(2 * ({body} - 8 * ({weighed})) + {last}) % 11 = 1"


def uscc_text(sql: str) -> str:
    """A social credit code that passes its check (GB 32100), or NULL."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    code = plain(sql)
    value = f"(instr('{alphabet}', substr({code}, {{i}}, 1)) - 1)"
    weighed = " + ".join(f"{pow(3, i, 31)} * {value.format(i=i + 1)}" for i in range(17))
    return (
        f"CASE WHEN regexp_full_match({code}, '[{alphabet}]{{18}}') "
        f"AND (31 - ({weighed}) % 31) % 31 = {value.format(i=18)} THEN {code} END"
    )


def filled(sql: str) -> str:
    """Whether a cell holds something: blanks, dashes and spreadsheet errors are nothing."""
    nothing = ", ".join(map(literal, _NOTHING))
    return (
        f"({sql} IS NOT NULL AND {sql} NOT IN ('', {nothing}) AND trim({sql}, ' \t\r\n　') <> '')"
    )


def value(column: Column, sql: str) -> str:
    """The stored value of the raw cell `sql`, NULL where there is none or it cannot be read.

    Identity numbers, areas and social credit codes have their own ways.
    """
    kind = column.kind
    if kind in ("name", "org_name"):
        return name_text(sql)
    if kind == "household":
        return (
            f"CASE WHEN regexp_full_match({sql}, '[0-9A-Z]+') THEN {sql} "
            f"ELSE nullif({plain(sql)}, '') END"
        )
    if kind == "account":
        return f"CASE WHEN regexp_full_match({plain(sql)}, '[0-9]{{8,32}}') THEN {plain(sql)} END"
    if kind == "phone":
        bare = f"regexp_replace({plain(sql)}, '^[+]86', '')"
        return f"CASE WHEN regexp_full_match({bare}, '[0-9()+*]{{7,20}}') THEN {bare} END"
    if kind == "text":
        return f"nullif(trim(replace({sql}, '{NUMERIC}', ''), ' \t\r\n　'), '')"
    if kind == "enum":
        return _enum(column, sql)
    if kind == "boolean":
        word = f"upper({without_blanks(half_width(sql))})"
        yes, no = (", ".join(map(literal, words)) for words in (_YES, _NO))
        return f"CASE WHEN {word} IN ({yes}) THEN true WHEN {word} IN ({no}) THEN false END"
    if kind == "date":
        return _date(sql)
    if kind == "month":
        return _month(sql)
    return _number(column, sql)


def name_text(sql: str) -> str:
    """A name in one form: no blanks between Chinese characters, one form of the middle dot."""
    dots = "[•‧∙・･．.]"
    slow = (
        f"regexp_replace(regexp_replace({half_width(sql)}, '[{_BLANKS}]+', ' ', 'g'), "
        r"'(\p{Han}) (?:\p{Han}| )*', '\0', 'g')"
    )
    slow = f"CASE WHEN regexp_matches({sql}, '[A-Za-z]') THEN {slow} ELSE {without_blanks(sql)} END"
    slow = f"regexp_replace({slow}, '{dots}', '·', 'g')"
    return (
        rf"CASE WHEN regexp_full_match({sql}, '\p{{Han}}+') THEN {sql} "
        f"ELSE nullif(trim({slow}), '') END"
    )


def _enum(column: Column, sql: str) -> str:
    word = without_blanks(half_width(sql))
    folded = {_fold(option): option for option in column.values}
    folded |= {_fold(written): option for written, option in column.aliases.items()}
    options = " ".join(f"WHEN {literal(w)} THEN {literal(o)}" for w, o in folded.items())
    return f"CASE {word} {options} END"


def _fold(word: str) -> str:
    return "".join(word.translate(dict(zip(map(ord, _WIDE), _HALF, strict=True))).split())


def _date(sql: str) -> str:
    word = without_blanks(half_width(f"regexp_replace({sql}, '[ T]00:00:00(?:[.]0+)?$', '')"))
    form = "([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?"
    apart = "[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|[0-9]{8}"
    part = f"regexp_extract({word}, '^{form}$', {{i}})"
    iso = " || '-' || ".join(
        f"lpad({part.format(i=i)}, {2 if i > 1 else 4}, '0')" for i in (1, 2, 3)
    )
    day = f"CASE WHEN regexp_full_match({word}, '{apart}') THEN try_cast({iso} AS DATE) END"
    return f"CASE WHEN {day} BETWEEN DATE '1880-01-01' AND DATE '2199-12-31' THEN {day} END"


def _month(sql: str) -> str:
    word = without_blanks(half_width(sql))
    form = "([0-9]{4})[-/.年]?([0-9]{1,2})月?"
    apart = "[0-9]{4}[-/.年][0-9]{1,2}月?|[0-9]{6}"
    part = f"regexp_extract({word}, '^{form}$', {{i}})"
    iso = f"{part.format(i=1)} || '-' || lpad({part.format(i=2)}, 2, '0') || '-01'"
    month = f"CASE WHEN regexp_full_match({word}, '{apart}') THEN try_cast({iso} AS DATE) END"
    return f"coalesce({month}, date_trunc('month', {_date(sql)})::DATE)"


_SCALES = {"integer": 0, "money": 2, "ratio": 6, "quantity": 3}
_LIMITS = {"integer": 10**9, "money": 10**13, "ratio": 10**9, "quantity": 10**12}


def _number(column: Column, sql: str) -> str:
    """Integers, money (fen), ratios (millionths) and quantities (thousandths), exactly.

    A workbook holds 0.3 as 0.30000000000000004: what lies within a millionth of the last place
    counts as that place. More places than that are refused, since rounding them would be a guess.
    """
    kind = column.kind
    scale = _SCALES[kind]
    unit = {"money": "元", "ratio": "", "integer": "", "quantity": column.unit}[kind] or ""
    word = without_blanks(half_width(f"replace({sql}, '{NUMERIC}', '')"))
    bare = f"regexp_replace({word}, '^[¥￥]|(?:{_quoted(unit)})$', '')" if unit else word
    grouped = (
        f"CASE WHEN regexp_full_match({bare}, '-?[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:[.][0-9]+)?') "
    )
    grouped += f"THEN replace({bare}, ',', '') ELSE {bare} END"
    percent = f"right({grouped}, 1) = '%'" if kind == "ratio" else "false"
    digits = f"CASE WHEN {percent} THEN rtrim({grouped}, '%') ELSE {grouped} END"
    places = f"CASE WHEN {percent} THEN {scale - 2} ELSE {scale} END"
    exact = f"try_cast({digits} AS DECIMAL(38, 18))"
    stored = f"round({exact} * CAST(power(10, {places}) AS BIGINT))"
    near = f"abs({exact} * CAST(power(10, {places}) AS BIGINT) - {stored}) < 0.000001"
    limit = _LIMITS[kind]
    low = -limit if column.low is None else column.low
    high = limit if column.high is None else column.high
    bare_share = f"({percent} OR abs({exact}) <= 1)" if kind == "ratio" else "true"
    shape = f"regexp_full_match({digits}, '-?[0-9]{{1,14}}(?:[.][0-9]{{1,17}})?')"
    return (
        f"CASE WHEN {shape} AND {near} AND {bare_share} AND {stored} BETWEEN {low} AND {high} "
        f"THEN CAST({stored} AS BIGINT) END"
    )


def _quoted(unit: str) -> str:
    return re.escape(unit).replace("'", "''")
