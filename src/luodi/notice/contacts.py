"""Telephones, other contacts, and enquiry offices."""

from __future__ import annotations

import re

from luodi.notice.amounts import Amount, phrase_at

_LABEL = re.compile(
    r"(?P<qq>QQ(?:群|号)?)|(?P<wechat>微信(?:号|群)?(?!公众|小程序))|(?P<mail>邮箱|电子邮件"
    r"|E-?mail)|(?P<fax>传真)"
    r"|(?P<phone>电话|热线|联系方式|手机|咨询|联系人|Tel)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\d.])(?:[（(]?0\d{2,3}[）)]?\s?[-—－–]?\s?\d{7,8}(?:[-—转]\d{1,5})?"
    r"|400[-—]?\d{3,4}[-—]?\d{3,4}|1[3-9]\d{9}|\d{7,8}|\d{5,11}|\d{5})(?![\d.]"
    r"|[万亿元人户家个年月])"
)
_SURE = re.compile(
    r"[（(]?0\d{2,3}[）)]?\s?[-—－–]\s?\d{7,8}|[（(]0\d{2,3}[）)]\s?\d{7,8}"
    r"|400[-—]\d{3,4}[-—]?\d{3,4}"
)
_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,40}@[A-Za-z0-9-]{1,40}(?:\.[A-Za-z]{2,10}){1,3}")
_WECHAT_ID = re.compile(r"微信(?:号|群)?\s?[:：]\s?(?P<id>[A-Za-z][\w-]{4,20})")
_KINDS = {"qq": "QQ", "wechat": "微信", "mail": "邮箱", "fax": "传真"}
_REACH = 40  # how far after a label its numbers may stand


def contacts(text: str) -> list[Amount]:
    """Telephone numbers (kind `phone`) and others (kind `contact`, unit QQ, 微信, 邮箱, 传真)."""
    found: list[Amount] = []
    labels = list(_LABEL.finditer(text))
    which, reach = None, -1
    at = 0
    for hit in _NUMBER.finditer(text):
        while at < len(labels) and labels[at].end() <= hit.start():
            which, reach = labels[at].lastgroup, labels[at].end() + _REACH
            at += 1
        sure = bool(_SURE.fullmatch(hit.group()))
        digits = re.sub(r"\D", "", hit.group())
        if hit.start() > reach and not sure:
            continue
        stopped = which and "。" in text[max(0, reach - _REACH) : hit.start()]
        kind = which if which and hit.start() <= reach and not stopped else None
        if kind in _KINDS:
            found.append(Amount("contact", *hit.span(), hit.group(), hit.group(), _KINDS[kind]))
            reach = hit.end() + 4
        elif kind == "phone" or sure:
            if len(digits) == 6 or (
                len(digits) in (9, 10) and not digits.startswith(("0", "4", "8"))
            ):
                continue
            found.append(Amount("phone", *hit.span(), phrase_at(text, *hit.span()), hit.group()))
            reach = max(reach, hit.end() + _REACH)
    found += [
        Amount("contact", *m.span(), m.group(), m.group(), "邮箱") for m in _MAIL.finditer(text)
    ]
    found += [
        Amount("contact", *m.span("id"), m["id"], m["id"], "微信")
        for m in _WECHAT_ID.finditer(text)
    ]
    return sorted(found, key=lambda a: a.start)


_OFFICE = re.compile(
    r"(?:咨询|联系)(?:单位|部门|机构|科室|窗口)\s?[:：]\s?(?P<offices>[^。；\n]{2,120})"
    r"|(?:政策|业务|联系)?(?:咨询|联系)(?:电话|方式|热线)\s?[:：]\s?(?P<lines>[^。；\n]{2,160})"
)


def offices(text: str) -> list[str]:
    """The enquiry offices that `text` names after 咨询单位： and the like."""
    found: list[str] = []
    for hit in _OFFICE.finditer(text):
        names = hit["offices"] or hit["lines"]
        for part in re.split(r"[、，,;；\s（）()]+", names):
            name = re.sub(r"[\d\-—－转:：/]+.*$", "", part).strip()
            if (
                re.search(r"(?:局|委|办|厅|处|联|会|部|院|中心|公司|科|股|窗口|大厅|所)$", name)
                and name not in found
            ):
                found.append(name)
    return found
