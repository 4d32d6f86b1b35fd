"""What each way of reading the notice costs, set side by side with the one that was signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luodi.assessment.price import Price
from luodi.basics.money import format_yuan
from luodi.pack import Pack
from luodi.report.findings import amount_text


@dataclass(frozen=True, slots=True)
class Way:
    """One way of reading, and its cost. `against`: how much more or less than the signed one."""

    said: str
    mark: str
    subjects: int
    amount: int
    cost: str
    against: str


@dataclass(frozen=True, slots=True)
class Rivals:
    """The ways of reading on which one benefit's cost depends.

    Attributes:
        questions: Each with who signs it.
        open: Whether a signature is still lacking. If so, all ways not ruled out stand here;
            else the signed one, and those that differ from it in one signature.
    """

    label: str
    measure: str
    questions: tuple[str, ...]
    open: bool
    ways: tuple[Way, ...]


def rivals(pack: Pack, prices: Sequence[Price], signed: Mapping[str, str]) -> tuple[Rivals, ...]:
    """Group `prices`, made with nothing signed, by benefit: those still open come first."""
    groups: dict[str, list[Price]] = {}
    for one in prices:
        if one.choice:
            groups.setdefault(one.benefit, []).append(one)
    found = []
    for ones in groups.values():
        names = list(ones[0].choice)
        is_open = any(name not in signed for name in names)
        ways = _open(pack, ones, signed) if is_open else _signed(pack, ones, signed)
        if len(ways) > 1:
            questions = tuple(
                f"{pack.readings[name].question}（{pack.readings[name].signed_by}）"
                for name in names
            )
            found.append(Rivals(ones[0].label, ones[0].measure, questions, is_open, ways))
    return tuple(sorted(found, key=lambda one: not one.open))


def _open(pack: Pack, ones: Sequence[Price], signed: Mapping[str, str]) -> tuple[Way, ...]:
    ways = []
    for one in ones:
        if _unlike(one, signed):
            continue
        said = "；".join(pack.readings[name].options[opt] for name, opt in one.choice.items())
        suggested = all(
            pack.readings[name].suggested == option
            for name, option in one.choice.items()
            if name not in signed
        )
        ways.append(
            Way(said, "建议" if suggested else "", one.subjects, one.amount, _cost(one), "")
        )
    return tuple(ways)


def _signed(pack: Pack, ones: Sequence[Price], signed: Mapping[str, str]) -> tuple[Way, ...]:
    chosen = next(one for one in ones if not _unlike(one, signed))
    texts = [pack.readings[name].options[option] for name, option in chosen.choice.items()]
    cost = _cost(chosen)
    ways = [Way("；".join(texts), "已签", chosen.subjects, chosen.amount, cost, "")]
    for one in ones:
        unlike = _unlike(one, signed)
        if len(unlike) == 1:
            said = "改为：" + pack.readings[unlike[0]].options[one.choice[unlike[0]]]
            against = _against(one, chosen)
            ways.append(Way(said, "", one.subjects, one.amount, _cost(one), against))
    return tuple(ways)


def _against(one: Price, chosen: Price) -> str:
    """How `one` differs: in money, in whom it reaches, in how many it leaves undecided."""
    more, heads = one.amount - chosen.amount, one.subjects - chosen.subjects
    said = []
    if one.unit == "fen" and more:
        said.append(f"{'多' if more > 0 else '少'} {format_yuan(abs(more))} 元")
    if heads:
        said.append(f"{'多' if heads > 0 else '少'} {abs(heads):,} 个")
    if open_ := one.undecided - chosen.undecided:
        said.append(f"待核实{'多' if open_ > 0 else '少'} {abs(open_):,} 个")
    return "，".join(said)


def _unlike(one: Price, signed: Mapping[str, str]) -> list[str]:
    """The readings that were signed otherwise than `one` reads them."""
    return [name for name, option in one.choice.items() if signed.get(name, option) != option]


def _cost(one: Price) -> str:
    return amount_text(one.amount, one.unit) if one.subjects else "无，或还缺数字"
