"""Numbers that stand for people, firms and accounts: checked, and masked before they are shown.

Sources: GB 11643-1999 (identity number), GB 32100-2015 (social credit code), ISO/IEC 7812-1
(bank card), the disability certificate of 2008 (identity number, category, grade).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Sex = Literal["male", "female"]
IdDamage = Literal["ok", "empty", "number_typed", "old_form", "bad_shape", "bad_date", "bad_check"]

#: What each damage means, for the person who has to mend the list.
ID_DAMAGE_TEXT: dict[IdDamage, str] = {
    "ok": "身份证号正确",
    "empty": "没有身份证号",
    "number_typed": "身份证号被存成了数字，末尾几位已丢失",
    "old_form": "15位旧身份证号",
    "bad_shape": "身份证号不是18位",
    "bad_date": "身份证号里的出生日期不存在",
    "bad_check": "身份证号校验码不符",
}

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ID_18 = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_ID_15 = re.compile(r"[1-9]\d{14}", re.ASCII)
_AS_NUMBER = re.compile(r"\d(?:\.\d+)?E\+?\d+|\d+\.0*", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_CERTIFICATE = re.compile(r"(?P<id>[1-9]\d{16}[\dX])(?P<category>[1-7])(?P<grade>[1-4])", re.ASCII)
_NOISE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff'`‘’-]+")  # blanks, marks nobody sees, dashes
_HALF_WIDTH = str.maketrans({chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)})
_DOT = "•"


def plain(value: str) -> str:
    """A number as typed, brought to one form: half-width, upper case, no blanks or dashes."""
    return _NOISE.sub("", value.translate(_HALF_WIDTH)).upper()


@dataclass(frozen=True, slots=True)
class IdCheck:
    """What an identity number cell holds.

    Attributes:
        number: The number in one form; compare and store this, and only where `damage` is ok.
        damage: `ok`, or the first thing that is wrong.
        birth: Birth date in the number, where it has one that exists.
        sex: From the number, where it has one.
    """

    number: str
    damage: IdDamage
    birth: date | None = None
    sex: Sex | None = None

    @property
    def ok(self) -> bool:
        return self.damage == "ok"

    @property
    def text(self) -> str:
        """The damage in Chinese, without the number."""
        return ID_DAMAGE_TEXT[self.damage]


def check_id(value: str) -> IdCheck:
    """Check an identity number typed as text.

    The region prefix is not judged: prefixes are abolished, moved, and used for residence permits.
    A number that went through a numeric cell (`3.20281E+17`, or 18 digits ending in 000 that fail
    the check) is called `number_typed`, since its last digits are gone; 8.9 % of such numbers pass
    the check by luck, so an importer refuses numeric cells whatever this says.
    """
    number = plain(value)
    if not number:
        return IdCheck("", "empty")
    if _AS_NUMBER.fullmatch(number):
        return IdCheck(number, "number_typed")
    if _ID_15.fullmatch(number):
        birth = _date(f"19{number[6:12]}")
        return IdCheck(number, "old_form", birth, _sex(number[14]))
    if not _ID_18.fullmatch(number):
        return IdCheck(number, "bad_shape")
    good = id_check_digit(number[:17]) == number[17]
    birth, sex = _date(number[6:14]), _sex(number[16])
    if not good and number.endswith("000"):
        return IdCheck(number, "number_typed", birth)
    if birth is None:
        return IdCheck(number, "bad_date")
    return IdCheck(number, "ok" if good else "bad_check", birth, sex)


def id_check_digit(body: str) -> str:
    """The eighteenth character for seventeen digits of an identity number."""
    weighed = zip(body, _ID_WEIGHTS, strict=True)
    return _ID_CHECKS[sum(int(digit) * weight for digit, weight in weighed) % 11]


def _date(digits: str) -> date | None:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if not 1880 <= year < 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sex(digit: str) -> Sex:
    return "male" if int(digit) % 2 else "female"


def uscc_ok(value: str) -> bool:
    """Whether a social credit code (统一社会信用代码, 18 characters) passes its own check."""
    code = plain(value)
    return (
        len(code) == 18
        and all(sign in _USCC_ALPHABET for sign in code)
        and uscc_check_digit(code[:17]) == code[17]
    )


def uscc_check_digit(body: str) -> str:
    """The eighteenth character for seventeen characters of a social credit code."""
    total = sum(_USCC_ALPHABET.index(sign) * pow(3, i, 31) for i, sign in enumerate(body))
    return _USCC_ALPHABET[-total % 31]


def luhn_ok(value: str) -> bool:
    """Whether 16 to 19 digits pass the check of bank cards. Passbook numbers fail it: warn only."""
    digits = plain(value)
    if not re.fullmatch(r"\d{16,19}", digits, re.ASCII):
        return False
    doubled = [int(digit) * (1 + i % 2) for i, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def mobile_ok(value: str) -> bool:
    """Whether this has the form of a mainland mobile number, with or without +86."""
    return _MOBILE.fullmatch(plain(value).removeprefix("+86")) is not None


@dataclass(frozen=True, slots=True)
class DisabilityCertificate:
    """What a disability certificate number says: whose it is, category 1 to 7, grade 1 to 4.

    Categories: 1 视力, 2 听力, 3 言语, 4 肢体, 5 智力, 6 精神, 7 多重. Grade 1 is the gravest.
    """

    holder: IdCheck
    category: int
    grade: int


def disability_certificate(value: str) -> DisabilityCertificate | None:
    """Read a 20-character certificate number; None if it is none or its identity number is bad.

    A reissued certificate ends in B and a digit; that ending is left out.
    """
    match = _CERTIFICATE.fullmatch(re.sub(r"B\d$", "", plain(value)))
    if match is None:
        return None
    holder = check_id(match["id"])
    if not holder.ok:
        return None
    return DisabilityCertificate(holder, int(match["category"]), int(match["grade"]))


def mask_id(value: str) -> str:
    """An identity number for showing: three characters, dots, two characters.

    Leaves neither birth date nor county: first six and last four would leave 34 candidates to
    anyone who knows the year of birth. What is too short to be a number is dots altogether.
    """
    return _mask(plain(value), first=3, last=2, shortest=15)


def mask_account(value: str) -> str:
    """A bank account for showing: dots and the last four digits."""
    return _mask(plain(value), first=0, last=4, shortest=12)


def mask_phone(value: str) -> str:
    """A telephone for showing: the first three digits and the last two."""
    return _mask(plain(value), first=3, last=2, shortest=11)


def mask_name(value: str) -> str:
    """A name for showing: the first character, and a dot for each other (张••)."""
    name = value.strip()
    return name[:1] + _DOT * (len(name) - 1) if len(name) > 1 else _DOT * len(name)


def _mask(text: str, *, first: int, last: int, shortest: int) -> str:
    if len(text) < shortest:
        return _DOT * len(text)
    return text[:first] + _DOT * (len(text) - first - last) + text[-last:]
