"""Bars as inline SVG: crisp on any screen and on paper, and nothing to load."""

from __future__ import annotations


def bar(parts: list[tuple[int, str]], most: int) -> str:
    """One horizontal bar of `parts` (size, CSS class) side by side; `most` is the full width.

    A part above zero is at least a hair wide, so that small is not shown as nothing.
    """
    if most <= 0:
        return ""
    at, shapes = 0.0, ""
    for size, kind in parts:
        if size <= 0:
            continue
        wide = max(size * 1000 / most, 4)
        shapes += f'<rect class="{kind}" x="{at:.1f}" width="{wide:.1f}" height="10"/>'
        at += wide
    return (
        '<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">'
        f"{shapes}</svg>"
    )
