"""Is each instrument sound by itself, and with the others?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from luodi.basics.problem import Problem
from luodi.pack.measure import Assessable, Benefit, Instrument, Task
from luodi.pack.model import Pack
from luodi.pack.references import names_read
from luodi.rules import Kind

#: What must not decide about anybody unless the sentence itself names it: fact → words for it.
PROTECTED_TRAITS = {
    "ethnicity": ("民族",),
    "nationality": ("国籍", "外国", "外籍"),
    "religion": ("宗教", "信教"),
    "political_status": ("党员", "政治面貌", "团员"),
    "marital_status": ("婚", "配偶", "单身"),
    "sexual_orientation": ("性取向",),
    "sex": ("男", "女", "妇", "孕"),
    "has_criminal_record": ("犯罪", "刑"),
}


def ids_are_unique(pack: Pack) -> Iterator[Problem]:
    """No two instruments share an id."""
    seen: dict[str, Instrument] = {}
    for one in pack.instruments:
        if one.id in seen:
            yield pack.problem(
                one.place, f"编号 {one.id!r} 已用于 {seen[one.id].place}", "请换一个"
            )
        seen.setdefault(one.id, one)


def amounts_have_a_unit(pack: Pack) -> Iterator[Problem]:
    """What is given in kind is a quantity, and not money."""
    for one in pack.assessables:
        if one.amount is not None and one.in_kind and one.amount.type.kind is Kind.MONEY:
            yield pack.problem(
                one.place,
                f"{one.id!r} 是实物，数额却是金额",
                "写数量（如 9 m3），或删去 in_kind",
            )


def amounts_have_a_payer(pack: Pack) -> Iterator[Problem]:
    """Whoever pays is named, or asked for."""
    for one in pack.assessables:
        if isinstance(one, Benefit) and one.amount is not None and one.payer is None:
            yield pack.problem(
                one.place,
                f"{one.id!r} 没有写谁出钱",
                "写 payer: {unit: …}；文件没有写明的，写 payer: {open: true, question: …}",
            )


def overrides_have_names_of_their_own(pack: Pack) -> Iterator[Problem]:
    """Names of exceptions are unique within a benefit."""
    for one in pack.assessables:
        for name, count in Counter(override.name for override in one.overrides).items():
            if count > 1:
                yield pack.problem(one.place, f"{one.id!r} 有两个例外都叫 {name!r}", "请换一个名称")


def once_scopes_agree(pack: Pack) -> Iterator[Problem]:
    """Benefits that share a `once` scope count by the same kind of subject and cadence."""
    first: dict[str, Assessable] = {}
    for one in pack.assessables:
        other = first.setdefault(one.once.scope, one)
        if other.once.by != one.once.by:
            yield pack.problem(
                one.place,
                f"once 的范围 {one.once.scope!r} 在 {other.id!r} 按 {other.once.by} 计，"
                f"这里按 {one.once.by} 计",
                "同一范围要按同一种对象",
            )
        elif other.cadence != one.cadence:
            yield pack.problem(
                one.place,
                f"once 的范围 {one.once.scope!r} 在 {other.id!r} 是 {other.cadence}，"
                f"这里是 {one.cadence}",
                "同一范围要用同一周期",
            )


def members_are_reserved_by_households(pack: Pack) -> Iterator[Problem]:
    """Only a household's benefit can take up its members' keys."""
    for one in pack.assessables:
        if one.once.reserve_members and one.subject != "household":
            yield pack.problem(one.place, f"{one.id!r} 不是给户的，不能写 reserve_members")


def steps_are_sound(pack: Pack) -> Iterator[Problem]:
    """Steps have ids of their own, and are not both left out and postponed."""
    for one in pack.stepped:
        steps = one.steps
        for step in steps:
            if step.waived_by and step.deferred_until:
                yield pack.problem(
                    step.place,
                    f"环节 {step.id!r} 不能既免去又推迟",
                    "留下 waived_by 或 deferred_until",
                )
        for name, count in Counter(step.id for step in steps).items():
            if count > 1:
                yield pack.problem(one.place, f"环节 {name!r} 写了 {count} 次", "请换一个名称")


def soft_tasks_have_a_goal(pack: Pack) -> Iterator[Problem]:
    """`soft` says something about a deadline or a target, so there must be one."""
    for one in pack.instruments:
        if (
            isinstance(one, Task)
            and one.soft
            and not (one.deadline or one.deadline_event or one.target)
        ):
            yield pack.problem(
                one.place,
                f"{one.id!r} 写了 soft，却没有 deadline 或 target",
                "请补上或删去 soft",
            )


def protected_traits_are_named_by_the_sentence(pack: Pack) -> Iterator[Problem]:
    """Nobody is treated by ethnicity, religion … unless the quoted words say so."""
    for one in pack.assessables:
        words = pack.bound(one).text
        for name in sorted(names_read(one)):
            trait = name.rpartition(".")[2]
            said = PROTECTED_TRAITS.get(trait)
            if said and not any(word in words for word in said):
                yield pack.problem(
                    one.place,
                    f"{one.id!r} 用到受保护的特征 {name!r}，而所引原文没有提到",
                    "请改用原文所说的条件",
                )
