"""The text of a PDF, page by page."""

from __future__ import annotations

import io
import logging
import struct
import zlib

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from luodi.basics.problem import Problem, ProblemError

_MAX_PAGES = 300
_MAX_CHARACTERS = 4_000_000
# pypdf lets whatever a damaged object provokes come through; it is data that is at fault.
_BROKEN = (
    PyPdfError, ArithmeticError, LookupError, ValueError, TypeError, AttributeError,
    AssertionError, RecursionError, NotImplementedError, EOFError, OSError, MemoryError,
    struct.error, zlib.error,
)  # fmt: skip
_ADVICE = "请重新下载，或用 Word 打开后另存为 .docx"

# What pypdf thinks of a file is not for the person who asked what the notice says.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def pdf_text(content: bytes, place: str) -> str:
    """The text of all pages, each beginning on a line of its own.

    Raises:
        ProblemError: it is no PDF, is damaged or locked, holds no text, or too much of it.
    """
    pages: list[str] = []
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ProblemError(Problem(place, "PDF 设有密码，无法读取", "请另存为不加密的文件"))
        count = len(reader.pages)
        if count > _MAX_PAGES:
            raise ProblemError(
                Problem(place, f"PDF 有{count}页，超过上限{_MAX_PAGES}", "请只保留文件正文")
            )
        for page in reader.pages:
            pages.append(page.extract_text())
            if sum(map(len, pages)) > _MAX_CHARACTERS:
                raise ProblemError(Problem(place, "PDF 文字过多", "请只保留文件正文"))
    except _BROKEN as error:
        raise ProblemError(Problem(place, "PDF 已损坏，无法读取", _ADVICE)) from error
    text = "\n".join(pages)
    if not text.strip():
        advice = "请先做文字识别（OCR），再保存为 .docx 或文本"
        raise ProblemError(Problem(place, "PDF 里没有文字，可能是扫描件", advice))
    return text.encode("utf-8", "replace").decode("utf-8")
