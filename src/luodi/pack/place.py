"""A place: its areas, and the units that notices name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from luodi.pack.register import Register
from luodi.pack.yaml import Item
from luodi.rules import Definition
from luodi.rules import Place as Spot


@dataclass(frozen=True, slots=True)
class Area:
    """A street, town or zone. `code` has nine digits; valid in [since, until)."""

    code: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A responsible body, as notices print it. `expands_to`: 各镇（街道） means each of them."""

    name: str
    aliases: tuple[str, ...] = ()
    kind: str = ""
    expands_to: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What a place has whichever notice comes.

    Attributes:
        code: Six digits of its administrative division.
        synthetic_prefix: Region digits of made-up identity numbers, assigned to nobody.
        definitions: Derived facts by kind of subject and name.
    """

    id: str
    title: str
    code: str
    synthetic_prefix: str
    areas: tuple[Area, ...]
    units: tuple[Unit, ...]
    registers: Mapping[str, Register]
    definitions: Mapping[str, Mapping[str, Definition]] = field(default_factory=dict)
    spot: Spot = field(default=Spot("place.yaml"), compare=False)

    def unit(self, name: str) -> Unit | None:
        """The unit of this name or alias; None if the place has none."""
        return next((unit for unit in self.units if name in (unit.name, *unit.aliases)), None)

    def area(self, name_or_code: str) -> Area | None:
        """The area of this name, alias or code; None if the place has none."""
        return next(
            (area for area in self.areas if name_or_code in (area.code, area.name, *area.aliases)),
            None,
        )


def area(item: Item) -> Area:
    """Read a row of areas.yaml."""
    return Area(
        item.string("code"),
        item.string("name"),
        item.string("kind"),
        item.strings("aliases"),
        item.day("from"),
        item.day("until"),
    )


def unit(item: Item) -> Unit:
    """Read a row of units.yaml."""
    return Unit(
        item.string("name"),
        item.strings("aliases"),
        item.string("kind"),
        item.string("expands_to"),
        item.string("phone"),
    )


def definitions(item: Item | None) -> dict[str, dict[str, Definition]]:
    """Read facts.yaml: derived facts by kind of subject. They are parsed where scopes are known."""
    if item is None:
        return {}
    return {
        kind: {
            name: Definition(row.table["when"].text, row.string("label"), row.table["when"].place)
            for name, row in rows.table.items()
        }
        for kind, rows in item.table.items()
    }
