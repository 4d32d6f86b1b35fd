"""Text that remembers where each of its characters stood in the original file."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Noise:
    """Damage: what kind, where in the original, and whether it could be repaired."""

    kind: str
    span: Span
    repaired: bool = True


@dataclass(slots=True)
class Tracked:
    """`text`, and for each character its place in the original (`offsets`, same length)."""

    text: str
    offsets: array[int]
    noise: list[Noise] = field(default_factory=list)

    @classmethod
    def of(cls, text: str) -> Tracked:
        """A text that stands for itself."""
        return cls(text, array("L", range(len(text))))

    def span(self, start: int, end: int) -> Span:
        """The original span of the characters [start, end)."""
        if start >= end:
            place = self.offsets[start] if start < len(self.offsets) else 0
            return (place, place)
        return (self.offsets[start], self.offsets[end - 1] + 1)

    def note(self, kind: str, start: int, end: int, *, repaired: bool = True) -> None:
        """Record damage at [start, end)."""
        if start < end:
            self.noise.append(Noise(kind, self.span(start, end), repaired))

    def drop(self, spans: Iterable[Span], kind: str | None) -> None:
        """Take out `spans` (ascending, apart); `kind` None for blanks, which are no damage."""
        kept: list[str] = []
        offsets: array[int] = array("L")
        at = 0
        for start, end in spans:
            if start >= end:
                continue
            kept.append(self.text[at:start])
            offsets += self.offsets[at:start]
            if kind:
                self.note(kind, start, end)
            at = end
        if at == 0:
            return
        kept.append(self.text[at:])
        offsets += self.offsets[at:]
        self.text, self.offsets = "".join(kept), offsets

    def rewrite(self, text: str, kind: str | None = None) -> None:
        """Exchange characters one for one; the noise names the span from first to last change."""
        if len(text) != len(self.text):
            raise ValueError("a rewrite keeps the length")
        if kind and text != self.text:
            changed = [i for i, (a, b) in enumerate(zip(self.text, text, strict=True)) if a != b]
            self.note(kind, changed[0], changed[-1] + 1)
        self.text = text


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """`spans` less what lies in `holes` (ascending)."""
    cut = list(holes)
    out: list[Span] = []
    for start, end in spans:
        at = start
        for a, b in cut:
            if a >= end:
                break
            if b > at:
                if a > at:
                    out.append((at, a))
                at = b
        if at < end:
            out.append((at, end))
    return out
