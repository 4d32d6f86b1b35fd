"""The notice as a page: whole, self-contained, escaped, and red where nothing is bound."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from luodi.pack import Pack, load
from luodi.pack.binding import compact
from luodi.pack.map import map_section, render_map

from .spoiling import spoil_by_name

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Text(HTMLParser):
    """The text of a page, its ids, its links, and whether its tags close."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if given.get("href"):
            self.links.append(given["href"] or "")
        assert not {"src", "onclick", "srcset"} & given.keys()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.text += data


def test_every_word_of_the_notice_stands_on_the_page(yunxi: Pack) -> None:
    page = Text(render_map(yunxi))
    assert page.open == []
    for sentence in yunxi.notice.sentences:
        # Marks of one character stand between the pieces of a clause.
        words = "[待标事证监任指发]*".join(map(re.escape, compact(sentence.text)))
        assert re.search(words, compact(page.text)), sentence.text


def test_every_link_leads_somewhere_on_the_page(yunxi: Pack) -> None:
    page = Text(render_map(yunxi))
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {f"i-{one.id}" for one in yunxi.instruments} <= set(page.ids)


def test_the_page_fetches_nothing(yunxi: Pack) -> None:
    assert not re.search(r"https?:|url\(|@import|//cdn", render_map(yunxi))


def test_a_card_holds_rule_figure_reading_and_payer(yunxi: Pack) -> None:
    text = Text(render_map(yunxi)).text
    for shown in (
        "is_dibao_covered or is_home_orphan",
        "80 元/人/月，自 2024-01-05，已核实：“按每人每月80元标准发放取暖补贴”",
        "未定，问县民政局：文件没有写困难残疾人的标准，是多少？",
        "待县民政局签认",
        "未写明：由县还是由镇出钱？",
        "入户调查（寒潮后补办）",
        "寒潮期间（2024-01-05 至 2024-02-20）",
        "2024-01-31（力争）",
        "电话 服务电话：0990-5550100（工作日）",
    ):
        assert shown in text, shown


def test_a_signed_reading_is_shown_as_signed(yunxi: Pack) -> None:
    text = Text(render_map(yunxi, {"overlap": "each"})).text
    assert "已由县民政局签认" in text
    assert "✔ 各发一份" in text
    assert "待县民政局签认" not in text


def test_what_nothing_is_bound_to_is_red_and_counted(yunxi: Pack, folder: Path) -> None:
    assert 'class="loose"' not in map_section(yunxi)
    spoil_by_name(folder, "words-left-over")
    page = render_map(load(folder))
    assert page.count('class="loose"') == 1
    assert "有 1 处文字没有落到任何一项" in Text(page).text


def test_words_of_a_pack_cannot_become_markup(folder: Path) -> None:
    file = folder / "measures/03-procedure.yaml"
    text = file.read_text(encoding="utf-8")
    evil = "<script>alert(1)</script>\"'&"
    file.write_text(
        text.replace("label: 服务电话\n", f"label: {json.dumps(evil)}\n", 1), encoding="utf-8"
    )
    notice = folder / "notice.txt"
    notice.write_text(
        notice.read_text(encoding="utf-8").replace("走访全部", "<b>走访</b>全部"), encoding="utf-8"
    )
    page = render_map(load(folder))
    assert "alert(1)</script>" not in page
    assert "<b>走访" not in page
    assert Text(page).open == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_a_phone_and_a_screen(
    yunxi: Pack, tmp_path: Path, browser: Browser, width: int
) -> None:
    file = tmp_path / "map.html"
    file.write_text(render_map(yunxi), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.browser
def test_a_click_on_the_text_opens_what_it_became(
    yunxi: Pack, tmp_path: Path, browser: Browser
) -> None:
    file = tmp_path / "map.html"
    file.write_text(render_map(yunxi), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    assert not page.locator("#i-heating").evaluate("(card) => card.open")
    page.locator("a.said[href='#i-heating']").first.click()
    assert page.locator("#i-heating").evaluate("(card) => card.open")
    page.locator(".legend button[data-kind=task]").click()
    assert page.locator("#i-heating").evaluate("(card) => card.classList.contains('dim')")
    assert not page.locator("#i-visit_all").evaluate("(card) => card.classList.contains('dim')")
    page.close()
