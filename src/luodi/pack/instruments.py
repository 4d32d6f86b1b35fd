"""Reads the instruments of a measure's file; rules are parsed in the scope of their subject."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, cast

from luodi.basics.problem import Problem, suggest
from luodi.pack.figures import known_event
from luodi.pack.measure import (
    Assessable,
    Benefit,
    Broadcast,
    Cadence,
    Certificate,
    Change,
    Directory,
    Entry,
    Instrument,
    Measure,
    Monitor,
    Once,
    Override,
    Payer,
    Procedure,
    Standard,
    Target,
    Task,
)
from luodi.pack.parts import quotes, step, validity
from luodi.pack.rule_reader import Known, RuleReader
from luodi.pack.yaml import Item
from luodi.rules import Kind, Scope, Type, parse

DEFAULT_ACCRUES = "period.days_in_force >= 1"


class InstrumentReader(RuleReader):
    """Reads one instrument of any kind. Problems go to `problems`; a wrong rule becomes None."""

    def __init__(self, known: Known, measure: Measure, problems: list[Problem]) -> None:
        super().__init__(known, problems)
        self.measure = measure
        self._read: dict[str, Callable[[Item], Instrument | None]] = {
            "benefits": self.benefit,
            "standards": self.standard,
            "procedures": self.procedure,
            "certificates": self.certificate,
            "monitors": self.monitor,
            "tasks": self.task,
            "directories": self.directory,
            "broadcasts": self.broadcast,
        }

    def read(self, section: str, item: Item) -> Instrument | None:
        """Read an item of `benefits:`, `tasks:` …; None if it cannot be built."""
        return self._read[section](item)

    def common(self, item: Item) -> dict[str, Any]:
        own = (*item.strings("unit"), *item.strings("units"))
        return {
            "id": item.string("id"),
            "label": item.string("label"),
            "measure": self.measure.number,
            "quotes": quotes(item),
            "binds": quotes(item, "binds"),
            "units": own or self.measure.units,
            "validity": validity(item.get("validity"), self.known.events, self.problems)
            if item.get("validity") is not None
            else self.known.validity,
            "note": item.string("note"),
            "place": item.place,
        }

    # --- assessable

    def assessable(self, item: Item, scope: Scope) -> dict[str, Any]:
        subject = item.string("for")
        written = item.get("amount")
        base = written.table["base"] if written and written.kind == "mapping" else written
        amount = None if base is None else self.amount(base, scope)
        overrides = []
        if written is not None and written.kind == "mapping":
            for row in written.list_of("overrides"):
                when = self.rule(row.table["when"], scope, Type.boolean())
                value = self.amount(row.table["value"], scope, amount.type if amount else None)
                if when is not None and value is not None:
                    overrides.append(
                        Override(row.string("name"), when, value, quotes(row),
                                 row.string("label"), row.place)
                    )  # fmt: skip
        once = item.get("once")
        by = (once.string("by") if once else "") or subject
        if by not in self.known.scopes and once is not None:
            self.problems.append(once.table["by"].problem(f"没有这种对象 {by!r}"))
        in_kind = item.flag("in_kind", False)
        is_money = amount is not None and amount.type.kind is Kind.MONEY and not in_kind
        accrues = item.get("accrues")
        default = parse(DEFAULT_ACCRUES, scope, item.place, Type.boolean())
        return {
            **self.common(item),
            "subject": subject,
            "eligible": self.rule(item.get("eligible"), scope, Type.boolean()),
            "amount": amount,
            "overrides": tuple(overrides),
            "requires": self.rule(item.get("requires"), scope, Type.boolean()),
            "cadence": self.cadence(item),
            "once": Once(
                (once.string("scope") if once else "") or item.string("id"),
                by,
                item.flag("reserve_members", False),
            ),
            "accrues": self.rule(accrues, scope, Type.boolean()) or default,
            "payer": self.payer(item.get("payer")),
            "hold": item.flag("hold", is_money and subject in ("person", "household")),
            "in_kind": in_kind,
            "terms": {name: row.text for name, row in item.entries("terms")},
        }

    def cadence(self, item: Item) -> Cadence:
        written = item.string("cadence")
        if written:
            return cast(Cadence, written)
        if item.string("for") not in ("person", "household", "organisation"):
            return "claim"
        if item.get("amount") is not None:
            self.problems.append(
                item.problem(
                    "缺少 'cadence'（每月、一次、每年还是每笔）", "写 month、once、year 或 claim"
                )
            )
        return "month"

    def payer(self, item: Item | None) -> Payer | None:
        if item is None:
            return None
        if item.kind == "scalar":
            return Payer(unit=item.text.strip())
        payer = Payer(
            item.string("unit"),
            item.flag("open", False),
            item.string("question"),
            quotes(item),
            item.string("source"),
        )
        if payer.open == bool(payer.unit):
            self.problems.append(
                item.problem("出资单位要么写 unit，要么写 open: true 和 question", "两者写一个")
            )
        elif payer.open and not payer.question:
            self.problems.append(item.problem("open: true 的出资单位没有 question", "写要问什么"))
        return payer

    def benefit(self, item: Item) -> Benefit | None:
        scope = self.scope(item)
        return None if scope is None else Benefit(**self.assessable(item, scope))

    def standard(self, item: Item) -> Assessable | Change | None:
        if item.get("parameter") is None and item.get("procedure") is None:
            if item.get("for") is None:
                self.problems.append(
                    item.problem(
                        "标准没有说改变什么",
                        "写 for 和 requires（逐个判断），或 parameter、procedure（改变数字或流程）",
                    )
                )
                return None
            scope = self.scope(item)
            if scope is None:
                return None
            if item.get("requires") is None and item.get("eligible") is None:
                self.problems.append(item.problem("标准没有 requires", "写符合标准的条件"))
            return Standard(**self.assessable(item, scope))
        named = item.get("parameter")
        if named is not None and named.text not in self.known.parameters:
            near = suggest(named.text, self.known.parameters)
            hint = f"是不是 {near!r}？" if near else "请在 parameters/ 里写一个文件"
            self.problems.append(named.problem(f"没有参数 {named.text!r}", hint))
        if item.get("deferred_until") is not None:
            known_event(item.table["deferred_until"], self.known.events, self.problems)
        steps = self.steps_of(item.get("procedure"))
        for key in ("waives", "defers"):
            for row in item.list_of(key):
                if row.text not in steps:
                    hint = f"环节有：{'、'.join(steps)}" if steps else "先写 procedure"
                    self.problems.append(row.problem(f"流程里没有环节 {row.text!r}", hint))
        if item.get("defers") is not None and item.get("deferred_until") is None:
            self.problems.append(item.problem("推迟的环节没有 deferred_until", "写一个事件"))
        return Change(
            **self.common(item),
            parameter=item.string("parameter"),
            procedure=item.string("procedure"),
            waives=item.strings("waives"),
            defers=item.strings("defers"),
            deferred_until=item.string("deferred_until"),
            since=item.day("from"),
            until=item.day("until"),
        )

    def steps_of(self, item: Item | None) -> Sequence[str]:
        if item is None:
            return ()
        found = self.known.procedures.get(item.text)
        if found is None:
            near = suggest(item.text, self.known.procedures)
            hint = f"是不是 {near!r}？" if near else "请在 procedures/ 里写一个文件"
            self.problems.append(item.problem(f"没有流程 {item.text!r}", hint))
            return ()
        return [one.id for one in found.steps]

    # --- the others

    def procedure(self, item: Item) -> Procedure:
        steps = tuple(step(row, self.known.events, self.problems) for row in item.list_of("steps"))
        if item.get("procedure") is None and not steps:
            self.problems.append(item.problem("事项没有环节", "写 steps，或 procedure: 流程名"))
        self.steps_of(item.get("procedure"))
        return Procedure(
            **self.common(item),
            subject=self.subject(item),
            steps=steps,
            procedure=item.string("procedure"),
            eligible=self.eligible(item),
        )

    def certificate(self, item: Item) -> Certificate:
        expires, ending = item.table["expires"], ""
        if expires.kind == "mapping":
            named = known_event(expires.table["event"], self.known.events, self.problems)
            ending = named.name if named else ""
        return Certificate(
            **self.common(item),
            subject=self.subject(item),
            fields=item.strings("fields"),
            expires="" if expires.kind == "mapping" else expires.text.strip(),
            expires_event=ending,
            revocable=item.flag("revocable", False),
            eligible=self.eligible(item),
        )

    def monitor(self, item: Item) -> Monitor:
        common = self.common(item)
        return Monitor(
            **{**common, "units": item.strings("units") or self.measure.units},
            series=item.string("series"),
            unit=item.string("unit"),
            cadence=item.string("cadence"),
            trigger=item.string("trigger"),
            alert=item.string("alert"),
            report=item.strings("report"),
        )

    def task(self, item: Item) -> Task:
        written = item.get("deadline")
        day, ending = None, ""
        if written is not None:
            named = written.table["event"] if written.kind == "mapping" else written
            if named.text[:1].isdigit():
                try:
                    day = date.fromisoformat(named.text)
                except ValueError:
                    self.problems.append(named.problem(f"没有这一天 {named.text!r}"))
            elif known_event(named, self.known.events, self.problems) is not None:
                ending = named.text
        target = item.get("target")
        return Task(
            **self.common(item),
            deadline=day,
            deadline_event=ending,
            soft=item.flag("soft", False),
            target=Target(target.string("counted"), target.string("of"), target.string("at_least"))
            if target
            else None,
            cadence=item.string("cadence"),
        )

    def directory(self, item: Item) -> Directory:
        entries = tuple(
            Entry(
                row.string("kind"),
                row.string("value"),
                row.string("label"),
                row.string("hours"),
                quotes(row),
                row.place,
            )
            for row in item.list_of("entries")
        )
        return Directory(**self.common(item), entries=entries)

    def broadcast(self, item: Item) -> Broadcast:
        return Broadcast(
            **self.common(item),
            channel=item.string("channel"),
            audience=item.string("audience"),
            cadence=item.string("cadence"),
        )
