"""Get the text out of a file, with each character's place in the original."""

from __future__ import annotations

from pathlib import Path

from luodi.basics.problem import Problem, ProblemError
from luodi.notice.formats.plain import decode
from luodi.notice.tracked import Tracked

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 2_000_000
_KINDS = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".pdf": "pdf",
}
_ACCEPTED = "请提供 .txt、.md、.html、.docx 或 .pdf 文件"


def extract(path: Path) -> tuple[str, Tracked]:
    """The original text of `path`, and the same text ready to be cleaned.

    For .txt, .md and .html the original is the decoded file; for .docx and .pdf it is the text
    taken out of it, since those have no characters of their own to point at.

    Raises:
        ProblemError: no text can be had from the file.
    """
    kind = _KINDS.get(path.suffix.lower())
    place = path.name
    if kind is None:
        shown = path.suffix or "没有扩展名"
        advice = (
            "请用 Word 或 WPS 另存为 .docx"
            if path.suffix.lower() in (".doc", ".wps")
            else _ACCEPTED
        )
        raise ProblemError(Problem(place, f"不能读取这种文件（{shown}）", advice))
    content = _bytes(path)
    if kind == "docx":
        from luodi.notice.formats.docx import docx_text

        tracked = Tracked.of(docx_text(content, place))
    elif kind == "pdf":
        from luodi.notice.formats.pdf import pdf_text

        tracked = Tracked.of(pdf_text(content, place))
    else:
        tracked = Tracked.of(decode(content, place))
    original = tracked.text
    check_text(original, place)
    if kind == "html":
        from luodi.notice.formats.html import visible

        tracked = visible(original)
        check_text(tracked.text, place)
    return original, tracked


def check_text(text: str, place: str) -> None:
    """Refuse a text that is empty or too long.

    Raises:
        ProblemError: it is.
    """
    if not text.strip():
        raise ProblemError(Problem(place, "没有读到任何文字", "扫描件请先做文字识别，再保存为文本"))
    if len(text) > MAX_CHARACTERS:
        raise ProblemError(
            Problem(place, f"文字有{len(text)}个，超过上限{MAX_CHARACTERS}", "请只保留文件正文")
        )


def _bytes(path: Path) -> bytes:
    if not path.exists():
        raise ProblemError(Problem(path.name, "找不到这个文件", "请检查路径"))
    if not path.is_file():
        raise ProblemError(Problem(path.name, "这不是一个文件", _ACCEPTED))
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ProblemError(
                Problem(
                    path.name,
                    f"文件有{size // 1024 // 1024} MB，超过上限 20 MB",
                    "请只保留文件正文",
                )
            )
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ProblemError(Problem(path.name, f"文件打不开：{reason}", "请检查权限")) from error
    if not content.strip():
        raise ProblemError(Problem(path.name, "文件是空的", "请重新下载或索取原文件"))
    return content
