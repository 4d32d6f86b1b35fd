"""Next best fact: the fewest questions whose answers would decide the most money.

A question is a list that a town has not handed in, a reading to sign, an open parameter to
answer, or one fact of one person to verify. See docs/algorithms/next-best-fact.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from luodi.assessment.assess import Assessment
from luodi.assessment.engines import locked, quoted
from luodi.assessment.unlisted import Lists
from luodi.pack.model import Pack
from luodi.population import Snapshot

CITY = 0  # readings and parameters are asked once for all


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask next.

    Attributes:
        area: Nine digits as a number; 0 where the answer serves the whole place.
        kind: list, reading, parameter, signal or person.
        names: The facts, readings or registers asked about, together.
        asks: How many questions that is: one a list, reading or parameter, one a person.
        subjects: Undecided outcomes that would be decided.
        amount: Fen that hang on them, as far as amounts can be told beforehand.
    """

    area: int
    kind: str
    names: tuple[str, ...]
    asks: int
    subjects: int
    amount: int


def next_best(
    pack: Pack, snapshot: Snapshot, assessment: Assessment, most: int = 10
) -> dict[int, list[Ask]]:
    """For each area (0: the whole place), what to ask, the most money a question first.

    Money decided by a question that needs another one first counts for both together.
    """
    lists = Lists(pack, snapshot.manifest)
    groups: dict[int, dict[frozenset[tuple[str, str]], list[int]]] = {}
    with locked([assessment.folder]) as connection:
        for area, benefit, lacks, subjects, amount in _undecided(connection, assessment):
            questions = frozenset(_question(lists, area, name) for name in lacks)
            if not questions:
                continue
            local = area if any(kind in ("list", "person") for kind, _ in questions) else CITY
            found = groups.setdefault(local, {}).setdefault(questions, [0, 0])
            found[0] += subjects
            found[1] += amount
            del benefit
    return {area: _greedy(area, wanted, most) for area, wanted in sorted(groups.items())}


def _undecided(
    connection: duckdb.DuckDBPyConnection, assessment: Assessment
) -> list[tuple[int, str, list[str], int, int]]:
    rows = f"read_parquet({quoted(assessment.path('undecided'))})"
    if len(assessment.summary["months"]) > 1:  # what is paid once hangs on an answer once
        rows = f"(SELECT DISTINCT ON (benefit, subject_id, period) * FROM {rows} ORDER BY month)"
    return connection.execute(
        "SELECT COALESCE(area, 0), benefit, lacks, count(*), "
        "CAST(COALESCE(sum(potential) FILTER (unit = 'fen'), 0) AS BIGINT) "
        f"FROM {rows} GROUP BY ALL ORDER BY ALL"
    ).fetchall()


def _question(lists: Lists, area: int, name: str) -> tuple[str, str]:
    head, _, stem = name.partition(".")
    kinds = {"reading": "reading", "param": "parameter", "signal": "signal"}
    if head in kinds and stem:
        return kinds[head], stem
    plain = name.rpartition(".")[2]
    missing = lists.lacking(plain, area) if area else []
    return ("list", missing[0]) if missing else ("person", plain)


def _greedy(
    area: int, wanted: Mapping[frozenset[tuple[str, str]], list[int]], most: int
) -> list[Ask]:
    """Answer by answer, the set of questions that decides the most money a question."""
    answered: set[tuple[str, str]] = set()
    rest = dict(wanted)
    found: list[Ask] = []
    while rest and len(found) < most:
        ranked = []
        for questions in rest:
            new = questions - answered
            done = [group for group in rest if group <= answered | questions]
            subjects = sum(rest[group][0] for group in done)
            amount = sum(rest[group][1] for group in done)
            persons = sum(rest[group][0] for group in done if _personal(group))
            asks = max(1, sum(1 for kind, _ in new if kind != "person") + persons)
            order = (-amount / asks, -subjects / asks, sorted(new))
            ranked.append((order, questions, new, done, asks, subjects, amount))
        _, questions, new, done, asks, subjects, amount = min(ranked, key=lambda one: one[0])
        kinds = sorted({kind for kind, _ in new})
        names = tuple(sorted(name for _, name in new))
        found.append(Ask(area, "+".join(kinds), names, asks, subjects, amount))
        answered |= questions
        for group in done:
            del rest[group]
    return found


def _personal(questions: frozenset[tuple[str, str]]) -> bool:
    return any(kind == "person" for kind, _ in questions)
