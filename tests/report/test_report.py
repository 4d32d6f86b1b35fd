"""Setting, columns, amounts and readings: what the walk and the page are put together from."""

from __future__ import annotations

import pytest

from luodi.assessment.price import Price
from luodi.basics.problem import ProblemError
from luodi.pack import load
from luodi.report.bars import bar
from luodi.report.columns import columns, width
from luodi.report.findings import amount_text
from luodi.report.readings import rivals
from luodi.report.setting import read_setting
from luodi.report.townlists import safe


@pytest.fixture(scope="module")
def pack(root):
    return load(root / "packs" / read_setting(root / "packs" / "demo.yaml").pack)


def written(tmp_path, old, new, root):
    text = (root / "packs" / "demo.yaml").read_text("utf-8")
    assert old in text
    file = tmp_path / "demo.yaml"
    file.write_text(text.replace(old, new), "utf-8")
    return file


def test_the_setting_shipped_fits_its_pack(root, pack):
    setting = read_setting(root / "packs" / "demo.yaml")
    given = setting.signed.given(pack)
    assert given.readings == setting.readings
    assert set(setting.readings) < set(pack.readings), "some stay open, to be priced"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("month: 2020-02", "mouth: 2020-02", "month"),
        ("as_of: 2020-02-12", "as_of: 2020-02-30", "2020-02-30"),
        ("option: once, unit: 市民政局", "option: twice, unit: 市民政局", "once"),
        ("option: once, unit: 市民政局", "option: once, unit: 市财政局", "应由市民政局签定"),
        ("reading: overlap", "reading: overlaps", "overlap"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_right(tmp_path, root, pack, old, new, said):
    with pytest.raises(ProblemError) as raised:
        read_setting(written(tmp_path, old, new, root)).signed.given(pack)
    assert any(
        said in one.message + one.next_step and "demo.yaml" in one.place
        for one in raised.value.problems
    )


def test_chinese_takes_two_columns_and_numbers_stand_to_the_right():
    assert width("张a") == 3
    assert columns(("镇", "元"), [("华士镇", "7"), ("a", "1,200")], right=(1,)) == [
        "镇         元",
        "华士镇      7",
        "a       1,200",
    ]


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (123_456, "fen", "1,234.56 元"),
        (1_368_000, "m3", "1,368 立方米"),
        (9_500, "m3", "9.5 立方米"),
        (None, "fen", ""),
        (5, "", ""),
    ],
)
def test_amounts_are_in_the_units_that_people_use(amount, unit, text):
    assert amount_text(amount, unit) == text


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "\t=1", "＝1"])
def test_what_a_spreadsheet_would_run_is_kept_as_text(text):
    assert safe(text) == f"'{text}"


def test_plain_text_is_left_as_it_is():
    assert safe("华士镇 3-1 号") == "华士镇 3-1 号"


def test_a_bar_has_the_length_of_its_share_and_a_small_part_is_still_seen():
    drawn = bar([(500, "due"), (1, "held"), (0, "open")], 1_000_000)
    assert 'class="due" x="0.0" width="4.0"' in drawn
    assert 'class="held" x="4.0" width="4.0"' in drawn
    assert "open" not in drawn
    assert 'width="500.0"' in bar([(1, "due")], 2)
    assert bar([(0, "due")], 0) == ""


def priced(choice, subjects, amount):
    return Price("", "aid", "补贴", "4", "2020-02", choice, "fen", subjects, amount, 0)


def test_a_signed_reading_stands_beside_each_single_change_of_it(pack):
    prices = [
        priced({"overlap": o, "cumulate": c}, n, n * 12_000)
        for n, (o, c) in enumerate(
            [("once", "each"), ("once", "first"), ("each", "each"), ("each", "first")], start=7
        )
    ]
    (found,) = rivals(pack, prices, {"overlap": "once", "cumulate": "each"})
    assert not found.open
    assert [way.mark for way in found.ways] == ["已签", "", ""]
    assert [way.against for way in found.ways] == [
        "",
        "多 120.00 元，多 1 个",
        "多 240.00 元，多 2 个",
    ]


def test_while_a_signature_lacks_only_what_was_signed_otherwise_is_left_out(pack):
    prices = [
        priced({"price_base": b, "overlap": o}, 1, 100)
        for b in ("two_step", "proportional")
        for o in ("once", "each")
    ]
    (found,) = rivals(pack, prices, {"overlap": "once"})
    assert found.open
    assert [way.mark for way in found.ways] == ["建议", ""]
