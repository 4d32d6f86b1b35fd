"""The pages are true: what they show runs, stands where they say, and leads somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import pytest
import yaml

from luodi.assessment.golden import run
from luodi.assessment.signatures import read_signatures
from luodi.basics.problem import ProblemError
from luodi.cli.main import main
from luodi.pack import check, load
from luodi.population.synthetic import generate

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
NOTICE = ROOT / "packs" / "jiangyin-2020-13"
COUNTY = ROOT / "tests" / "docs" / "packs" / "qinghe-2026-37"
#: Takes minutes, and has its own tests.
LONG = {"demo"}


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"^```(?:{kind})\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.M)


def commands(page: Path) -> Iterator[list[str]]:
    """Every `luodi …` line of the page's blocks that whoever reads it can type."""
    for block in blocks(page, "sh|console"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words and Path(words[0]).name == "luodi" and not re.search(r"\b[A-Z]{4,}\b", line):
                yield words[1:]


def in_pages(*names: str) -> list[list[str]]:
    return [words for one in names for words in commands(ROOT / one)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clerk's folder: the notice, its pack and place, and the lists of a made-up city."""
    desk = tmp_path_factory.mktemp("desk")
    for one in ("jiangyin", "jiangyin-2020-13", "superior"):
        shutil.copytree(ROOT / "packs" / one, desk / "packs" / one)
    pack = load(NOTICE)
    generate(pack, 300, desk / "lists", as_of=date(2020, 2, 12), form="xlsx")
    document = docx.Document()
    for line in (NOTICE / "notice.txt").read_text("utf-8").splitlines():
        document.add_paragraph(line)
    document.save(str(desk / "notice.docx"))
    return desk


def test_the_commands_of_the_pages_run_one_after_the_other(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(desk / "packs" / "jiangyin", tmp_path / "packs" / "jiangyin")
    shutil.copy(desk / "notice.docx", tmp_path)
    found = in_pages("README.md", "docs/encode-a-notice.md", "docs/make-a-place.md")
    assert len(found) > 10
    for words in found:
        if words[0] in LONG:
            continue
        # Where the pack stands already, a draft of it is refused: that one needs its own desk.
        monkeypatch.chdir(tmp_path if "draft" in words else desk)
        assert main(words) == 0, f"luodi {' '.join(words)}\n{capsys.readouterr().err}"
    assert (tmp_path / "packs" / "jiangyin-2020-13" / "measures").is_dir()
    assert (desk / "feb" / "entitlements.parquet").is_file()
    assert len(list((desk / "towns").glob("*.xlsx"))) > 10


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_and_option_exists(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = re.findall(
        r"^(?:\$ )?(?:\S*/)?luodi ([^#\n]+)", "\n".join(blocks(page, "sh|console")), re.M
    )
    inline = re.findall(r"`luodi ([^`]+)`", page.read_text("utf-8"))
    for line in [*lines, *inline]:
        words = [word for word in line.split() if word.isascii()]
        path = [word for word in words[:2] if re.fullmatch(r"[a-z]+", word)]
        if not path or path[0].startswith("-"):
            continue
        assert main([*path, "--help"]) == 0, line
        said = capsys.readouterr().out
        for option in (word.split("=")[0] for word in words if word.startswith("--")):
            assert option.strip("[]") in said, f"luodi {line}: {option}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.M)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_a_page_quotes_from_a_file_stands_in_it(page: Path) -> None:
    for block in blocks(page, "yaml"):
        named = re.match(r"# ((?:packs|tests)/\S+\.yaml)\n", block)
        if named:
            whole = yaml.safe_load((ROOT / named[1]).read_text("utf-8"))
            assert lacking(yaml.safe_load(block), whole) == [], named[1]


@pytest.mark.parametrize("stem", ["encode-a-notice", "make-a-place"])
def test_the_two_languages_show_the_same_commands_and_files(stem: str) -> None:
    english, chinese = (ROOT / "docs" / f"{stem}{end}.md" for end in ("", ".zh-CN"))
    assert blocks(english, "sh|yaml") == blocks(chinese, "sh|yaml")
    for block in blocks(english, "yaml"):
        assert re.match(r"# \S+\.yaml\n", block), "each block says which file it is from"


def test_messages_that_the_pages_explain_are_those_that_the_checks_print() -> None:
    source = "".join(file.read_text("utf-8") for file in (ROOT / "src").rglob("*.py"))
    for page in (ROOT / "docs").glob("encode-a-notice*.md"):
        last = page.read_text("utf-8").rpartition("\n## ")[2]
        messages = re.findall(r"^- \*\*([^*]+)\*\*", last, re.M)
        assert len(messages) == 3
        for message in messages:
            for part in message.split("…"):
                assert part.strip() in source, message


def test_the_file_of_signatures_that_the_page_shows_is_read(tmp_path: Path) -> None:
    page = ROOT / "docs" / "encode-a-notice.md"
    (block,) = [one for one in blocks(page, "yaml") if one.startswith("# docs/signed.yaml")]
    file = tmp_path / "signed.yaml"
    file.write_text(block, "utf-8")
    assert read_signatures(file).given(load(NOTICE)).readings == {"overlap": "once"}


def test_the_made_up_county_of_the_pages_is_sound_and_its_cases_hold() -> None:
    pack = load(COUNTY)
    assert check(pack) == []
    assert [one for one in run(pack, pack.golden, "closures") if not one.holds] == []


def test_a_place_is_not_a_pack() -> None:
    with pytest.raises(ProblemError, match="地方"):
        load(COUNTY.parent / "qinghe")


def lacking(part: object, whole: object, at: str = "") -> list[str]:
    """What of `part` does not stand in `whole`, by its path."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return [
            path
            for key, value in part.items()
            for path in (
                lacking(value, whole[key], f"{at}/{key}") if key in whole else [f"{at}/{key}"]
            )
        ]
    if isinstance(part, list) and isinstance(whole, list):
        return [
            f"{at}/{number}"
            for number, item in enumerate(part)
            if not any(lacking(item, other) == [] for other in whole)
        ]
    if isinstance(part, str) and isinstance(whole, str):
        return [] if "".join(part.split()) == "".join(whole.split()) else [at or "value"]
    return [] if part == whole else [at or "value"]
