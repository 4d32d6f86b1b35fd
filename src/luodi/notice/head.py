"""What stands around the measures: titles, document number, issuers, date, page particulars."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from luodi.notice.lines import Line
from luodi.notice.numbering import cn_int

_NOUN = (
    r"(?:通知|意见|办法|措施|细则|方案|政策|规定|公告|通告|决定|批复|计划|规划|指南|条例|清单|举措"
    r"|[一二三四五六七八九十\d]+条|公示|函|通报|行动|规程|要点|指引|政策包|解读|问答)"
)
_TITLE = re.compile(rf"[^。；，！？：]*{_NOUN}[》”]?(?:\s?[（(〔][^）)〕]{{1,16}}[）)〕])?")
_TITLE_WORDS = re.compile(
    r"关于|印发|《|若干|政策|措施|办法|细则|方案|意见|规定|通告|公告|通知|条$|计划|举措"
)
_ORG = re.compile(
    r"[\u4e00-\u9fff（）()·]{2,28}"
    r"(?:政府|委员会|党委|工委|[市县区省州]委|局|厅|办公室|办事处|指挥部|管委会|领导小组"
    r"|[市县区省]府|总工会|联合会|中心|集团|公司)"
)
_YEAR = r"(\d{4}|[零〇○Oo0一二三四五六七八九]{4})"
_PART = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
_DATE = re.compile(
    rf"{_YEAR}\s?年\s?{_PART}\s?月\s?{_PART}\s?日|(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}})"
)
_DATE_LINE = re.compile(
    rf"[（(]?\s*(?:{_DATE.pattern})\s*(?:印发|发布|公布|施行|起施行|通过)?\s*[）)]?"
)
_DOCUMENT_NUMBER = re.compile(
    r"([\u4e00-\u9fff]{2,14})\s?[〔\[（(【﹝［]?\s?((?:19"
    r"|20)\d\d)\s?[〕\]）)】﹞］]?\s?(?:第\s?)?(\d{1,4})\s?号"
)
_PARTICULAR = re.compile(
    r"(索\s?引\s?号|标\s{0,4}题|名\s{0,4}称|发文标题|文件标题|文件名称|发文机关|发文单位|发文部门"
    r"|颁布单位|发布机构|发布机关|发布单位|制发机关|公开主体|责任部门|成文日期|发文时间|印发时间"
    r"|颁布时间|成文时间|发文日期|印发日期"
    r"|发布日期|发布时间|生成日期|公开日期|公布日期|发文字号|发文文号|文件编号|文\s{0,4}号|主题词"
    r"|主题分类|体裁分类|组配分类"
    r"|有效性|时\s?效\s?性?|效力状态|公开形式|公开方式|公开时限|信息来源|来\s{0,4}源|失效日期"
    r"|失效时间|废止日期|生效日期|生效时间"
    r"|实施日期|实施时间|施行日期|阅读人次|浏览次数|所属区域|所属行业|法规类型|关\s?键\s?词"
    r"|内容概述|信息分类|分\s{0,4}类|作\s{0,4}者|统一编号|有效期)\s*[:：]"
)
_FIRST_LINES = 60


@dataclass(slots=True)
class Head:
    """What the lines around the body say; the lines themselves are marked `heading`."""

    title: str | None = None
    notice_title: str | None = None
    document_number: str | None = None
    issuers: tuple[str, ...] = ()
    issued_on: date | None = None
    body_from: int = 0
    year_from: date | None = None  # what dates without a year count from
    particulars: dict[str, str] = field(default_factory=dict)


def squash(text: str) -> str:
    """Letters and digits only, to compare titles."""
    return re.sub(r"[\W_]", "", text)


def parse_date(text: str) -> date | None:
    """The first full date in `text`; None when there is none or no such day exists."""
    found = _DATE.search(text)
    if not found:
        return None
    bits = [found.group(i) for i in ((1, 2, 3) if found.group(1) else (4, 5, 6))]
    numbers = [cn_int(re.sub("[○Oo]", "〇", bit)) for bit in bits]
    try:
        year, month, day = (n or 0 for n in numbers)
        return date(year, month, day)
    except ValueError:
        return None


def orgs_of(line: str) -> list[str]:
    """The bodies that a line names, when it names nothing else."""
    parts = re.split(r"[\s、]+", re.sub(r"\s*文件$", "", line.strip()))
    return parts if len(line) <= 70 and all(_ORG.fullmatch(part) for part in parts) else []


def read_head(lines: list[Line]) -> Head:
    """Find the particulars of the notice and mark their lines as headings."""
    head = Head()
    _particulars(lines, head)
    top = next((i for i, line in enumerate(lines) if line.mark and line.role == "text"), len(lines))
    top = min(top, _FIRST_LINES)
    titles = _titles(lines, top)
    _take_titles(lines, titles, head)
    _document_number(lines, top, head)
    _signature(lines, top, head)
    if head.title is None:
        head.title = _title_in_preamble(lines[:top]) or _first_line(lines[:top])
    head.year_from = _year_from(head)
    return head


def _particulars(lines: list[Line], head: Head) -> None:
    for i, line in enumerate(lines):
        hits = list(_PARTICULAR.finditer(line.text)) if len(line.text) <= 200 else []
        if not hits or hits[0].start() > 2 or (i > 25 and len(lines) - i > 6):
            continue
        line.role = "heading"
        for hit, after in zip(hits, [*hits[1:], None], strict=True):
            value = line.text[hit.end() : after.start() if after else None].strip(" 　|｜[]【】")
            name = re.sub(r"\s", "", hit.group(1))
            if value:
                head.particulars.setdefault(name, value)


def _titles(lines: list[Line], top: int) -> list[tuple[int, int, str]]:
    """(first line, line after the last, words) of each title above line `top`."""
    found: list[tuple[int, int, str]] = []
    i = 0
    while i < top:
        taken = 0
        for n in range(1, 5):
            group = lines[i : i + n]
            if i + n > top or any(not _may_be_title(line) for line in group):
                break
            words = "".join(line.text for line in group)
            if words.count("《") != words.count("》"):
                continue
            if 6 <= len(words) <= 140 and _TITLE.fullmatch(words) and _TITLE_WORDS.search(words):
                found.append((i, i + n, words))
                taken = n + _is_edition(lines, i + n)
                break
        i += taken or 1
    return found


def _is_edition(lines: list[Line], i: int) -> bool:
    """（试行） and the like on a line of its own below a title."""
    below = i < len(lines) and re.fullmatch(r"[（(〔][^）)〕\d]{2,12}[）)〕]", lines[i].text)
    if below:
        lines[i].role = "heading"
    return bool(below)


def _may_be_title(line: Line) -> bool:
    return (
        line.role == "text"
        and len(line.text) <= 90
        and not re.search(r"[。；！？]|[，：:]$", line.text)
        and not orgs_of(line.text)
        and not _DATE_LINE.fullmatch(line.text)
        and not _DOCUMENT_NUMBER.fullmatch(line.text)
    )


def _take_titles(lines: list[Line], titles: list[tuple[int, int, str]], head: Head) -> None:
    for first, after, _ in titles:
        for line in lines[first:after]:
            line.role = "heading"
    words = [title for _, _, title in titles]
    given = next(
        (
            v
            for k in ("标题", "发文标题", "文件标题", "文件名称", "名称")
            if (v := head.particulars.get(k))
        ),
        None,
    )
    if given and not words:
        words = [given]
    if not words:
        return
    notice = next((w for w in words if re.search(r"(?:印发|转发|发布|公布).+通知", w)), None)
    if notice is None:
        head.title = words[0]
        return
    inner = re.search(r"(?:印发|转发|发布|公布)\s?《(.+)》(?:的)?", notice) or re.search(
        r"(?:印发|转发|发布|公布)\s?(.+?)的?通知", notice
    )
    head.notice_title = notice
    head.title = inner.group(1) if inner else notice
    _inner_document(lines, head)


def _inner_document(lines: list[Line], head: Head) -> None:
    """The document that the notice issues begins where its title stands again."""
    wanted = squash(head.title or "")
    for i in range(len(lines)):
        words = ""
        for j in range(i, min(i + 4, len(lines))):
            words += lines[j].text
            if len(squash(words)) > len(wanted) + 12:
                break
            if re.sub(r"^附件\d*", "", squash(words)) == wanted and i > 0:
                for line in lines[i : j + 1]:
                    line.role = "heading"
                _is_edition(lines, j + 1)
                if any(line.mark for line in lines[j + 1 :]):
                    head.body_from = j + 1


def _year_from(head: Head) -> date | None:
    """The day of issue; else the one year that the title names."""
    years = set(re.findall(r"(?:19|20)\d\d(?=年)", head.title or ""))
    if head.issued_on is None and len(years) == 1:
        return date(int(years.pop()), 1, 1)
    return head.issued_on


def _first_line(lines: list[Line]) -> str | None:
    """Words on top that end with no noun of titles are one all the same, if they look it."""
    first = next((line for line in lines if line.role == "text"), None)
    if first is None or not _may_be_title(first) or not 2 <= len(first.text) <= 60:
        return None
    words = re.sub(r"(?<=^[公通])\s+(?=[告知示报]$)", "", first.text)
    if len(words) < 6 and words not in ("公告", "通告", "公示", "通知", "通报"):
        return None
    first.role = "heading"
    return words


def _title_in_preamble(lines: list[Line]) -> str | None:
    for line in lines:
        found = re.search(
            rf"(?:出台|印发|制定|发布|公布|下发|推出)[^。《]{{0,20}}《([^《》]{{4,80}}{_NOUN}[^《》]{{0,8}})》",
            line.text,
        )
        if found:
            return found.group(1)
    return None


def _document_number(lines: list[Line], top: int, head: Head) -> None:
    for line in lines[: max(top, 12)]:
        found = _DOCUMENT_NUMBER.fullmatch(line.text.strip())
        if not found and len(line.text) <= 40 and line.role == "text":
            found = _DOCUMENT_NUMBER.match(line.text)
            rest = line.text[found.end() :].strip() if found else ""
            if rest and not re.match(r"签发人|[（(]", rest) and not orgs_of(rest):
                found = None
        if found:
            line.role = "heading"
            head.document_number = _as_number(found)
            return
    for name in ("发文字号", "发文文号", "文号", "文件编号"):
        found = _DOCUMENT_NUMBER.search(head.particulars.get(name, ""))
        if found:
            head.document_number = _as_number(found)
            return


def _as_number(found: re.Match[str]) -> str:
    return f"{found.group(1)}〔{found.group(2)}〕{found.group(3)}号"


def _signature(lines: list[Line], top: int, head: Head) -> None:
    signed: list[str] = []
    for i, line in enumerate(lines):
        same_line = re.fullmatch(rf"(.{{4,60}}?)\s+(?:{_DATE.pattern})\s*(?:印发)?", line.text)
        if same_line and orgs_of(same_line.group(1)) and line.role == "text":
            line.role = "heading"
            if not signed:
                signed = orgs_of(same_line.group(1))
                head.issued_on = parse_date(line.text)
            continue
        if line.role != "text" or not _DATE_LINE.fullmatch(line.text):
            continue
        line.role = "heading"
        above: list[str] = []
        for earlier in reversed(lines[max(0, i - 8) : i]):
            orgs = orgs_of(earlier.text) if earlier.role == "text" else []
            if not orgs:
                break
            earlier.role = "heading"
            above = orgs + above
        if (above and not signed) or head.issued_on is None:
            head.issued_on = parse_date(line.text) or head.issued_on
            signed = signed or above
    on_top: list[str] = []
    for line in lines[:top]:
        orgs = orgs_of(line.text) if line.role == "text" else []
        if orgs:
            line.role = "heading"
            on_top += orgs
    if not signed:
        signed = on_top
    if not signed:
        prefix = re.match(r"(.{4,40}?)(?:关于|印发)", head.notice_title or head.title or "")
        signed = orgs_of(prefix.group(1)) if prefix else []
    for name in (
        "发文机关",
        "发文单位",
        "发文部门",
        "颁布单位",
        "制发机关",
        "发布机构",
        "发布机关",
        "发布单位",
    ):
        if not signed:
            signed = orgs_of(head.particulars.get(name, ""))
    head.issuers = tuple(dict.fromkeys(signed))
    for name in (
        "成文日期",
        "成文时间",
        "发文时间",
        "发文日期",
        "印发日期",
        "发布日期",
        "发布时间",
        "公布日期",
        "公开日期",
        "生成日期",
    ):
        if head.issued_on is None:
            head.issued_on = parse_date(head.particulars.get(name, ""))
