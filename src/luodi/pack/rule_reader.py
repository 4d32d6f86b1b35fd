"""Reads rules in the scope of the subject they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.pack.figures import Event, Parameter
from luodi.pack.measure import ProcedureFile, Validity
from luodi.pack.yaml import Item
from luodi.rules import Definition, Expr, Kind, Scope, Type, parse

_AMOUNTS = (Kind.MONEY, Kind.QUANTITY)


@dataclass(frozen=True, slots=True)
class Known:
    """What an instrument may refer to."""

    scopes: Mapping[str, Scope]
    events: Mapping[str, Event]
    parameters: Mapping[str, Parameter]
    procedures: Mapping[str, ProcedureFile]
    validity: Validity


class RuleReader:
    """Reads rules; what is wrong goes to `problems`, and the rule becomes None."""

    def __init__(self, known: Known, problems: list[Problem]) -> None:
        self.known, self.problems = known, problems

    def scope(self, item: Item) -> Scope | None:
        """The scope of the subject under `for`, with the instrument's own terms."""
        subject = item.table["for"]
        scope = self.known.scopes.get(subject.text)
        if scope is None:
            near = suggest(subject.text, self.known.scopes)
            hint = f"是不是 {near!r}？" if near else f"可写：{'、'.join(self.known.scopes)}"
            self.problems.append(subject.problem(f"没有这种对象 {subject.text!r}", hint))
            return None
        terms = dict(item.entries("terms"))
        for name in terms:
            if name in scope.facts or name in scope.definitions:
                self.problems.append(
                    item.table["terms"].key_problem(
                        name, f"{name!r} 已是事实的名称", "请换一个名称"
                    )
                )
        own = {name: Definition(row.text, name, row.place) for name, row in terms.items()}
        scope = replace(scope, definitions={**scope.definitions, **own})
        for row in terms.values():
            self.rule(row, scope)
        return scope

    def rule(self, item: Item | None, scope: Scope, want: Type | None = None) -> Expr | None:
        if item is None:
            return None
        try:
            return parse(item.text, scope, item.place, want)
        except ProblemError as error:
            self.problems.extend(p for p in error.problems if p not in self.problems)
            return None

    def amount(self, item: Item, scope: Scope, want: Type | None = None) -> Expr | None:
        """An expression of money or quantity, exact to its smallest unit."""
        expr = self.rule(item, scope, want)
        if expr is None or want is not None:
            return expr
        if expr.type.kind not in _AMOUNTS:
            self.problems.append(
                item.problem(
                    f"数额应是金额或数量，这里是{expr.type.label}", "例：param.living_subsidy"
                )
            )
            return None
        return self.rule(item, scope, expr.type)

    def subject(self, item: Item) -> str:
        """The kind of subject under `for`; its rule, if any, is read by the caller."""
        named = item.table["for"]
        if named.text not in self.known.scopes:
            near = suggest(named.text, self.known.scopes)
            hint = f"是不是 {near!r}？" if near else f"可写：{'、'.join(self.known.scopes)}"
            self.problems.append(named.problem(f"没有这种对象 {named.text!r}", hint))
        return named.text

    def eligible(self, item: Item) -> Expr | None:
        scope = self.known.scopes.get(item.string("for"))
        return self.rule(item.get("eligible"), scope, Type.boolean()) if scope else None
