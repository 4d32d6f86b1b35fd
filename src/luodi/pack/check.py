"""Checks that a loaded pack says what its notice says, all of it, and nothing else.

Each check is a function from a pack to problems; docs/reference/pack-checks.md explains each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from luodi.basics.problem import Problem
from luodi.pack.check_figures import figures_are_dated_and_sourced, figures_are_settled
from luodi.pack.check_instruments import (
    amounts_have_a_payer,
    amounts_have_a_unit,
    ids_are_unique,
    members_are_reserved_by_households,
    once_scopes_agree,
    overrides_have_names_of_their_own,
    protected_traits_are_named_by_the_sentence,
    soft_tasks_have_a_goal,
    steps_are_sound,
)
from luodi.pack.check_text import (
    context_is_outside_measures,
    every_clause_is_bound,
    every_measure_has_a_file,
    head_is_as_printed,
    instruments_are_bound,
    modes_are_as_printed,
    quotes_stand_in_the_notice,
    titles_are_as_printed,
    units_are_as_printed,
)
from luodi.pack.check_use import (
    drafts_are_finished,
    everything_is_used,
    place_is_sound,
    rules_have_examples,
    units_are_known_to_the_place,
)
from luodi.pack.measure import KIND_LABELS
from luodi.pack.model import Pack

Check = Callable[[Pack], Iterable[Problem]]

#: In the order in which their problems are reported.
CHECKS: tuple[Check, ...] = (
    head_is_as_printed,
    every_measure_has_a_file,
    titles_are_as_printed,
    modes_are_as_printed,
    units_are_as_printed,
    units_are_known_to_the_place,
    instruments_are_bound,
    quotes_stand_in_the_notice,
    every_clause_is_bound,
    context_is_outside_measures,
    figures_are_dated_and_sourced,
    figures_are_settled,
    ids_are_unique,
    amounts_have_a_unit,
    amounts_have_a_payer,
    overrides_have_names_of_their_own,
    once_scopes_agree,
    members_are_reserved_by_households,
    steps_are_sound,
    soft_tasks_have_a_goal,
    protected_traits_are_named_by_the_sentence,
    everything_is_used,
    place_is_sound,
    rules_have_examples,
    drafts_are_finished,
)


def check(pack: Pack) -> list[Problem]:
    """All problems of `pack`, in the order of CHECKS."""
    return [problem for one in CHECKS for problem in one(pack)]


def counts(pack: Pack) -> dict[str, int]:
    """What the pack holds, by Chinese name: measures, clauses, instruments of each kind …"""
    clauses = {clause for one in pack.instruments for clause in pack.bound(one).clauses}
    kinds = Counter(one.kind_label for one in pack.instruments)
    return {
        "条措施": len(pack.measures),
        "款已落实": len(clauses),
        **{f"项{label}": kinds[label] for label in KIND_LABELS.values()},
        "个参数": len(pack.parameters),
        "个未定参数": sum(one.open for one in pack.parameters.values()),
        "种读法待签": len(pack.readings),
        "个例子": len(pack.golden),
    }
