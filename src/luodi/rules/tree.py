"""The typed tree of a rule. Closed: what is not here is not in the language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from luodi.rules.types import Fact, Place, Type, Value

Span = tuple[int, int]
NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of a rule; equality ignores where it stood.

    Attributes:
        type: What it gives.
        constant: Whether it is the same for every subject: it reads no fact.
        height, size: Nodes on the longest way down, and in all; parsing keeps both small.
    """

    type: Type
    constant: bool = field(init=False, compare=False, repr=False)
    height: int = field(init=False, compare=False, repr=False)
    size: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        below = self.children
        reads = isinstance(self, FactName | Aggregate)
        object.__setattr__(self, "constant", not reads and all(node.constant for node in below))
        object.__setattr__(self, "height", 1 + max((node.height for node in below), default=0))
        object.__setattr__(self, "size", 1 + sum(node.size for node in below))

    @property
    def children(self) -> tuple[Node, ...]:
        return ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Value


@dataclass(frozen=True, slots=True)
class ConstantName(Node):
    """`param.x`, `signal.x`, `reading.x`, `period.x`, `event.x.days`."""

    name: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class FactName(Node):
    """A fact of the subject (`path` empty) or of what it is linked to."""

    fact: Fact
    path: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return ".".join((*self.path, self.fact.name))


@dataclass(frozen=True, slots=True)
class Defined(Node):
    """A derived fact: its name and label around the expression it stands for."""

    name: str
    label: str
    body: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.body,)


@dataclass(frozen=True, slots=True)
class Not(Node):
    item: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.item,)


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """Kleene `and` or `or` of two or more."""

    op: str
    items: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`op` is one of = != < <= > >=. At most one side is a `ratio(…)` of facts: the left."""

    op: str
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class In(Node):
    item: Node
    values: tuple[Value, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.item,)


@dataclass(frozen=True, slots=True)
class IsUnknown(Node):
    """`is unknown` (`known` False) or `is known`. Never unknown itself."""

    item: Node
    known: bool

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.item,)


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`op` is +, - or *."""

    op: str
    left: Node
    right: Node

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]

    @property
    def children(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """`any_member(…)` and its like. `path` leads from the subject to the household."""

    function: str
    argument: Node
    path: tuple[str, ...] = ()

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.argument,)


@dataclass(frozen=True, slots=True)
class Slot(Node):
    """A constant part of a rule, taken out of it: `index` in the scenario's row.

    Attributes:
        denominator: value × denominator is the integer that stands in the row.
        low, high: Bounds of that integer over all scenarios.
    """

    index: int
    denominator: int = 1
    low: int = 0
    high: int = 0


@dataclass(frozen=True)
class Expr:
    """A checked rule: its text, where it stands, and its tree."""

    text: str
    place: Place
    root: Node
    spans: dict[Node, Span] = field(default_factory=dict, compare=False, repr=False)

    @property
    def type(self) -> Type:
        return self.root.type

    def names(self) -> frozenset[str]:
        """Every name it reads, qualified; those inside derived facts and the derived facts too."""
        found: set[str] = set()
        for node in self.root.walk():
            if isinstance(node, FactName | ConstantName | Defined):
                found.add(node.name)
        return frozenset(found)

    def source(self, node: Node) -> str:
        """How `node` was written in this rule; a derived fact's own parts by the whole text."""
        span = self.spans.get(node)
        return self.text[span[0] : span[1]] if span else self.text

    def atoms(self) -> tuple[Node, ...]:
        """The conditions that `and`, `or` and `not` join, each once, in the order written."""
        return atoms(self.root)


def atoms(root: Node) -> tuple[Node, ...]:
    """The conditions of a boolean tree: what is below every `and`, `or`, `not`.

    A derived fact that is itself joined by these is looked through, so that a reason names the
    condition that decided and not the name of a bundle.
    """
    found: dict[Node, None] = {}

    def visit(node: Node) -> None:
        if joins(node):
            for child in node.children:
                visit(child)
        else:
            found.setdefault(node)

    visit(root)
    return tuple(found)


def joins(node: Node) -> bool:
    """Whether a node only joins conditions, so that it is no condition of its own."""
    if isinstance(node, Defined):
        return joins(node.body)
    return isinstance(node, Junction | Not)


def leaves(node: Node) -> tuple[FactName | ConstantName | Aggregate, ...]:
    """What a part of a rule reads, each once: facts, constants, household aggregates whole."""
    found: dict[FactName | ConstantName | Aggregate, None] = {}

    def visit(part: Node) -> None:
        if isinstance(part, FactName | ConstantName | Aggregate):
            found.setdefault(part)
        else:
            for child in part.children:
                visit(child)

    visit(node)
    return tuple(found)
