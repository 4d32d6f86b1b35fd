"""Decode text as Chinese bureaus save it."""

from __future__ import annotations

import codecs
import re

from luodi.basics.problem import Problem, ProblemError

_CONTROL = re.compile("[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffe\uffff]")
_LETTER = re.compile(r"[\u3400-\u9fffA-Za-z0-9]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = {b"PK\x03\x04": ".docx", b"%PDF": ".pdf", b"\xd0\xcf\x11\xe0": ".doc"}
_TOLERATED = 0.05  # share of undecodable or control characters up to which text is damaged text


def decode(content: bytes, place: str) -> str:
    """The text of `content`: UTF-8, UTF-16 or GB18030, told apart by BOM and by trying.

    Undecodable bytes become U+FFFD where they are few, so that they can be reported.

    Raises:
        ProblemError: it is no text.
    """
    for magic, suffix in _MAGIC.items():
        if content.startswith(magic):
            raise ProblemError(
                Problem(
                    place,
                    f"内容其实是 {suffix} 文件",
                    f"请把扩展名改为 {suffix}；.doc 请先另存为 .docx",
                )
            )
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _checked(content[len(bom) :].decode(encoding, "replace"), place)
    if content[:4000].count(0) > len(content[:4000]) // 8:
        little = content[1:4000:2].count(0) >= content[0:4000:2].count(0)
        return _checked(content.decode("utf-16-le" if little else "utf-16-be", "replace"), place)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text
    tries = [content.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")]
    return _checked(min(tries, key=lambda t: t.count("\ufffd")), place)


def _is_text(text: str) -> bool:
    bad = text.count("\ufffd") + len(_CONTROL.findall(text))
    return bad <= _TOLERATED * len(text) + (len(text) > 50) and bool(_LETTER.search(text))


def _checked(text: str, place: str) -> str:
    if _is_text(text):
        return text
    raise ProblemError(
        Problem(place, "内容不是文字（可能是图片或损坏的文件）", "请用文本、网页、Word 或 PDF 原件")
    )
