"""Runs a pack's golden cases: one by one through the closures, all at once on an SQL engine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from luodi.assessment.compiled import Rule, compile_pack
from luodi.assessment.outcomes import HOLDS, resolve, settled
from luodi.assessment.reasons import lacks, readings_that_matter
from luodi.assessment.scenarios import Given, Scenario
from luodi.assessment.single import Case, Closures, Decision
from luodi.pack.golden import Expected, GoldenCase, GoldenRecord
from luodi.pack.model import Pack
from luodi.rules.types import Kind, Stored, Type, Value

#: What a case need not say about everybody.
DEFAULTS: Mapping[str, Mapping[str, bool]] = {
    "person": {"has_account": True, "is_identified": True, "is_deceased": False},
    "household": {"household_known": True},
    "organisation": {"is_identified": True},
}
ENGINES = ("closures", "duckdb", "spark")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out for one subject and benefit, in the terms of `Expected`."""

    verdict: str
    amount: int | None = None
    lacks: tuple[str, ...] = ()
    hold: str = ""

    def meets(self, expected: Expected) -> bool:
        """Whether it is what a case expects; the facts lacking must be exactly those named."""
        if self.verdict != expected.verdict:
            return False
        if expected.verdict == "undecided":
            return not expected.lacks or set(self.lacks) == set(expected.lacks)
        return self.amount == expected.amount and self.hold == expected.hold


@dataclass(frozen=True, slots=True)
class GoldenResult:
    """One expectation of one case, and what came out."""

    case: GoldenCase
    subject: str
    benefit: str
    expected: Expected
    outcome: Outcome

    @property
    def holds(self) -> bool:
        return self.outcome.meets(self.expected)


def run(pack: Pack, cases: Sequence[GoldenCase], engine: str) -> list[GoldenResult]:
    """Every expectation of `cases`, on one engine: closures, duckdb or spark."""
    rules = {rule.benefit.id: rule for rule in compile_pack(pack)}
    if engine == "closures":
        found = {
            (index, *key): outcome
            for index, case in enumerate(cases)
            for key, outcome in _by_closures(pack, rules, case).items()
        }
    else:
        found = _by_sql(pack, rules, cases, engine)
    return [
        GoldenResult(
            case, subject, benefit, expected, found.get((index, subject, benefit), Outcome("none"))
        )
        for index, case in enumerate(cases)
        for subject, benefits in case.expect.items()
        for benefit, expected in benefits.items()
    ]


def given_by(pack: Pack, case: GoldenCase) -> Given:
    """What a case takes as given, in the language's values."""

    def scaled(value: Fraction | date | None, type_: Type) -> Value:
        return value / type_.denominator if isinstance(value, Fraction) else value

    return Given(
        case.readings,
        {name: scaled(value, pack.parameters[name].type) for name, value in case.set.items()},
        {name: scaled(value, pack.indicators[name].type) for name, value in case.signals.items()},
        case.events,
    )


def _asked(case: GoldenCase, rules: Mapping[str, Rule]) -> list[Rule]:
    wanted = {benefit for benefits in case.expect.values() for benefit in benefits}
    return [rule for id_, rule in rules.items() if id_ in wanted]


# --- the subjects of a case -----------------------------------------------------------------


def facts_of(
    pack: Pack, case: GoldenCase, kind: str, given: Mapping[str, Stored]
) -> dict[str, Stored]:
    """All facts of a subject: those said, and for the others FALSE or unknown."""
    found: dict[str, Stored] = {}
    for name, fact in pack.facts[kind].items():
        absent = False if case.complete and fact.type.kind is Kind.BOOLEAN else None
        found[name] = DEFAULTS.get(kind, {}).get(name, absent)
    return {**found, **given}


@dataclass
class Subjects:
    """A case's subjects, with the household of each person."""

    persons: dict[str, dict[str, Stored]]
    households: dict[str, dict[str, Stored]]
    household_of: dict[str, str]
    organisations: dict[str, dict[str, Stored]]
    records: dict[str, dict[str, tuple[GoldenRecord, dict[str, Stored]]]]

    def members(self, household: str) -> dict[str, dict[str, Stored]]:
        return {
            name: facts
            for name, facts in self.persons.items()
            if self.household_of[name] == household
        }


def subjects(pack: Pack, case: GoldenCase) -> Subjects:
    """Everybody in `case`; a person without a household has one of her own."""
    household_of = {name: case.household_of.get(name, f"({name})") for name in case.persons}
    names = dict.fromkeys([*case.households, *household_of.values()])
    households = {}
    for name in names:
        size = sum(1 for other in household_of.values() if other == name)
        said = {"member_count": size, **case.households.get(name, {})}
        households[name] = facts_of(pack, case, "household", said)
    return Subjects(
        {name: facts_of(pack, case, "person", facts) for name, facts in case.persons.items()},
        households,
        household_of,
        {
            name: facts_of(pack, case, "organisation", facts)
            for name, facts in case.organisations.items()
        },
        {
            kind: {
                name: (record, facts_of(pack, case, kind, record.facts))
                for name, record in records.items()
            }
            for kind, records in case.records.items()
        },
    )


def cases_of(pack: Pack, found: Subjects) -> Iterator[Case]:
    """The subjects in the groups that the closures take."""
    unknown = {
        kind: dict.fromkeys(pack.facts[kind]) for kind in ("person", "household", "organisation")
    }
    for name, facts in found.households.items():
        yield Case("household", name, {**facts, "household_id": name}, found.members(name), {}, {})  # type: ignore[arg-type]
    for name, facts in found.organisations.items():
        yield Case("organisation", name, facts, {}, {}, {})
    for kind, records in found.records.items():
        for name, (record, facts) in records.items():
            home = record.household or found.household_of.get(record.person, "")
            links: dict[str, Mapping[str, Stored]] = {
                "person": found.persons.get(record.person, unknown["person"]),
                "household": found.households.get(home, unknown["household"]),
                "organisation": found.organisations.get(
                    record.organisation, unknown["organisation"]
                ),
            }
            links["person.household"] = links["household"]
            kin = list(found.members(home).values()) if home else [unknown["person"]]
            yield Case(kind, name, facts, {}, links, {"person": kin, "household": kin})


# --- closures -------------------------------------------------------------------------------


def _by_closures(
    pack: Pack, rules: Mapping[str, Rule], case: GoldenCase
) -> dict[tuple[str, str], Outcome]:
    given = given_by(pack, case)
    work = [(rule, rule.scenarios(pack, [case.month], given)) for rule in _asked(case, rules)]
    closures = Closures(work)
    decisions: dict[tuple[str, str], list[Decision]] = {}
    for one in cases_of(pack, subjects(pack, case)):
        for decision in closures.decide(one):
            key = (str(decision.subject), decision.rule.benefit.id)
            decisions.setdefault(key, []).append(decision)
    choices = {
        rule.benefit.id: [scenario.choice for scenario in scenarios] for rule, scenarios in work
    }
    return {key: outcome_of(found, choices[key[1]]) for key, found in decisions.items()}


def outcome_of(
    decisions: Sequence[Decision], choices: Sequence[tuple[tuple[str, str], ...]]
) -> Outcome:
    """One outcome from the decisions on one subject and benefit under every open reading.

    Args:
        choices: Every choice of the open readings; one without a decision does not apply.
    """
    first = decisions[0]
    results: dict[tuple[tuple[str, str], ...], object] = dict.fromkeys(choices, (False, None))
    for decision in decisions:
        verdict = _verdict(decision)
        results[decision.scenario.choice] = (verdict, decision.amount if verdict else None)
    if len(set(results.values())) > 1:
        return Outcome("undecided", lacks=readings_that_matter(results))
    verdict = _verdict(first)
    if verdict is None:
        entitled = first.verdict is True
        return Outcome(
            "undecided",
            lacks=lacks(first.rule, first.masks, entitled=entitled, clash=first.clash),
        )
    if not verdict:
        return Outcome("none")
    hold = hold_of(first)
    return Outcome("held" if hold else "entitled", first.amount, hold=hold)


def _verdict(decision: Decision) -> bool | None:
    if decision.verdict is True and (
        decision.clash or (decision.rule.amount is not None and decision.amount is None)
    ):
        return None
    return decision.verdict


def hold_of(decision: Decision) -> str:
    """Why a payment would be held: one of HOLDS, or nothing."""
    if decision.rule.is_deceased is not None and decision.is_deceased is not False:
        return "deceased" if decision.is_deceased else "death_unknown"
    if decision.rule.has_account is not None and decision.has_account is not True:
        return "no_account"
    return ""


# --- SQL ------------------------------------------------------------------------------------


def _by_sql(
    pack: Pack, rules: Mapping[str, Rule], cases: Sequence[GoldenCase], engine: str
) -> dict[tuple[int, str, str], Outcome]:
    from luodi.assessment.engines import attach, locked, run_duckdb
    from luodi.assessment.plan import Planner
    from luodi.assessment.spark import run_spark

    found: dict[int, tuple[Rule, list[Scenario], list[int]]] = {}
    for index, case in enumerate(cases):
        given = given_by(pack, case)
        for rule in _asked(case, rules):
            _, scenarios, owners = found.setdefault(rule.index, (rule, [], []))
            own = rule.scenarios(pack, [case.month], given)
            scenarios += own
            owners += [index] * len(own)
    work = [
        (rule, scenarios)
        for rule, scenarios, _ in found.values()
        if any(scenario.live for scenario in scenarios)
    ]
    owners_of = {rule.index: owners for rule, _, owners in found.values()}
    if not work:
        return {}
    with tempfile.TemporaryDirectory(prefix="luodi-golden-") as folder:
        tables, names = write_tables(pack, cases, Path(folder))
        plan = Planner(work, engine, keep_refused=True, cases=owners_of).plan()
        with locked([Path(folder)]) as connection:
            attach(connection, tables)
            if engine == "duckdb":
                run_duckdb(connection, plan)
            else:
                run_spark(connection, plan, tables, Path(folder))
            periods = resolve(connection, work, owners_of)
            rows = connection.execute(
                "SELECT b, subject, p, v, amount, hold, lacks FROM outcomes"
            ).fetchall()
    ids = {rule.index: rule.benefit for rule, _ in work}
    outcomes = {}
    for b, subject, p, v, amount, hold, missing in rows:
        kind = ids[b].subject
        verdict = {0: "none", 1: "held" if hold else "entitled", 2: "undecided"}[v]
        outcome = Outcome(
            verdict,
            amount if v == 1 else None,
            tuple(missing) if v == 2 else (),
            HOLDS.get(hold, ""),
        )
        outcomes[(periods[p].case, names[kind, subject], ids[b].id)] = outcome
    return outcomes


def write_tables(
    pack: Pack, cases: Sequence[GoldenCase], folder: Path
) -> tuple[dict[str, Path], dict[tuple[str, int], str]]:
    """The subjects of all cases as the Parquet tables of a snapshot, with their case."""
    rows: dict[str, list[dict[str, Any]]] = {
        "persons": [], "households": [], "organisations": [],
        **{kind: [] for kind in pack.facts if kind not in DEFAULTS},
    }  # fmt: skip
    ids: dict[tuple[int, str, str], int] = {}
    names: dict[tuple[str, int], str] = {}

    def id_of(case: int, kind: str, name: str) -> int:
        number = ids.setdefault((case, kind, name), len(ids) + 1)
        names[kind, number] = name
        return number

    for index, case in enumerate(cases):
        found = subjects(pack, case)
        common = {"case_id": index, "area": 1}
        for name, facts in found.persons.items():
            home = id_of(index, "household", found.household_of[name])
            own = {"person_id": id_of(index, "person", name), "household_id": home}
            rows["persons"].append({**common, **own, **facts})
        for name, facts in found.households.items():
            rows["households"].append(
                {**common, "household_id": id_of(index, "household", name), **facts}
            )
        for name, facts in found.organisations.items():
            rows["organisations"].append(
                {**common, "organisation_id": id_of(index, "organisation", name), **facts}
            )
        for kind, records in found.records.items():
            for name, (record, facts) in records.items():
                home_name = record.household or found.household_of.get(record.person, "")
                links = {
                    f"{link}_id": id_of(index, link, whom) if whom else None
                    for link, whom in (
                        ("person", record.person),
                        ("household", home_name),
                        ("organisation", record.organisation),
                    )
                }
                rows[kind].append(
                    {**common, "record_id": id_of(index, kind, name), **links, **facts}
                )
    tables = {}
    for name, table in rows.items():
        tables[name] = folder / f"{name}.parquet"
        _write_parquet(pack, name, table, tables[name])
    return tables, names


def _write_parquet(pack: Pack, name: str, rows: Iterable[dict[str, Any]], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kind = {"persons": "person", "households": "household", "organisations": "organisation"}.get(
        name, name
    )
    keys = {
        "person": ("person_id", "household_id"),
        "household": ("household_id",),
        "organisation": ("organisation_id",),
    }.get(kind, ("record_id", "person_id", "household_id", "organisation_id"))
    arrow = {Kind.BOOLEAN: pa.bool_(), Kind.DATE: pa.date32(), Kind.ENUM: pa.string(),
             Kind.TEXT: pa.string()}  # fmt: skip
    fields = [pa.field("case_id", pa.int32()), pa.field("area", pa.int64())]
    fields += [pa.field(key, pa.int64()) for key in keys]
    fields += [
        pa.field(fact.name, arrow.get(fact.type.kind, pa.int64()))
        for fact in pack.facts[kind].values()
    ]
    columns = list(rows)
    pq.write_table(pa.Table.from_pylist(columns, schema=pa.schema(fields)), path)


__all__ = ["GoldenResult", "Outcome", "run", "settled"]
