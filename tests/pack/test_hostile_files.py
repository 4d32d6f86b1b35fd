"""A hostile or broken file gives problems with places; never a traceback, never a wait."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luodi.basics.problem import Problem, ProblemError
from luodi.pack import check, load
from luodi.pack.yaml import MAX_BYTES, Item, Source, read_yaml

PARAMETER = "parameters/heating.yaml"


def refused(folder: Path) -> list[Problem]:
    with pytest.raises(ProblemError) as raised:
        load(folder)
    return list(raised.value.problems)


def written(folder: Path, content: bytes | str) -> list[str]:
    """The messages about a parameter's file with this content."""
    data = content.encode() if isinstance(content, str) else content
    (folder / PARAMETER).write_bytes(data)
    problems = refused(folder)
    assert all(problem.place.startswith(f"yunxi-2024-1/{PARAMETER}") for problem in problems)
    return [problem.message for problem in problems]


@pytest.mark.parametrize("depth", [51, 10_000, 200_000])
@pytest.mark.parametrize("sign", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_at_any_depth(folder: Path, sign: str, depth: int) -> None:
    assert written(folder, "a: " + sign * depth if sign != "- " else sign * depth) == [
        "嵌套超过 50 层"
    ]


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor(folder: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert written(folder, bomb) == ["不能用锚点（&）"]


def test_a_file_of_countless_items_is_refused(folder: Path) -> None:
    assert written(folder, "[" + "a," * 60_000 + "]") == ["内容超过 50000 项"]


def test_a_file_above_the_limit_is_refused(folder: Path) -> None:
    assert written(folder, "#" * (MAX_BYTES + 1)) == ["文件超过 1 MB"]


def test_a_file_that_is_not_utf_8_names_the_byte(folder: Path) -> None:
    file = folder / PARAMETER
    file.write_bytes("label: ok\nunit: 每月\n".encode("gb18030"))
    (problem,) = refused(folder)
    assert problem.place.startswith(f"yunxi-2024-1/{PARAMETER}:2:")
    assert "UTF-8" in problem.message
    assert "另存为 UTF-8" in problem.next_step


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x01\x02",
        b"",
        b"---\n",
        b"# only a comment\n",
        b"\xff\xfea\x00",
        b"%YAML 9.9\n---\na: 1",
    ],
)
def test_what_is_no_yaml_is_a_problem(folder: Path, content: bytes) -> None:
    assert written(folder, content)


@pytest.mark.parametrize("value", ["9" * 5000, "-1e400", ".inf", "0x10", "1_000", "٣", "１２"])
def test_numbers_that_are_none_are_refused(folder: Path, value: str) -> None:
    text = (folder / PARAMETER).read_text(encoding="utf-8").replace('"80"', value)
    assert len(written(folder, text)) == 1


def test_a_byte_order_mark_and_windows_line_ends_are_read(folder: Path) -> None:
    file = folder / PARAMETER
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert check(load(folder)) == []


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links_are_not_followed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("label: secret\n", encoding="utf-8")
    (folder / PARAMETER).unlink()
    (folder / PARAMETER).symlink_to(secret)
    assert [problem.message for problem in refused(folder)] == ["政策包里不能放链接"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_linked_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "golden").rename(tmp_path / "golden")
    (folder / "golden").symlink_to(tmp_path / "golden")
    assert refused(folder)


def test_unknown_files_are_named(folder: Path) -> None:
    (folder / "measure").mkdir()
    (folder / "measures" / "05.yml").write_text("", encoding="utf-8")
    (folder / "README.md").write_text("fine", encoding="utf-8")
    (folder / ".hidden").write_text("fine", encoding="utf-8")
    messages = [(problem.message, problem.next_step) for problem in refused(folder)]
    assert messages == [
        ("政策包里不认识这个文件", "是不是 'measures'？"),
        ("文件名不合规", "文件名用小写英文字母、数字、- 和 _，以 .yaml 结尾"),
    ]


def test_two_files_that_differ_in_a_dash_only_are_refused(folder: Path) -> None:
    copy = (folder / "parameters/free-water.yaml").read_text(encoding="utf-8")
    (folder / "parameters/free_water.yaml").write_text(copy, encoding="utf-8")
    assert any("同名" in problem.message for problem in refused(folder))


@pytest.mark.parametrize("missing", ["pack.yaml", "notice.txt", "measures"])
def test_a_missing_file_is_named(folder: Path, missing: str) -> None:
    (folder / missing).rename(folder.parent / "gone")
    assert missing in refused(folder)[0].place + refused(folder)[0].message


def test_a_place_is_not_a_pack(folder: Path) -> None:
    (problem,) = refused(folder.parent / "yunxi")
    assert "这是地方" in problem.next_step


def test_no_folder_is_a_problem(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere")


def test_a_notice_of_no_measures_is_reported_by_check(folder: Path) -> None:
    (folder / "notice.txt").write_text("今日新闻：天气晴。\n", encoding="utf-8")
    problems = check(load(folder))
    assert any("原文没有第1条" in problem.message for problem in problems)


def test_problems_hold_no_more_of_a_file_than_its_line(folder: Path) -> None:
    text = "label: " + "很长" * 5000 + "\n"
    (folder / PARAMETER).write_text(text, encoding="utf-8")
    assert all(len(problem.render()) < 1000 for problem in refused(folder))


@settings(max_examples=300)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    source = Source("x.yaml", text, text.split("\n"))
    try:
        assert isinstance(read_yaml(source), Item)
    except ProblemError as error:
        assert all(problem.place.startswith("x.yaml:") for problem in error.problems)


def places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Each place of a YAML document: the list or mapping, and the key there."""
    rows = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in list(rows):
        yield content, key
        if isinstance(value, dict | list):
            yield from places(value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_pack_with_anything_anywhere_is_loaded_or_refused(
    folder: Path, data: st.DataObject
) -> None:
    files = sorted(file for root in (folder, Path("yunxi")) for file in root.rglob("*.yaml"))
    file = data.draw(st.sampled_from(files))
    good = file.read_text(encoding="utf-8")
    content = yaml.load(good, Loader=yaml.BaseLoader)
    holder, key = data.draw(st.sampled_from(list(places(content))))
    strange = [None, "", "x", "0", "-1", [], {}, ["x"], [[]], {"a": "b"}, [{"a": []}], "2024-01-05"]
    holder[key] = data.draw(st.sampled_from(strange))
    try:
        file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        try:
            check(load(folder))
        except ProblemError as error:
            assert error.problems
    finally:
        file.write_text(good, encoding="utf-8")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_pack_with_any_damage_is_loaded_or_refused(folder: Path, data: st.DataObject) -> None:
    files = sorted(file for root in (folder, Path("yunxi")) for file in root.rglob("*.yaml"))
    file = data.draw(st.sampled_from(files))
    good = file.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 12)))
    new = data.draw(st.text(alphabet="ab 12:-{}[],'\"|>#&*!%.\n日元", max_size=6))
    try:
        file.write_text(good[:start] + new + good[end:], encoding="utf-8")
        try:
            check(load(folder))
        except ProblemError as error:
            assert error.problems
    finally:
        file.write_text(good, encoding="utf-8")


def test_countless_wrong_names_cost_no_search(folder: Path) -> None:
    many = ", ".join(f"is_{number}: true" for number in range(20_000))
    file = folder / "golden/heating.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{is_dibao_covered: true}", f"{{{many}}}"), encoding="utf-8")
    problems = refused(folder)
    assert len(problems) == 20_000
    assert sum("是不是" in problem.next_step for problem in problems) <= 200


@pytest.mark.parametrize(
    ("content", "place", "sign"),
    [("label：取暖补贴\nunit: yuan\n", "1:6", "：:"), ("a: {x: 1，y: 2}\n", "1:9", "，,")],
)
def test_a_full_width_sign_is_pointed_at(folder: Path, content: str, place: str, sign: str) -> None:
    (folder / PARAMETER).write_text(content, encoding="utf-8")
    (problem,) = refused(folder)
    assert problem.place == f"yunxi-2024-1/{PARAMETER}:{place}"
    assert problem.message == f"“{sign[0]}”是全角的"
    assert f"“{sign[1]}”" in problem.render()
