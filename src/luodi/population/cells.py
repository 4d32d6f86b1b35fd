"""What a cell holds, by the type of its column, as DuckDB SQL: a whole register at once.

A cell is read in *stages*: each is a column of a query over the stage before, so that no expression
repeats another. The last stage is the stored value, NULL where the cell cannot be read. A cell that
holds something but has no value is refused: it becomes unknown, and is reported.

Nearly all cells of a register are clean, so each expression tries the clean form first: a CASE
evaluates its slow branch only for the rows that need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Column

#: Put before a long number that a workbook holds as a number: its last digits are already lost.
NUMERIC = "\x01"

_BLANKS = (
    r"\s\x{001c}-\x{001f}\x{0085}\x{00a0}\x{1680}\x{2000}-\x{200f}"
    r"\x{2028}\x{2029}\x{202f}\x{205f}\x{2060}\x{3000}\x{feff}"
)
_WIDE = "".join(chr(code + 0xFEE0) for code in range(0x21, 0x7F))
_HALF = "".join(map(chr, range(0x21, 0x7F)))
_EDGES = " \t\r\n　/\\-—"
_NOTHING = ("", "#N/A", "#REF!", "#VALUE!", "#NAME?", "NULL")
_YES = ("是", "有", "√", "✓", "对", "Y", "YES", "TRUE", "1", "1.0")
_NO = ("否", "无", "×", "✗", "X", "N", "NO", "FALSE", "0", "0.0", "没有", "不是")
_ID_SHAPE = "[1-9][0-9]{16}[0-9X]"


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """`text` as an SQL name."""
    return '"' + text.replace('"', '""') + '"'


def word(text: str, *others: str) -> str:
    """One of a few words, as an enum: Parquet gets them as a dictionary without hashing each row."""
    options = ", ".join(map(literal, sorted({text, *others})))
    return f"CAST({literal(text)} AS ENUM({options}))"


def half_width(sql: str) -> str:
    return f"translate({sql}, {literal(_WIDE)}, {literal(_HALF)})"


def without_blanks(sql: str) -> str:
    return f"regexp_replace({sql}, '[{_BLANKS}]+', '', 'g')"


def plain(sql: str) -> str:
    """As `luodi.basics.identifiers.plain`: half-width, upper case, no blanks, quotes or dashes."""
    noise = f"[{_BLANKS}''`‘’-]+"
    return f"upper(regexp_replace({half_width(sql)}, '{noise}', '', 'g'))"


def filled(sql: str) -> str:
    """Whether a cell holds something: blanks, dashes and spreadsheet errors are nothing."""
    nothing = ", ".join(map(literal, _NOTHING))
    return f"coalesce(trim({sql}, {literal(_EDGES)}) NOT IN ({nothing}), false)"


@dataclass(frozen=True, slots=True)
class Stage:
    """New columns as SQL, by name, over the columns of the stage before, and tables joined to it.

    The joins look up one row at most and never drop one, so that rows keep their order.
    """

    columns: dict[str, str] = field(default_factory=dict)
    joins: list[str] = field(default_factory=list)


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """What identity numbers are looked up in: days by digits, and weighed sums of digits.

    The weights of GB 11643 are powers of two modulo 11, so that the sums of groups of digits can be
    looked up and put together: far less work than seventeen digits one by one.
    """
    con.execute(
        "CREATE TABLE birthdays AS SELECT code, day, "
        + " + ".join(f"{2**k} * (code // {10**k} % 10)" for k in range(8))
        + " AS weighed FROM (SELECT day, CAST(strftime(day, '%Y%m%d') AS INTEGER) AS code FROM (SELECT "
        "DATE '1880-01-01' + CAST(i AS INTEGER) AS day FROM range(80355) AS t(i)) "
        "WHERE day < DATE '2100-01-01')"
    )
    con.execute(
        "CREATE TABLE thousands AS SELECT CAST(i AS INTEGER) AS code, "
        "i % 10 + 2 * (i // 10 % 10) + 4 * (i // 100) AS weighed FROM range(1000) AS t(i)"
    )
    con.execute("CREATE TABLE area_names (written VARCHAR, code INTEGER)")


def reading(columns: Iterable[tuple[Column, str]], query: str) -> str:
    """`query` with a column `value_name` for each of `columns`, whose raw cells it has by the name given.

    Needs the tables of `create_tables`.
    """
    merged: list[Stage] = []
    for column, raw in columns:
        for at, stage in enumerate(stages(column, raw)):
            if at == len(merged):
                merged.append(Stage())
            merged[at].columns.update(stage.columns)
            merged[at].joins.extend(stage.joins)
    for stage in merged:
        added = "".join(f", {sql} AS {column}" for column, sql in stage.columns.items())
        query = f"SELECT cell.*{added} FROM ({query}) AS cell {' '.join(stage.joins)}"
    return query


def stages(column: Column, raw: str) -> list[Stage]:
    """The stages of reading the raw cells `raw`.

    The last column is named by `value_name`, and for an identity number there is `birth_name` too.
    Areas are looked up in the table `area_names`.
    """
    n = column.name
    kind = column.kind
    if kind == "id_number":
        return _id_stages(n, raw)
    if kind == "uscc":
        text = name("t " + n)
        return list(
            map(
                Stage,
                [
                    {text: f"CASE WHEN {raw} IS NOT NULL THEN {plain(raw)} END"},
                    {value_name(n): uscc(text)},
                ],
            )
        )
    if kind == "area":
        town = name("j " + n)
        join = f"LEFT JOIN area_names AS {town} ON {town}.written = {raw}"
        return [Stage({value_name(n): f"{town}.code"}, [join])]
    if kind in _SCALES:
        return _number_stages(column, raw)
    if kind in ("date", "month"):
        return _date_stages(n, kind, raw)
    if kind in ("account", "phone"):
        return [Stage({value_name(n): _digits(kind, raw)})]
    if kind in ("boolean", "enum"):
        text = name("t " + n)
        usual = ", ".join(map(literal, column.values or ("是", "否")))
        folded = f"upper({without_blanks(half_width(raw))})"
        folded = f"CASE WHEN {raw} IN ({usual}) THEN {raw} WHEN {raw} IS NOT NULL THEN {folded} END"
        return [Stage({text: folded}), Stage({value_name(n): _word(column, text)})]
    if kind in ("name", "org_name"):
        return [Stage({value_name(n): name_text(raw)})]
    if kind == "household":
        clean = f"regexp_full_match({raw}, '[0-9A-Z]+')"
        return [
            Stage(
                {value_name(n): f"CASE WHEN {clean} THEN {raw} ELSE nullif({plain(raw)}, '') END"}
            )
        ]
    shown = f"trim(replace({raw}, '{NUMERIC}', ''), ' \t\r\n　')"
    return [Stage({value_name(n): f"CASE WHEN {filled(raw)} THEN {shown} END"})]


def value_name(column: str) -> str:
    return name("v " + column)


def birth_name(column: str) -> str:
    return name("d " + column)


def text_name(column: str) -> str:
    return name("t " + column)


def _id_stages(n: str, raw: str) -> list[Stage]:
    text, body, day = name("t " + n), name("b " + n), birth_name(n)
    slow = f"nullif(regexp_extract({plain(raw)}, '^{_ID_SHAPE}$'), '')"
    shaped = f"regexp_full_match({raw}, '{_ID_SHAPE}')"
    high, low, born, serial = (name(f"{part} {n}") for part in ("jh", "jl", "jd", "js"))
    # '0'–'9' give 0–9 and 'X' gives 40, which stands for 10.
    last = f"least(ord(substr({text}, 18, 1)) - 48, 10)"
    weighed = f"2 * {serial}.weighed + 16 * {born}.weighed + 4096 * {low}.weighed + 32768 * {high}.weighed"
    joins = [
        f"LEFT JOIN birthdays AS {born} ON {born}.code = CAST({body} // 1000 % 100000000 AS INTEGER)",
        f"LEFT JOIN thousands AS {serial} ON {serial}.code = CAST({body} % 1000 AS INTEGER)",
        f"LEFT JOIN thousands AS {low} ON {low}.code = CAST({body} // 100000000000 % 1000 AS INTEGER)",
        f"LEFT JOIN thousands AS {high} ON {high}.code = CAST({body} // 100000000000000 AS INTEGER)",
    ]
    return [
        Stage({text: f"CASE WHEN {shaped} THEN {raw} WHEN {raw} IS NOT NULL THEN {slow} END"}),
        Stage({body: f"CAST(left({text}, 17) AS BIGINT)"}),
        Stage(
            {
                day: f"{born}.day",
                value_name(n): f"CASE WHEN ({weighed} + {last}) % 11 = 1 THEN {body} END",
            },
            joins,
        ),
    ]


def id_sum(body: str) -> str:
    """The weighed sum of the first seventeen digits, but for multiples of 11.

    With q(k) = body // 10^k it is 2·(q(0) − 8·Σ 2^(k−1)·q(k)).
    """
    weighed = " + ".join(f"{2 ** (k - 1)} * ({body} // {10**k})" for k in range(1, 17))
    return f"2 * ({body} - 8 * ({weighed}))"


def uscc(code: str) -> str:
    """A social credit code that passes its check (GB 32100), or NULL."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

    def digit(at: int) -> str:
        return f"(instr('{alphabet}', substr({code}, {at}, 1)) - 1)"

    weighed = " + ".join(f"{pow(3, at, 31)} * {digit(at + 1)}" for at in range(17))
    return (
        f"CASE WHEN regexp_full_match({code}, '[{alphabet}]{{18}}') "
        f"AND (31 - ({weighed}) % 31) % 31 = {digit(18)} THEN {code} END"
    )


def name_text(raw: str) -> str:
    """A name in one form: no blanks between Chinese characters, one form of the middle dot."""
    latin = f"regexp_replace({half_width(raw)}, '[{_BLANKS}]+', ' ', 'g')"
    spaced = (
        f"CASE WHEN regexp_matches({raw}, '[A-Za-z]') THEN {latin} ELSE {without_blanks(raw)} END"
    )
    slow = f"nullif(trim(regexp_replace({spaced}, '[•‧∙・･．.]', '·', 'g'), ' /-—'), '')"
    return rf"CASE WHEN regexp_full_match({raw}, '\p{{Han}}+') THEN {raw} ELSE {slow} END"


def _digits(kind: str, raw: str) -> str:
    """Accounts (8 to 32 digits) and telephones (7 to 20 signs, without +86)."""
    shape = "[0-9]{8,32}" if kind == "account" else "[0-9()*]{7,20}"
    slow = f"nullif(regexp_extract({plain(raw)}, '^(?:[+]86)?({shape})$', 1), '')"
    return (
        f"CASE WHEN regexp_full_match({raw}, '{shape}') THEN {raw} "
        f"WHEN {raw} IS NOT NULL THEN {slow} END"
    )


def _word(column: Column, text: str) -> str:
    """Yes and no, options: from a text of one form."""
    if column.kind == "boolean":
        yes, no = (", ".join(map(literal, words)) for words in (_YES, _NO))
        return f"CASE WHEN {text} IN ({yes}) THEN true WHEN {text} IN ({no}) THEN false END"
    options = {option: option for option in column.values}
    options |= {_fold(option): option for option in column.values}
    options |= {_fold(written): option for written, option in column.aliases.items()}
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(to)}" for word, to in options.items())
    return f"CASE {text} {cases} END"


def _fold(word: str) -> str:
    half = word.translate(dict(zip(map(ord, _WIDE), _HALF, strict=True)))
    return "".join(half.split()).upper()


_GROUPS = {
    "date": "^([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?$",
    "month": "^([0-9]{4})[-/.年]?([0-9]{1,2})月?$",
}
_ISO = {"date": "[0-9]{4}-[0-9]{2}-[0-9]{2}", "month": "[0-9]{4}-[0-9]{2}"}
_SHAPES = {
    "date": "[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|[0-9]{8}",
    "month": "[0-9]{4}[-/.年][0-9]{1,2}月?|[0-9]{6}",
}


def _date_stages(n: str, kind: str, raw: str) -> list[Stage]:
    """Dates in the usual forms; a month is its first day, and may be written as any of its days."""
    text, day = name("t " + n), name("d " + n)
    bare = f"regexp_replace({raw}, '[ T]00:00:00(?:[.]0+)?$', '')"
    within = f"{day} BETWEEN DATE '1850-01-01' AND DATE '2100-12-31'"
    found = _day(text, "date")
    if kind == "month":
        found = f"coalesce({_day(text, 'month')}, CAST(date_trunc('month', {found}) AS DATE))"
    slow = without_blanks(half_width(bare))
    iso = f"regexp_full_match({raw}, '{_ISO[kind]}')"
    first = f"{raw} || '-01'" if kind == "month" else raw
    return list(
        map(
            Stage,
            [
                {text: f"CASE WHEN {iso} THEN {raw} WHEN {raw} IS NOT NULL THEN {slow} END"},
                {day: f"CASE WHEN {iso} THEN try_cast({first} AS DATE) ELSE {found} END"},
                {value_name(n): f"CASE WHEN {within} THEN {day} END"},
            ],
        )
    )


def _day(text: str, kind: str) -> str:
    numbers = [
        f"lpad(regexp_extract({text}, '{_GROUPS[kind]}', {at + 1}), {2 if at else 4}, '0')"
        for at in range(3 if kind == "date" else 2)
    ]
    iso = " || '-' || ".join([*numbers, "'01'"][:3])
    return (
        f"CASE WHEN regexp_full_match({text}, '{_SHAPES[kind]}') THEN try_cast({iso} AS DATE) END"
    )


_SCALES = {"integer": 0, "money": 2, "ratio": 6, "quantity": 3}
_LIMITS = {"integer": 10**9, "money": 10**13, "ratio": 10**9, "quantity": 10**12}


def _number_stages(column: Column, raw: str) -> list[Stage]:
    """Integers, money (fen), ratios (millionths) and quantities (thousandths), exactly.

    A workbook holds 0.3 as 0.30000000000000004: what lies within a millionth of the last place
    counts as that place. More places than that are refused, since rounding them would be a guess.
    A share above one without a percent sign is refused too: 46 may be 46 % or a slip.
    """
    n, kind = column.name, column.kind
    text, digits, scaled, stored = (name(f"{step} {n}") for step in ("t", "n", "x", "s"))
    unit = {"money": "元", "quantity": column.unit}.get(kind, "")
    word = without_blanks(half_width(f"replace({raw}, '{NUMERIC}', '')"))
    if unit:
        word = f"regexp_replace({word}, '^[¥￥]|(?:{re.escape(unit)})$', '', 'g')"
    grouped = "-?[0-9]{1,3}(?:,[0-9]{3})+(?:[.][0-9]+)?%?"
    ungrouped = f"CASE WHEN regexp_full_match({text}, '{grouped}') THEN replace({text}, ',', '') "
    ungrouped += f"ELSE {text} END"
    times, share = str(10 ** _SCALES[kind]), ""
    if kind == "ratio":
        percent = f"contains({text}, '%')"
        ungrouped = f"regexp_replace({ungrouped}, '%$', '')"
        times = f"CASE WHEN {percent} THEN 10000 ELSE 1000000 END"
        share = f" AND ({percent} OR abs({stored}) <= 1000000)"
    limit = _LIMITS[kind]
    low = -limit if column.low is None else column.low
    high = limit if column.high is None else column.high
    shape = "-?[0-9]{1,13}(?:[.][0-9]{1,17})?"
    # Nearly all amounts are short and have no more places than can be stored.
    quick, short = (
        name(f"q {n}"),
        "-?[0-9]{1,9}" + (f"(?:[.][0-9]{{1,{_SCALES[kind]}}})?" * (kind != "integer")),
    )
    cast = f"CAST(CAST({raw} AS DECIMAL(18, {_SCALES[kind]})) * {10 ** _SCALES[kind]} AS BIGINT)"
    unread = f"{quick} IS NULL AND {raw} IS NOT NULL"
    within = f"BETWEEN {low} AND {high}"
    quick_share = f" AND abs({quick}) <= 1000000" if kind == "ratio" else ""
    return list(
        map(
            Stage,
            [
                {quick: f"CASE WHEN regexp_full_match({raw}, '{short}') THEN {cast} END"},
                {text: f"CASE WHEN {unread} THEN {word} END"},
                {digits: f"CASE WHEN {unread} THEN {ungrouped} END"},
                {
                    scaled: f"CASE WHEN {unread} AND regexp_full_match({digits}, '{shape}') "
                    f"THEN CAST({digits} AS DECIMAL(38, 18)) * {times} END"
                },
                {stored: f"CASE WHEN {scaled} IS NOT NULL THEN round({scaled}) END"},
                {
                    value_name(n): f"CASE WHEN {quick} {within}{quick_share} THEN {quick} "
                    f"WHEN {scaled} IS NOT NULL AND abs({scaled} - {stored}) < 0.000001 "
                    f"AND {stored} {within}{share} THEN CAST({stored} AS BIGINT) END"
                },
            ],
        )
    )
