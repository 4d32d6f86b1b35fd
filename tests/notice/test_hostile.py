"""Whatever comes, a notice is a notice or a problem: no traceback, no guess, no long wait."""

from __future__ import annotations

import contextlib
import io
import random
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luodi.basics.problem import ProblemError
from luodi.notice import Notice, read, read_text

ROOT = Path(__file__).parents[2]
NOTICES = Path(__file__).parent / "notices"
SEEDS = [ROOT / "packs/jiangyin-2020-13/notice.txt", ROOT / "packs/fengze-2022/notice.txt"]
PIECES = (
    "一、",
    "（一）",
    "1.",
    "第一条",
    "①",
    "1.1",
    "（责任单位：",
    "市民政局",
    "）",
    "〔牵头单位：",
    "；",
    "，",
    "。",
    "\n",
    "给予",
    "补贴",
    "最高",
    "10万元",
    "5%",
    "2月底前",
    "2020年",
    "有效期至",
    "《",
    "》",
    "“",
    "”",
    "(",
    ")",
    "(shí)",
    "元",
    "、",
    "亿",
    "月",
    "每人每月",
    "电话",
    "0510-80000000",
    "微信",
    "附件",
    "关于",
    "印发",
    "的通知",
    "政策",
    "首页",
    ">",
    "目录",
    "\t",
    "\r\n",
    "�",
    "?",
    "0",
    "999999999999",
    "二〇二〇年",
)


def problem_of(path: Path) -> str:
    with pytest.raises(ProblemError) as caught:
        read(path)
    [problem] = caught.value.problems
    assert path.name in problem.place
    assert problem.next_step
    return problem.message


def outcome(path: Path) -> Notice | None:
    try:
        return read(path)
    except ProblemError:
        return None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), min_size=1, max_size=60))
def test_any_text_is_read_or_refused(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        notice = read_text(text)
    except ProblemError:
        return
    notice.to_json()
    assert all(0 <= a <= b <= len(text) for a, b in (s.span for s in notice.sentences))
    assert all(f.span[0] < f.span[1] for f in notice.figures)
    ids = [s.id for s in notice.sentences]
    assert len(set(ids)) == len(ids)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(SEEDS))
def test_a_founding_notice_cut_and_shuffled_is_still_read(seed: int, path: Path) -> None:
    draw = random.Random(seed)
    text = list(path.read_text(encoding="utf-8"))
    for _ in range(draw.randint(1, 12)):
        at = draw.randrange(len(text))
        match draw.randrange(4):
            case 0:
                del text[at : at + draw.randint(1, 200)]
            case 1:
                text[at:at] = draw.choice(PIECES)
            case 2:
                other = draw.randrange(len(text))
                text[at:at] = text[other : other + 80]
            case _:
                text[at] = draw.choice("（）。\n、元%\ufffd")
    read_text("".join(text)).to_json()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400), st.sampled_from([".txt", ".md", ".html", ".docx", ".pdf"]))
def test_random_bytes_are_refused_or_read(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"notice{suffix}"
    path.write_bytes(content)
    outcome(path)


@pytest.mark.parametrize("name", ["06-word-lists.docx", "12-printed.pdf"])
def test_a_damaged_document_is_refused_or_read(tmp_path: Path, name: str) -> None:
    draw = random.Random(7)
    whole = (NOTICES / name).read_bytes()
    path = tmp_path / name
    for _ in range(30):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 30)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        if draw.random() < 0.3:
            del content[draw.randrange(len(content)) :]
        path.write_bytes(bytes(content) or b"x")
        outcome(path)


def test_missing_empty_foreign_and_binary_files_are_named(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "none.txt") == "找不到这个文件"
    (tmp_path / "empty.txt").write_bytes(b"  \n")
    assert problem_of(tmp_path / "empty.txt") == "文件是空的"
    (tmp_path / "folder.txt").mkdir()
    assert problem_of(tmp_path / "folder.txt") == "这不是一个文件"
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    assert "不能读取" in problem_of(tmp_path / "old.doc")
    (tmp_path / "picture.txt").write_bytes(bytes(range(256)) * 20)
    assert "不是文字" in problem_of(tmp_path / "picture.txt")
    (tmp_path / "word.txt").write_bytes((NOTICES / "06-word-lists.docx").read_bytes())
    assert "其实是 .docx" in problem_of(tmp_path / "word.txt")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 nothing more")
    assert "已损坏" in problem_of(tmp_path / "broken.docx")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    assert "已损坏" in problem_of(tmp_path / "broken.pdf")


def test_what_is_too_large_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("word/document.xml", "w") as part,
    ):
        for _ in range(250):
            part.write(b"\0" * 1024 * 1024)
    (tmp_path / "bomb.docx").write_bytes(bomb.getvalue())
    assert "超过上限" in problem_of(tmp_path / "bomb.docx")
    (tmp_path / "long.txt").write_text("字" * 2_000_001, encoding="utf-8")
    assert "超过上限" in problem_of(tmp_path / "long.txt")
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    assert "超过上限" in problem_of(tmp_path / "big.txt")


def test_a_document_reads_no_other_file_and_expands_no_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("口令", encoding="utf-8")
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY a "哈哈哈哈哈哈">]>'
        f'<w:document xmlns:w="{w}"><w:body><w:p><w:r><w:t>甲&x;&a;乙</w:t></w:r></w:p></w:body></w:document>'
    )
    path = tmp_path / "entity.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", body)
    notice = outcome(path)
    assert notice is None or not {"口", "令", "哈"} & set(notice.original)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "一、发放补贴。对低保对象发放100元。",
        "<" * 200_000 + "字",
        "<p " + "a='1' " * 100_000 + "字",
        "<!--" * 50_000 + "字",
        "&#x10ffff;&#0;&bogus;&#99999999999;一、补贴。给予100元。",
        "<script>" * 1000 + "字",
    ],
    ids=["deep", "angles", "attributes", "comments", "entities", "scripts"],
)
def test_hostile_pages_end(tmp_path: Path, page: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    started = time.process_time()
    outcome(path)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "piece",
    ["（", "一、", "1.", "《", "责任单位：", "（责任单位：", "10万、", "首页>", "电话1", "2020年", "“",
     "\n一、", "第一条 甲。（责任单位：市甲局）\n", "甲\n对乙给予10元。\n", "1", "，，", "对", "附件：\n1."],
)  # fmt: skip
def test_time_grows_with_length_and_not_with_its_square(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        started = time.process_time()
        read_text(text)
        return time.process_time() - started

    short = min(seconds(6_000), seconds(6_000))
    # sixteen times the text: linear work takes sixteen times as long, quadratic 256 times
    assert seconds(96_000) < max(64 * short, 1.0)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.integers(20, 60))
def test_no_repetition_makes_a_pattern_run_away(unit: list[str], times: int) -> None:
    started = time.process_time()
    with contextlib.suppress(ProblemError):
        read_text("".join(unit) * times)
    assert time.process_time() - started < 2


def test_a_notice_without_measures_has_none() -> None:
    notice = read_text("市民政局今天召开会议，部署下一阶段工作。")
    assert notice.measures == ()
    assert [s.id for s in notice.sentences] == ["head.1"]
    assert notice.to_json()["measures"] == {"n": 0, "numbers": [], "titles": [], "spans": []}
