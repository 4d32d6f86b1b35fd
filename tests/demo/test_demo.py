"""`luodi demo` on 2,000 people: what a clerk opens afterwards, and that no number leaks."""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from luodi.assessment.assess import open_assessment
from luodi.cli.main import main
from luodi.pack import load
from luodi.population import open_snapshot
from luodi.report.findings import findings
from luodi.report.problems import problem_kinds
from luodi.report.setting import read_setting
from luodi.report.townlists import write_town_lists

SHEETS = ["应发", "待核实", "暂缓"]
RUN_BY_SPREADSHEETS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1")


@dataclass(frozen=True)
class Demo:
    folder: Path
    told: str

    @property
    def page(self) -> str:
        return (self.folder / "report.html").read_text("utf-8")

    def rows(self, query: str) -> list[tuple]:
        return duckdb.sql(query.format(at=self.folder)).fetchall()


def run(*words: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["demo", *map(str, words)])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "out"
    code, told, err = run("--people", 2000, "--out", folder)
    assert code == 0, err
    return Demo(folder, told + err)


def sheet_rows(path: Path, title: str) -> tuple[list[str], list[dict[str, object]]]:
    """The notes above the headings, and the rows by heading."""
    cells = list(load_workbook(path)[title].iter_rows(values_only=True))
    head = next(at for at, row in enumerate(cells) if row[0] == "序号")
    notes = [str(row[0]) for row in cells[:head]]
    return notes, [dict(zip(cells[head], row, strict=True)) for row in cells[head + 1 :]]


def test_it_tells_every_step_in_order_and_where_the_report_is(demo):
    titles = re.findall(r"【(\d+)/(\d+)】", demo.told)
    assert [int(at) for at, _ in titles] == list(range(1, int(titles[0][1]) + 1))
    assert str(demo.folder / "report.html") in demo.told


def test_no_step_fills_more_than_two_screens(demo):
    for step in demo.told.split("【")[1:]:
        assert step.count("\n") <= 100


def test_every_town_has_a_workbook_with_its_three_sheets(demo):
    manifest = json.loads((demo.folder / "people" / "manifest.json").read_text("utf-8"))
    for area in manifest["areas"]:
        book = load_workbook(demo.folder / "lists" / f"{area['name']}.xlsx", read_only=True)
        assert book.sheetnames == SHEETS


def test_the_money_in_workbooks_report_and_entitlements_is_the_same(demo):
    listed = {"应发": 0, "暂缓": 0}
    entries = 0
    for path in (demo.folder / "lists").glob("*.xlsx"):
        for title in listed:
            _, rows = sheet_rows(path, title)
            entries += len(rows)
            listed[title] += sum(
                round(row["金额（元）"] * 100) for row in rows if row["金额（元）"]
            )
    benefits = json.loads((demo.folder / "assessment" / "assessment.json").read_text("utf-8"))
    kinds = {one["benefit"]: one["kind"] for one in benefits["benefits"]}
    due = [
        (amount if unit == "fen" and amount else 0, hold)
        for benefit, amount, unit, hold in demo.rows(
            "SELECT benefit, amount, unit, hold FROM '{at}/assessment/entitlements.parquet'"
        )
        if kinds[benefit] == "benefit"
    ]
    assert entries == len(due)
    assert sum(listed.values()) == sum(amount for amount, _ in due) > 0
    assert listed["暂缓"] == sum(amount for amount, hold in due if hold)
    total = sum(listed.values())
    assert f"{total // 100:,}.{total % 100:02d}" in demo.page
    assert f"{total // 100:,}.{total % 100:02d}" in demo.told


def test_a_held_entitlement_says_why_and_is_not_on_the_list_to_be_paid(demo):
    held = demo.rows(
        "SELECT count(*) FROM '{at}/assessment/entitlements.parquet' WHERE hold <> ''"
    )[0][0]
    rows = [
        row
        for path in (demo.folder / "lists").glob("*.xlsx")
        for row in sheet_rows(path, "暂缓")[1]
    ]
    assert len(rows) == held > 0
    assert all(row["暂缓原因"] for row in rows)


def test_everyone_undecided_is_on_a_town_list_with_what_is_lacking(demo):
    count = demo.rows(
        "SELECT count(DISTINCT (subject_kind, subject_id)) FROM '{at}/assessment/undecided.parquet'"
    )[0][0]
    rows = [
        row
        for path in (demo.folder / "lists").glob("*.xlsx")
        for row in sheet_rows(path, "待核实")[1]
    ]
    assert len(rows) == count
    assert all(row["还缺什么、问谁"] and row["事项"] for row in rows)


def test_the_town_that_handed_in_no_list_is_told_how_many_wait_for_it(demo):
    truth = json.loads((demo.folder / "registers" / "truth.json").read_text("utf-8"))
    (code,) = next(iter(truth["missing"].values()))
    manifest = json.loads((demo.folder / "people" / "manifest.json").read_text("utf-8"))
    name = next(one["name"] for one in manifest["areas"] if one["code"] == code)
    unlisted = demo.rows(
        f"SELECT count(*) FROM '{{at}}/people/persons.parquet' WHERE NOT listed AND area = {code}"
    )[0][0]
    notes, _ = sheet_rows(demo.folder / "lists" / f"{name}.xlsx", "待核实")
    assert any("未交" in note and f"{unlisted:,} 人待定" in note for note in notes)
    assert f"{unlisted:,} 人待定" in demo.page
    for path in (demo.folder / "lists").glob("*.xlsx"):
        if path.stem != name:
            assert not any("未交" in note for note in sheet_rows(path, "待核实")[0])


def test_no_identity_number_account_or_telephone_leaves_the_registers(demo):
    secret = {
        value
        for row in demo.rows(
            "SELECT id_number, account, phone FROM '{at}/people/identities.parquet'"
        )
        for value in row
        if value
    }
    texts = {"report": demo.page, "told": demo.told}
    for path in (demo.folder / "lists").glob("*.xlsx"):
        book = load_workbook(path)
        texts[path.name] = "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        )
    for where, text in texts.items():
        found = set(re.findall(r"(?<![0-9a-f])[0-9]{10,19}[0-9Xx]?(?![0-9a-f])", text))
        assert not found & secret, where
        assert not {one for one in found if len(one) in (15, 18, 19)}, where


def test_the_report_names_nobody_in_full(demo):
    text = re.sub(r"<[^>]*>", "\n", demo.page[: demo.page.index('<div class="notice"')])
    names = {row[0] for row in demo.rows("SELECT name FROM '{at}/people/identities.parquet'")}
    words = set(re.split(r"[\s，。、；：（）]+", text))
    assert not names & words
    assert not {name for name in names if len(name) > 3 and name in text}


def test_slips_of_a_kind_are_counted_together_and_none_is_left_out(demo, root):
    pack = load(root / "packs" / read_setting(root / "packs" / "demo.yaml").pack)
    kinds = problem_kinds(pack, open_snapshot(demo.folder / "people"))
    manifest = json.loads((demo.folder / "people" / "manifest.json").read_text("utf-8"))
    assert sum(one.count for one in kinds) == sum(manifest["problems"].values())
    assert len(kinds) < sum(one.count for one in kinds)
    assert not any("•" in one.text + one.example for one in kinds)
    assert all(one.text in html.unescape(demo.page) for one in kinds)


class _Links(HTMLParser):
    """The ids of a page, and everything it refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.refers: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                assert value not in self.ids, f"{value} twice"
                self.ids.add(value)
            if name in ("href", "src", "srcset", "action", "poster", "data") and value:
                self.refers.append((tag, value))


def test_the_report_refers_to_nothing_but_itself(demo):
    links = _Links()
    links.feed(demo.page)
    assert links.refers
    for tag, target in links.refers:
        assert target.startswith("#"), (tag, target)
        assert target[1:] in links.ids, target
    assert not re.search(r"url\(|@import|https?://", demo.page)


def test_the_report_has_every_section_and_a_cost_for_each_open_reading(demo):
    for heading in ("总数", "各项待遇", "各镇（街道）", "各种读法要花多少", "名册里的问题"):
        assert f"<h2>{heading}</h2>" in demo.page
    assert "没签" in demo.page
    assert demo.page.count('<svg class="bar"') > 10


def test_the_same_seed_tells_the_same(demo, tmp_path):
    """But for hashes: workbooks carry the time at which they were saved."""
    code, told, err = run("--people", 2000, "--out", tmp_path / "again")
    assert code == 0
    again = (told + err).replace(str(tmp_path / "again"), str(demo.folder))
    assert without_hashes(again) == without_hashes(demo.told)
    page = (tmp_path / "again" / "report.html").read_text("utf-8")
    assert without_hashes(page) == without_hashes(demo.page)


def without_hashes(text: str) -> str:
    return re.sub(r"[0-9a-f]{12,64}", "#", text)


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    code, _, err = run("--people", 2000, "--out", tmp_path)
    assert code == 1
    assert str(tmp_path) in err
    assert "不会覆盖" in err
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_report_fits_a_telephone_and_a_desk_and_asks_no_host(demo, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto((demo.folder / "report.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [(demo.folder / "report.html").as_uri()]
    assert not wrong
    page.close()


def test_a_name_that_looks_like_a_formula_is_text_in_every_list(demo, root, tmp_path):
    pack = load(root / "packs" / read_setting(root / "packs" / "demo.yaml").pack)
    snapshot = open_snapshot(demo.folder / "people")
    with findings(pack, snapshot, open_assessment(demo.folder / "assessment")) as found:
        for table in ("due", "open_rows"):
            for at, name in enumerate(RUN_BY_SPREADSHEETS):
                found.connection.execute(
                    f"UPDATE {table} SET name = ? WHERE subject_id % {len(RUN_BY_SPREADSHEETS)} = ?",
                    [name, at],
                )
        files = write_town_lists(found, tmp_path)
    seen = set()
    for path in files:
        for sheet in load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f"
                    if isinstance(cell.value, str):
                        assert not cell.value.startswith(("=", "+", "-", "@", "\t"))
                        seen |= {name for name in RUN_BY_SPREADSHEETS if name.strip() in cell.value}
    assert seen == set(RUN_BY_SPREADSHEETS)
