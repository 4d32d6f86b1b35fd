"""What SQL reads in a cell is what the Python check of one number reads."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luodi.basics.identifiers import check_id, id_check_digit, uscc_ok
from luodi.basics.identifiers import plain as plain_text
from luodi.pack import Column
from luodi.population import cells
from luodi.rules import Type

CON = duckdb.connect()
cells.create_tables(CON)


def column(kind: str, **more: object) -> Column:
    return Column("x", ("栏",), kind, Type.text(), "栏", **more)  # type: ignore[arg-type]


def read(kind: str, texts: list[str], **more: object) -> list[object]:
    """The stored values of cells, as the import reads them."""
    query = "SELECT unnest($1) AS raw, generate_subscripts($1, 1) AS n"
    query = cells.reading([(column(kind, **more), "raw")], query)
    rows = CON.execute(f"SELECT {cells.value_name('x')} FROM ({query}) ORDER BY n", [texts])
    return [row[0] for row in rows.fetchall()]


BODIES = st.builds(
    lambda region, day, serial: f"{region}{day:%Y%m%d}{serial:03d}",
    st.sampled_from(["990281", "320281", "110101"]),
    st.dates(date(1870, 1, 1), date(2110, 1, 1)),
    st.integers(0, 999),
)
DAMAGE = st.sampled_from(
    [
        lambda n: n,
        lambda n: n.lower(),
        lambda n: n[:17] + ("0" if n[17] != "0" else "1"),
        lambda n: n[:10] + "1332" + n[14:],
        lambda n: n[:6] + " " + n[6:14] + "\u3000" + n[14:],
        lambda n: n.translate({c: c + 0xFEE0 for c in range(48, 58)}),
        lambda n: "'" + n + "\u200b",
        lambda n: n[:6] + n[8:17],
        lambda n: n[:-1],
        lambda n: "0" + n[1:],
        lambda n: n[:6] + "-" + n[6:],
        lambda n: n + "\n",
    ]
)
NUMBERS = st.builds(lambda body, damage: damage(body + id_check_digit(body)), BODIES, DAMAGE)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(NUMBERS, st.text(max_size=20)), min_size=1, max_size=60))
def test_identity_numbers_are_checked_as_one_by_one(texts):
    texts = [text.replace("\0", "") for text in texts]
    expected = [int(check.number[:17]) if (check := check_id(text)).ok else None for text in texts]
    assert read("id_number", texts) == expected


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXYIOSVZ ０Ｘ", max_size=19), max_size=20
    )
)
def test_social_credit_codes_are_checked_as_one_by_one(texts):
    texts = [*texts, "91350503MA0000001A", "91320281777654321X", "9135 0503MA0000001A"]
    assert read("uscc", texts) == [plain_text(text) if uscc_ok(text) else None for text in texts]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("money", "1,200.50", 120_050),
        ("money", "￥1200元", 120_000),
        ("money", "0.30000000000000004", 30),
        ("money", "１２", 1200),
        ("money", "-5", -500),
        ("money", "0.005", None),
        ("money", "1e400", None),
        ("money", "NaN", None),
        ("money", "inf", None),
        ("money", "1,20", None),
        ("money", "99999999999999999999", None),
        ("money", "约100", None),
        ("integer", "3.0", 3),
        ("integer", "3.5", None),
        ("ratio", "46%", 460_000),
        ("ratio", "0.46", 460_000),
        ("ratio", "46", None),
        ("date", "2020-02-12", date(2020, 2, 12)),
        ("date", "2020/2/1", date(2020, 2, 1)),
        ("date", "2020年2月1日", date(2020, 2, 1)),
        ("date", "20200201", date(2020, 2, 1)),
        ("date", "2020-02-12 00:00:00", date(2020, 2, 12)),
        ("date", "2020-02-30", None),
        ("date", "2020-2", None),
        ("month", "2020-02", date(2020, 2, 1)),
        ("month", "2020年2月", date(2020, 2, 1)),
        ("month", "202002", date(2020, 2, 1)),
        ("month", "2020-02-15 00:00:00", date(2020, 2, 1)),
        ("month", "2020-13", None),
        ("boolean", "是", True),
        ("boolean", " 否 ", False),
        ("boolean", "√", True),
        ("boolean", "可能", None),
        ("name", "张　三", "张三"),
        ("name", "阿依·古丽", "阿依·古丽"),
        ("name", "阿依•古丽", "阿依·古丽"),
        ("name", "㛃㐂", "㛃㐂"),
        ("name", " - ", None),
        ("account", "9999 9900 0000 0001", "9999990000000001"),
        ("account", "\x019999990000000001", None),
        ("phone", "+86 100-0000-0001", "10000000001"),
        ("household", "ｄ-１ ", "D1"),
    ],
)
def test_a_cell_is_read_as_people_mean_it(kind, text, value):
    assert read(kind, [text]) == [value]


def test_options_know_their_other_spellings_and_nothing_else():
    options = {"values": ("分散供养", "集中供养"), "aliases": {"散居": "分散供养"}}
    assert read("enum", ["集中供养", "散 居", "其他"], **options) == ["集中供养", "分散供养", None]


def test_amounts_outside_their_bounds_are_refused():
    assert read("money", ["0", "50", "50.01", "-1"], low=0, high=5000) == [0, 5000, None, None]


def test_quantities_keep_three_places():
    assert read("quantity", ["9m3", "9.125", "9.1255"], unit="m3") == [9000, 9125, None]
