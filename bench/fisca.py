"""The ten rules as an OpenFisca system: entities with roles, dated parameters, array formulas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.city import FLAGS
from bench.spec import (
    BEREAVED,
    CPI,
    GAS,
    LAID_OFF,
    LIVING,
    MEAL,
    NO_ACCOUNT,
    PRICE_BASE,
    STUDENT,
    WATER,
    years_before,
)

PERSON = ("living_subsidy", "laid_off_subsidy", "student_aid", "price_subsidy", "meal_subsidy",
          "bill_subsidy")  # fmt: skip
HOUSEHOLD = ("bereaved_subsidy", "free_gas", "free_water")
#: The variable that holds a benefit's reason; 1 where it has none.
REASONS = {
    "living_subsidy": "support",
    "student_aid": "student_level",
    "price_subsidy": "price_category",
    "free_gas": "utility_home",
    "free_water": "utility_home",
}
BOOLEANS = (*FLAGS, "has_account", "is_alive", "is_resident")
NUMBERS = ("student_level", "bill_total", "bill_basic", "bill_serious", "bill_aid")
START = "2020-01-01"


def system() -> TaxBenefitSystem:
    person = Entity("person", "persons", "", "")
    member = {"key": "member", "plural": "members", "label": ""}
    household = GroupEntity("household", "households", "", "", roles=[member])
    found = TaxBenefitSystem([person, household])
    found.parameters = _parameters()

    def add(name: str, type_: type, entity: Any, formula: Callable[..., Any] | None) -> None:
        unit = DateUnit.ETERNITY if formula is None else DateUnit.MONTH
        body = {"value_type": type_, "entity": entity, "definition_period": unit, "label": name}
        if formula is not None:
            body["formula"] = formula
        found.add_variable(type(name, (Variable,), body))

    for name in BOOLEANS:
        add(name, bool, person, None)
    for name in NUMBERS:
        add(name, int, person, None)
    add("birth_date", date, person, None)
    for name, (type_, formula) in _PERSON_FORMULAS.items():
        add(name, type_, person, formula)
    for name, (type_, formula) in _HOUSEHOLD_FORMULAS.items():
        add(name, type_, household, formula)
    return found


def _parameters() -> ParameterNode:
    def always(value: float) -> dict[str, Any]:
        return {"values": {START: {"value": value}}}

    one_off = {START: 0, "2020-02-01": 1, "2020-03-01": 0}
    return ParameterNode(
        "",
        data={
            "living": always(LIVING),
            "laid_off": always(LAID_OFF),
            "bereaved": always(BEREAVED),
            "meal": always(MEAL),
            "gas": always(GAS),
            "water": always(WATER),
            "base": {f"c{key}": always(value) for key, value in PRICE_BASE.items()},
            "student": {f"c{key}": always(value) for key, value in STUDENT.items()},
            "cpi": {"values": {years_before(m, 0): {"value": v} for m, v in CPI.items()}},
            "one_off": {"values": {day: {"value": value} for day, value in one_off.items()}},
        },
    )


def _first(*flags: str) -> Callable[..., Any]:
    """The place of the first flag set, of those who live here; 0 where none is."""

    def formula(person: Any, period: Any, _parameters: Any = None) -> Any:
        found = np.zeros(person.count, "i4")
        here = person("lives_here", period)
        for place in range(len(flags), 0, -1):
            found[person(flags[place - 1], period) & here] = place
        return found

    return formula


def _by(key: Any, node: Any, values: dict[int, int]) -> Any:
    return np.select([key == place for place in values], [node[f"c{place}"] for place in values])


def _aged(person: Any, period: Any, least: int, most: int) -> Any:
    """Whether completed years on the period's first day are from `least` to `most`."""
    month = period.start.year * 100 + period.start.month
    born = person("birth_date", period).astype("M8[D]")
    after, until = (np.datetime64(years_before(month, years)) for years in (most + 1, least))
    return (born > after) & (born <= until)


def _percent(period: Any, parameters: Any) -> int:
    change = parameters(period).cpi
    return 200 if change >= 50 else 150 if change >= 30 else 0


def _student_aid(person: Any, period: Any, parameters: Any) -> Any:
    at = parameters(period)
    here = person("lives_here", period) * _aged(person, period, 6, 24)
    return here * _by(person("student_level", period), at.student, STUDENT) * at.one_off


def _price(person: Any, period: Any, parameters: Any) -> Any:
    base = _by(person("price_category", period), parameters(period).base, PRICE_BASE)
    return base * _percent(period, parameters) // 100


def _meal(person: Any, period: Any, parameters: Any) -> Any:
    here = person("lives_here", period) * person.household("dibao_home", period)
    amount = parameters(period).meal * _percent(period, parameters) // 100
    return here * _aged(person, period, 6, 17) * amount


def _bill(person: Any, period: Any, parameters: Any) -> Any:
    total = person("bill_total", period)
    paid = sum(person(name, period) for name in ("bill_basic", "bill_serious", "bill_aid"))
    here = person("lives_here", period) * person("is_in_patient_household", period)
    left = total - paid
    return here * (total > 0) * (left > 0) * left * parameters(period).one_off


def _laid_off(person: Any, period: Any, parameters: Any) -> Any:
    here = person("lives_here", period) * person("is_laid_off", period)
    at = parameters(period)
    return here * (person("support", period) == 0) * at.laid_off * at.one_off


def _utility_home(home: Any, period: Any) -> Any:
    category = home.members("utility_category", period)
    least = home.min(np.where(category > 0, category, 9))
    return np.where(least < 9, least, 0)


def _home_hold(home: Any, period: Any) -> Any:
    due = home.members("lives_here", period) * home.members("is_bereaved", period)
    return home.min(np.where(due, home.members("hold", period), NO_ACCOUNT))


_PERSON_FORMULAS: dict[str, tuple[type, Callable[..., Any]]] = {
    "lives_here": (bool, lambda p, at: p("is_alive", at) & p("is_resident", at)),
    "support": (int, _first("is_tekun", "is_orphan", "is_dibao", "is_disabled_in_hardship")),
    "price_category": (
        int,
        _first("is_tekun", "is_orphan", "is_dibao", "is_veteran", "draws_unemployment_benefit"),
    ),
    "utility_category": (
        int, _first("is_tekun", "is_orphan", "is_dibao", "is_in_patient_household"),
    ),
    "hold": (int, lambda p, at: np.where(p("has_account", at), 0, NO_ACCOUNT)),
    "living_subsidy": (int, lambda p, at, of: (p("support", at) > 0) * of(at).living),
    "laid_off_subsidy": (int, _laid_off),
    "student_aid": (int, _student_aid),
    "price_subsidy": (int, _price),
    "meal_subsidy": (int, _meal),
    "bill_subsidy": (int, _bill),
}  # fmt: skip
_HOUSEHOLD_FORMULAS: dict[str, tuple[type, Callable[..., Any]]] = {
    "dibao_home": (
        bool, lambda h, at: h.any(h.members("is_dibao", at) * h.members("lives_here", at)),
    ),
    "bereaved_home": (
        bool, lambda h, at: h.any(h.members("is_bereaved", at) * h.members("lives_here", at)),
    ),
    "utility_home": (int, _utility_home),
    "home_hold": (int, _home_hold),
    "bereaved_subsidy": (
        int, lambda h, at, of: h("bereaved_home", at) * of(at).bereaved * of(at).one_off,
    ),
    "free_gas": (int, lambda h, at, of: (h("utility_home", at) > 0) * of(at).gas),
    "free_water": (int, lambda h, at, of: (h("utility_home", at) > 0) * of(at).water),
}  # fmt: skip
