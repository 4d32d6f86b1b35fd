"""The ten rules as a pack, through luodi's own bulk path."""

from __future__ import annotations

from pathlib import Path

from bench.spec import NO_ACCOUNT, RULES, STUDENT, Job
from luodi.assessment.bulk import Bulk, decide
from luodi.assessment.compiled import Rule
from luodi.basics.period import Month
from luodi.pack import load
from luodi.pack.model import Pack
from luodi.population import Snapshot, open_snapshot
from luodi.rules.tree import Compare, FactName, Literal

PACK = Path(__file__).parent / "packs" / "bench-2020"
#: The facts whose conditions give a right, in the order of the notice.
_CATEGORIES = {
    "living_subsidy": ("is_tekun", "is_orphan", "is_dibao", "is_disabled_in_hardship"),
    "price_subsidy": (
        "is_tekun", "is_orphan", "is_dibao", "is_veteran", "draws_unemployment_benefit",
    ),
    "free_gas": ("is_tekun", "is_orphan", "is_dibao", "is_in_patient_household"),
    "free_water": ("is_tekun", "is_orphan", "is_dibao", "is_in_patient_household"),
}  # fmt: skip


def prepare(job: Job) -> tuple[Pack, Snapshot]:
    """What is done once a pack and a snapshot: reading the one, checking the other's hashes."""
    snapshot = open_snapshot(Path(job.persons).parent)
    snapshot.verify()
    return load(PACK), snapshot


def run(job: Job, prepared: tuple[Pack, Snapshot]) -> Bulk:
    pack, snapshot = prepared
    months = [Month(month // 100, month % 100) for month in job.months]
    return decide(
        pack, snapshot, months, Path(job.rows), Path(job.totals), threads=2, keep=job.keep
    )


def answer(job: Job, bulk: Bulk) -> tuple[str, str]:
    """Queries that name what luodi numbers: rule, month and, from the mask of truth, the reason."""
    rules, months, reasons = [], [], []
    for rule, scenarios in bulk.work:
        number = RULES[rule.benefit.id]
        rules.append(f"WHEN {rule.index} THEN {number}")
        reasons.append(f"WHEN {rule.index} THEN {_reason(rule)}")
        for k, scenario in enumerate(scenarios):
            month = scenario.month.year * 100 + scenario.month.month
            months.append(f"WHEN {rule.index * 100 + k} THEN {month}")
    named = (
        f"CASE b {' '.join(rules)} END AS rule, CASE b * 100 + k {' '.join(months)} END AS month"
    )
    hold = f"CASE WHEN hold = 0 THEN 0 ELSE {NO_ACCOUNT} END"
    reason = f"CASE b {' '.join(reasons)} END + {hold}"
    return (
        f"SELECT subject, area AS town, {named}, amount, {reason} AS reason "
        f"FROM read_parquet('{job.rows}')",
        f"SELECT area AS town, {named}, subjects, amount FROM read_parquet('{job.totals}')",
    )


def _reason(rule: Rule) -> str:
    id_ = rule.benefit.id
    if id_ == "bereaved_subsidy":
        return f"CASE WHEN {_holds(rule, 'has_account')} THEN 1 ELSE {1 + NO_ACCOUNT} END"
    if id_ == "student_aid":
        names = [f"student_level = {level}" for level in STUDENT]
    else:
        names = list(_CATEGORIES.get(id_, ()))
    if not names:
        return "1"
    return f"CASE {' '.join(f'WHEN {_holds(rule, one)} THEN {i}' for i, one in enumerate(names, 1))} END"


def _holds(rule: Rule, wanted: str) -> str:
    """Whether the bit of the first condition that reads `wanted` is set."""
    for index, atom in enumerate(rule.atoms):
        names = {node.fact.name for node in atom.walk() if isinstance(node, FactName)}
        if isinstance(atom, Compare) and isinstance(atom.right, Literal):
            names = {f"{name} = {atom.right.value}" for name in names if atom.op == "="}
        if wanted in names:
            return f"truth >> {index} & 1 = 1"
    raise LookupError(f"{rule.benefit.id} has no condition on {wanted}")
