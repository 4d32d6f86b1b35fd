"""Makes up a city and writes it as bureaus' lists, with a known share of known dirt.

Nobody real can be hit: identity numbers carry the place's region prefix that is assigned to nobody,
telephones begin with 100, and accounts with 999999, which no bank issues.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.population import dirt
from luodi.population.cells import literal, name
from luodi.population.handed_in import EVERYWHERE, HEADINGS
from luodi.population.matching import id_number
from luodi.population.rows import Roles
from luodi.population.sheetwriter import LARGEST_SHEET, write_list
from luodi.population.trouble import told

if TYPE_CHECKING:
    from luodi.pack import Column, Pack, Register

Form = Literal["xlsx", "csv", "mixed"]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严"  # noqa: E501
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志文斌海燕鹏飞玲波辉鑫雪琴宇浩凯健俊帆旭宁龙林欢佳倩颖琳慧丹萍莉云春梅兰凤洁晨阳子轩梓涵欣怡诗雨嘉豪思远博睿一鸣可心若水文昊天泽"  # noqa: E501
_DEFAULT_SHARE = {"person": 2_000, "household": 4_000, "organisation": 200_000}
_RECORD_SHARE = 1_500


@dataclass(frozen=True, slots=True)
class City:
    """What was written.

    Attributes:
        files: The lists, in the pack's order.
        truth: What was planted: also in truth.json.
    """

    folder: Path
    files: tuple[Path, ...]
    truth: Mapping[str, Any]


def generate(
    pack: Pack,
    people: int,
    out: Path,
    *,
    as_of: date,
    seed: int = 1,
    dirt_share: float = 0.01,
    form: Form = "mixed",
    missing: Sequence[tuple[str, str]] = (),
    on_step: Callable[[str], None] = lambda _: None,
) -> City:
    """Write a made-up city of `people` as one list per register of `pack`, into the new folder `out`.

    Beside the lists stand `handed-in.csv` (who handed in what, for `registers import`) and
    `truth.json`: how many cells of which kind of dirt were planted in which register.

    Args:
        people: 100 to 20,000,000.
        as_of: The day on which ages are counted.
        dirt_share: Share of a register's rows that get one kind of dirt each, 0 to 0.2.
        form: mixed writes workbooks, GB18030 and UTF-8 text; lists of 100,000 rows and more are
            UTF-8 text in any case.
        missing: (register, area) pairs: that area's rows are left out, as if not handed in.

    Raises:
        ProblemError: `out` exists, or `missing` names what the pack does not have.
    """
    if out.exists():
        raise ProblemError(Problem(str(out), "文件夹已存在", "请换一个 --out"))
    if not 100 <= people <= 20_000_000 or not 0 <= dirt_share <= 0.2:
        raise ProblemError(
            Problem(
                str(out), "人数应在 100 至 20,000,000 之间，差错率在 0 至 0.2 之间", "请改正选项"
            )
        )
    absent = _missing(pack, missing)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        with told([out]):
            truth, names = _write_city(
                pack, people, work, as_of, seed, dirt_share, form, absent, on_step
            )
        work.rename(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return City(out, tuple(out / name for name in names), truth)


def _write_city(
    pack: Pack,
    people: int,
    out: Path,
    as_of: date,
    seed: int,
    dirt_share: float,
    form: Form,
    absent: Mapping[str, Sequence[str]],
    on_step: Callable[[str], None],
) -> tuple[dict[str, Any], list[str]]:
    con = duckdb.connect()
    on_step(f"编造 {people:,} 人")
    _people(con, pack, people, as_of, seed)
    files: list[str] = []
    planted = {}
    with con:
        # The base register last: it gets dirt only where nobody is on another list.
        for at, register in enumerate(sorted(pack.registers.values(), key=lambda one: one.base)):
            on_step(register.title)
            _rows(con, register, as_of, seed + at)
            for code in absent.get(register.name, ()):
                con.execute("DELETE FROM list WHERE _town = $1", [code])
            planted[register.name] = dirt.plant(con, pack, register, dirt_share, seed + at)
            row = con.execute("SELECT count(*) FROM list").fetchone()
            rows = int(row[0]) if row else 0
            is_text = form == "csv" or rows >= LARGEST_SHEET or (form == "mixed" and at % 3 == 1)
            encoding = "gb18030" if form == "mixed" and rows < LARGEST_SHEET else "utf-8"
            path = out / f"{register.title}.{'csv' if is_text else 'xlsx'}"
            write_list(con, register, path, encoding, as_of)
            files.append(path.name)
    truth = {
        "pack": pack.id, "people": people, "as_of": as_of.isoformat(), "seed": seed,
        "dirt_share": dirt_share, "planted": planted,
        "missing": {register: list(codes) for register, codes in absent.items()},
    }  # fmt: skip
    (out / "truth.json").write_text(
        json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
    _write_handed_in(pack, absent, out / "handed-in.csv")
    return truth, files


def _missing(pack: Pack, missing: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    problems: list[Problem] = []
    absent: dict[str, list[str]] = {}
    for register, written in missing:
        area = pack.place.area(written)
        if register not in pack.registers:
            near = suggest(register, pack.registers)
            hint = f"是不是 {near}？" if near else f"可写：{'、'.join(pack.registers)}"
            problems.append(Problem("--missing-list", f"没有名册 {register!r}", hint))
        elif area is None:
            towns = "、".join(area.name for area in pack.place.areas)
            problems.append(
                Problem("--missing-list", f"没有镇（街道）{written!r}", f"可写：{towns}")
            )
        else:
            absent.setdefault(register, []).append(area.code)
    if problems:
        raise ProblemError(*problems)
    return absent


def _write_handed_in(pack: Pack, absent: Mapping[str, Sequence[str]], path: Path) -> None:
    lines = [",".join(HEADINGS)]
    for register in pack.registers:
        if register in absent:
            lines += [
                f"{register},{area.name}"
                for area in pack.place.areas
                if area.code not in absent[register]
            ]
        else:
            lines.append(f"{register},{EVERYWHERE}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _chance(salt: object, serial: str = "i") -> str:
    """SQL: a number from 0 to 999,999 that is the same in every run."""
    return f"(hash({serial}, {literal(str(salt))}) % 1000000)"


def _mostly_small(chance: str, below: int) -> str:
    """SQL: a whole number from 0 to `below` - 1, half the time in the lowest eighth."""
    share = f"({chance} * {chance} // 1000000 * {chance} // 1000000)"
    return f"(CAST({share} AS BIGINT) * {below} // 1000000)"


def _people(
    con: duckdb.DuckDBPyConnection, pack: Pack, people: int, as_of: date, seed: int
) -> None:
    """Table city: i, hid, town, town_name, birth, key, id_number, name, account, phone, age."""
    areas = [area for area in pack.place.areas if area.kind != "zone"] or list(pack.place.areas)
    con.execute("CREATE TABLE town (place INTEGER, code VARCHAR, name VARCHAR)")
    con.executemany(
        "INSERT INTO town VALUES (?, ?, ?)",
        [(at, area.code, area.name) for at, area in enumerate(areas)],
    )
    size = "(CASE WHEN x < 190000 THEN 1 WHEN x < 450000 THEN 2 WHEN x < 700000 THEN 3 "
    size += "WHEN x < 870000 THEN 4 WHEN x < 950000 THEN 5 ELSE 6 END)"
    con.execute(
        f"CREATE TABLE home AS SELECT i AS hid, sum({size}) OVER (ORDER BY i) - {size} AS first, "
        f"{size} AS members FROM (SELECT i, {_chance(('size', seed))} AS x FROM range({people}) AS t(i))"
    )
    con.execute(
        f"CREATE TABLE city AS WITH member AS (SELECT first + unnest(range(members)) AS i, hid, "
        f"CAST(first * {len(areas)} // {people} AS INTEGER) AS town FROM home WHERE first < {people}), "
        # Half are spread over working ages, the rest over childhood and old age.
        f"aged AS (SELECT *, CASE WHEN {_chance(('group', seed))} < 180000 "
        f"THEN {_chance(('age', seed))} % 6570 WHEN {_chance(('group', seed))} < 820000 "
        f"THEN 6570 + {_chance(('age', seed))} % 15330 ELSE 21900 + {_chance(('age', seed))} % 13870 END "
        f"AS days FROM member WHERE i < {people}), "
        f"born AS (SELECT *, DATE {literal(as_of.isoformat())} - CAST(days AS INTEGER) AS birth FROM aged), "
        f"counted AS (SELECT *, row_number() OVER (PARTITION BY birth ORDER BY i) AS nth FROM born), "
        f"keyed AS (SELECT *, CAST({literal(pack.place.synthetic_prefix)} || strftime(birth, '%Y%m%d') || "
        f"lpad(CAST((nth * 7 + hash(birth, {seed}) % 1000) % 1000 AS VARCHAR), 3, '0') AS BIGINT) AS key "
        f"FROM counted) "
        f"SELECT i, hid, town.code AS town, town.name AS town_name, birth, key, "
        f"{id_number('key')} AS id_number, days // 365 AS age, "
        f"substr({literal(SURNAMES)}, 1 + CAST(hash(hid // 2 * 2 + i % 2, {seed}) % {len(SURNAMES)} AS INTEGER), 1) || "
        f"substr({literal(GIVEN)}, 1 + CAST(hash(i, 'a', {seed}) % {len(GIVEN)} AS INTEGER), 1) || "
        f"CASE WHEN hash(i, 'l', {seed}) % 10 < 8 THEN substr({literal(GIVEN)}, "
        f"1 + CAST(hash(i, 'b', {seed}) % {len(GIVEN)} AS INTEGER), 1) ELSE '' END AS name, "
        f"CASE WHEN {_chance(('account', seed))} < 940000 THEN "
        f"'999999' || lpad(CAST(i AS VARCHAR), 13, '0') END AS account, "
        f"'100' || lpad(CAST(i AS VARCHAR), 8, '0') AS phone "
        f"FROM keyed JOIN town ON town.place = keyed.town ORDER BY i"
    )
    firms = max(40, people // 100)
    body = f"'92' || {literal(pack.place.synthetic_prefix)} || 'MA' || lpad(CAST(i AS VARCHAR), 7, '0')"
    con.execute(
        f"CREATE TABLE firm AS SELECT i, body || {_uscc_check('body')} AS uscc, town.code AS town, "
        f"town.name AS town_name, {literal(pack.place.title)} || '合成' || CAST(i AS VARCHAR) || '号企业' AS name, "
        f"'999999' || lpad(CAST(90000000 + i AS VARCHAR), 13, '0') AS account, "
        f"'100' || lpad(CAST(90000000 + i AS VARCHAR), 8, '0') AS phone "
        f"FROM (SELECT i, {body} AS body, CAST(hash(i, {seed}) % {len(areas)} AS INTEGER) AS place "
        f"FROM range({firms}) AS t(i)) AS f JOIN town USING (place) ORDER BY i"
    )


def _uscc_check(body: str) -> str:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = " + ".join(
        f"{pow(3, at, 31)} * (instr('{alphabet}', substr({body}, {at + 1}, 1)) - 1)"
        for at in range(17)
    )
    return f"substr('{alphabet}', 1 + (31 - ({total}) % 31) % 31, 1)"


def _rows(con: duckdb.DuckDBPyConnection, register: Register, as_of: date, seed: int) -> None:
    """Table list: the register's columns as text under their own names, and _i, _town, _hid, _born."""
    roles = Roles.of(register)
    share, ages, by_household = _plan(register)
    drawn = f"{_chance((register.name, seed), 'hid' if by_household else 'i')} < {share}"
    has_person = roles.id_number is not None
    if register.base:
        source = "SELECT *, NULL AS uscc FROM city"
    elif register.of == "household":
        source = (
            f"SELECT * EXCLUDE (first, members), NULL AS uscc FROM city JOIN home USING (hid) "
            f"WHERE i = first AND {drawn}"
        )
    elif register.of == "organisation":
        source = (
            "SELECT *, i AS hid, NULL AS birth, NULL AS id_number FROM firm "
            f"WHERE {_chance((register.name, seed))} < {share}"
        )
    elif has_person:
        within = f" AND age BETWEEN {ages[0]} AND {ages[1]}" if ages else ""
        source = f"SELECT *, NULL AS uscc FROM city WHERE {drawn}{within}"
    else:
        source = f"SELECT *, i AS hid, NULL AS birth, NULL AS id_number FROM firm WHERE i % 5 = {seed % 5}"
    columns = []
    for n, column in register.columns.items():
        columns.append(f"{_cell(n, column, register, roles, as_of, seed)} AS {name(n)}")
    known = "false" if register.base else "true"
    con.execute(
        f"CREATE OR REPLACE TABLE list AS SELECT i AS _i, town AS _town, hid AS _hid, birth AS _birth, "
        f"{known} AS _listed, {', '.join(columns)} FROM ({source}) ORDER BY i"
    )
    if not register.base and has_person:
        con.execute("CREATE TABLE IF NOT EXISTS on_lists (i BIGINT)")
        con.execute("INSERT INTO on_lists SELECT _i FROM list")


def _plan(register: Register) -> tuple[int, tuple[int, int] | None, bool]:
    plan = register.synthetic
    if plan is not None:
        return plan.share, plan.ages, plan.households
    return _DEFAULT_SHARE.get(register.of, _RECORD_SHARE), None, False


def _cell(n: str, column: Column, register: Register, roles: Roles, as_of: date, seed: int) -> str:
    """SQL for a clean cell: the subject's own where the column says who it is, else made up."""
    chance = _chance((register.name, n, seed))
    own = {
        roles.id_number: "id_number", roles.uscc: "uscc", roles.name: "name", roles.area: "town_name",
        roles.phone: "phone",
        roles.household: f"{literal(register.name[0].upper())} || lpad(CAST(hid AS VARCHAR), 8, '0')",
        # A household on a list has one account, the head's, for all its members.
        roles.account: "account",
    }  # fmt: skip
    if n in own:
        return own[n]
    if column.kind in ("name", "org_name"):
        return f"substr({literal(SURNAMES)}, 1 + CAST({chance} % {len(SURNAMES)} AS INTEGER), 1) || '合成'"
    if column.kind == "enum":
        options = ", ".join(map(literal, column.values))
        return f"[{options}][1 + CAST({chance} % {len(column.values)} AS INTEGER)]"
    if column.kind == "boolean":
        return f"CASE WHEN {chance} < 850000 THEN '是' ELSE '否' END"
    if column.kind in ("integer", "money", "ratio", "quantity"):
        spread = {"integer": 100, "money": 200_000, "ratio": 1_000_000, "quantity": 50_000}[
            column.kind
        ]
        first = next((one for one in (column.least, column.low) if one is not None), 0)
        last = first + spread if column.most is None else column.most
        if column.high is not None:
            last = min(last, column.high)
        drawn = f"({first} + {_mostly_small(chance, max(1, last - first + 1))})"
        if column.kind == "integer":
            return f"CAST({drawn} AS VARCHAR)"
        scale, places = {"money": (100, 2), "ratio": (10_000, 2), "quantity": (1000, 3)}[
            column.kind
        ]
        amount = f"CAST(CAST({drawn} AS DECIMAL(18, 0)) / {scale} AS DECIMAL(18, {places}))"
        return f"CAST({amount} AS VARCHAR)" + (" || '%'" if column.kind == "ratio" else "")
    if column.kind == "date":
        days = f"CAST({_mostly_small(chance, 720)} AS INTEGER)"
        return f"strftime(DATE {literal(as_of.isoformat())} - {days}, '%Y-%m-%d')"
    if column.kind == "month":
        return (
            f"strftime(DATE {literal(as_of.isoformat())} - CAST({chance} % 60 AS INTEGER), '%Y-%m')"
        )
    if column.kind == "text":
        label = literal(column.headings[0].split("(")[0])
        return f"{label} || CAST({chance if not column.required else 'i'} % 100000 AS VARCHAR)"
    return "NULL"
