from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.basics.identifiers import (
    check_id,
    disability_certificate,
    id_check_digit,
    luhn_ok,
    mask_account,
    mask_id,
    mask_name,
    mask_phone,
    mobile_ok,
    uscc_check_digit,
    uscc_ok,
)

# Region 990000 is assigned to nobody, so these numbers belong to nobody.
births = st.dates(date(1900, 1, 1), date(2030, 12, 31))


def made_up(birth: date, order: int) -> str:
    body = f"990000{birth:%Y%m%d}{order:03d}"
    return body + id_check_digit(body)


numbers = st.builds(made_up, births, st.integers(0, 999))


@pytest.mark.parametrize(
    ("body", "check"), [("11010519491231002", "X"), ("44052418800101001", "4")]
)
def test_the_examples_of_the_standard_check(body, check):
    assert id_check_digit(body) == check


@given(births, st.integers(0, 999))
def test_a_number_tells_birth_date_and_sex(birth, order):
    found = check_id(made_up(birth, order))
    assert found.ok
    assert (found.birth, found.sex) == (birth, "male" if order % 2 else "female")


@given(numbers, st.integers(6, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, at, step):
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    assert not check_id(wrong).ok


@pytest.mark.parametrize("typed", ["99000019491231000x", "９９００００１９４９１２３１０００Ｘ"])
@pytest.mark.parametrize("around", ["", " ", "\u200b", "'", "\t"])
def test_lower_case_full_width_and_unseen_signs_do_no_harm(typed, around):
    assert check_id(around + typed + around).number == "99000019491231000X"


@pytest.mark.parametrize(
    ("typed", "damage"),
    [
        ("", "empty"),
        ("3.20281E+17", "number_typed"),
        ("990000194912310000", "number_typed"),
        ("990000194912310021.0", "number_typed"),
        ("990000491231002", "old_form"),
        ("99000019491231", "bad_shape"),
        ("张三", "bad_shape"),
        ("9900001949123100²X", "bad_shape"),
        ("990000194902300019", "bad_date"),
        ("990000194912310001", "bad_check"),
    ],
)
def test_each_damage_has_its_name(typed, damage):
    found = check_id(typed)
    assert found.damage == damage
    assert found.text


@given(st.text(max_size=30))
def test_any_text_is_judged_and_masked_without_an_error(text):
    check_id(text)
    disability_certificate(text)
    for judge in (uscc_ok, luhn_ok, mobile_ok):
        assert judge(text) in (True, False)
    for mask in (mask_id, mask_account, mask_phone, mask_name):
        mask(text)


def test_a_social_credit_code_is_checked():
    body = "91990000MA0000000"
    code = body + uscc_check_digit(body)
    assert uscc_ok(code)
    assert uscc_ok(code.lower())
    assert not uscc_ok(body + "I")
    assert not uscc_ok(code[:-2] + code[-1] + code[-2])
    assert uscc_ok("91350100M000100Y43")  # the example of GB 32100


def test_a_bank_card_is_checked_and_a_passbook_is_not_one():
    assert luhn_ok("6200000000000005")
    assert not luhn_ok("6200000000000006")
    assert not luhn_ok("0049")


def test_a_mobile_number_has_eleven_digits():
    assert mobile_ok("154 0000 0000")
    assert mobile_ok("+8615400000000")
    assert not mobile_ok("12900000000")
    assert not mobile_ok("0510-80000000")


def test_a_disability_certificate_names_holder_category_and_grade():
    found = disability_certificate("99000019491231000X43B1")
    assert found is not None
    assert (found.holder.birth, found.category, found.grade) == (date(1949, 12, 31), 4, 3)
    assert disability_certificate("990000194912310001" + "43") is None
    assert disability_certificate("99000019491231000X" + "83") is None


@given(numbers)
def test_a_masked_number_shows_neither_birth_date_nor_county(number):
    masked = mask_id(number)
    assert len(masked) == 18
    assert masked.strip("•").split("•")[0] == number[:3]
    assert sum(sign != "•" for sign in masked) == 5


def test_masks_leave_little():
    assert mask_name("张三") == "张•"
    assert mask_name("欧阳小小") == "欧•••"
    assert mask_name("张") == "•"
    assert mask_account("6200000000000005") == "••••••••••••0005"
    assert mask_phone("15400000012") == "154••••••12"
    assert mask_id("张三") == "••"
