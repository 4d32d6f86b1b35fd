"""Plans the SQL that decides a whole city at once. Rule authors need not think of any of it.

1. `cand`: one scan of the persons table keeps whoever some rule can touch: everyone else is
   provably out of every rule, or is found through the household.
2. `hs`: what rules ask about households, from the candidates where the others cannot matter;
   `hfull` from all members where they can.
3. `hb`: the households that some household rule can touch; `fam`: persons that a rule reaches
   only through their household.
4. One SELECT a rule, crossed with the distinct rows of its constants, then with the periods.

See docs/algorithms/assessment.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from luodi.assessment.bound import Bound, paths
from luodi.assessment.candidates import Alternative, alternatives, cover
from luodi.assessment.known import always_known
from luodi.assessment.select import ABSENT, RuleSelect
from luodi.rules.sql import Printer, aggregate, possible
from luodi.rules.tree import (
    Aggregate,
    FactName,
    Node,
    Not,
    Slot,
)
from luodi.rules.types import Kind


@dataclass(frozen=True, slots=True)
class Plan:
    """Statements in order: `stages` make working tables, each of `selects` gives one rule's rows.

    Columns of `selects`: b (index of the rule), subject, area, k (index of the scenario in the
    rule's list), v (1 entitled, 2 undecided, 0 not), amount,
    potential (what it would be if entitled), truth, unknown, lacking, clash,
    account, deceased, listed, once_by.
    """

    stages: tuple[tuple[str, str], ...]
    selects: tuple[str, ...]
    candidates: str

    @property
    def rows(self) -> str:
        """All rules' rows in one statement."""
        return "\nUNION ALL\n".join(self.selects)


class Planner(RuleSelect):
    """Plans one run.

    Args:
        work: Each rule with its scenarios (not empty).
        dialect: duckdb or spark.
        keep_refused: Whether candidates that are not entitled are rows too.
        cases: Rows meet only scenarios of their own `case_id` (golden cases in one batch):
            `cases[rule.index]` names the case of each scenario.
        listed_only: Indices of rules that cannot touch a person who is on no register; None
            where the tables do not tell who is on one.
        known: What is known of the tables before they are read, by name.
        brief: Leave out of rows what only open questions need: potential, lacking, clash, listed,
            once_by.
    """

    def seed(self, node: Aggregate) -> frozenset[Alternative] | None:
        """Which members can matter to it; None: all, or too many to tell."""
        if node.function not in ABSENT or not self.free(node):
            return None
        found = alternatives(node.argument, wanted=node.function != "all_members")
        return None if frozenset() in found else found

    def scan(self, found: frozenset[Alternative]) -> str:
        """A condition on rows of persons that holds wherever one of the alternatives may."""
        printer = self.member_printer()

        def test(node: Node, wanted: bool) -> str:
            if always_known(node, self.members, self.members):
                return self.text(printer.plain(node if wanted else Not(node.type, node)))
            return self.text(possible(node, printer, wanted=wanted))

        def every(tests: Alternative) -> list[str]:
            texts = {test(node, wanted) for node, wanted in tests}
            return sorted(texts - {"TRUE"})

        common, rest = cover(found)
        if not found:
            return "FALSE"
        some = [" AND ".join(every(one)) or "TRUE" for one in rest]
        parts = every(common)
        if "TRUE" not in some:
            parts.append(f"({' OR '.join(some)})")
        return " AND ".join(parts) or "TRUE"

    # --- the whole -------------------------------------------------------------------------

    def plan(self) -> Plan:
        persons = [one for one in self.bound if one.subject == "person"]
        self.seeds = {node: seed for node in self.names if (seed := self.seed(node)) is not None}
        self.full = [n for n in self.names if n not in self.seeds and self.free(n)]
        reach = {id(one): self._through_household(one) for one in persons}
        direct = [one for one in persons if reach[id(one)] is None]
        family = [one for one in persons if reach[id(one)] is not None]
        condition = self.scan(
            frozenset().union(*self.seeds.values(), *(one.alternatives() for one in direct))
        )
        if persons or self.names:
            self._stage_persons("cand", condition, direct, "")
        self._stage_households()
        if family:
            self._stage_family(family, [str(reach[id(one)]) for one in family])
        selects = tuple(
            self._rule(one, "fam" if any(one is other for other in family) else "cand")
            for one in self.bound
        )
        return Plan(tuple(self.stages), selects, condition)

    def _through_household(self, one: Bound) -> str | None:
        """A condition on households without which a person's rule cannot apply, if there is one."""

        def readable(leaf: FactName | Aggregate, wanted: bool) -> bool:
            if isinstance(leaf, Aggregate):
                return wanted and leaf in self.seeds and leaf.function == "any_member"
            return wanted and leaf.path == ("household",)

        found = possible(one.verdict, self._printer(one, "hs", {("household",): "hf"}), readable)
        return None if found is None else self.text(found)

    def _needed(self, rules: Sequence[Bound], *, members: bool) -> list[str]:
        """Columns of persons that `rules` and the household aggregates read."""
        names = dict.fromkeys(
            fact.fact.name
            for one in rules
            for fact in one.facts()
            if not fact.path and one.subject == "person"
        )
        for one in rules:
            for part in (one.rule.has_account, one.rule.is_deceased):
                if isinstance(part, FactName):
                    names[part.fact.name] = None
        if members:
            names |= dict.fromkeys(
                node.fact.name
                for aggregate_ in self.names
                for node in aggregate_.argument.walk()
                if isinstance(node, FactName)
            )
        return list(names)

    def _stage_persons(self, name: str, condition: str, rules: Sequence[Bound], semi: str) -> None:
        columns = ["person_id", "household_id", "area"]
        if self.cases is not None:
            columns.append("case_id")
        if self.listed_only is not None and (
            not self.brief or any(self._asks_list(one) for one in rules)
        ):
            columns.append("listed")
        columns += [
            column
            for column in self._needed(rules, members=name == "cand")
            if column not in columns
        ]
        quoted = ", ".join(self._quote(column) for column in columns)
        # Spark takes `persons WHERE (name)` for a table called `where` with that column.
        where = " AND ".join(part for part in ("TRUE", f"({condition})", semi) if part)
        self.stages.append((name, f"SELECT {quoted} FROM persons WHERE {where}"))

    def _stage_households(self) -> None:
        if self.seeds:
            self.stages.append(
                ("hs", self._grouped(list(self.seeds), "cand WHERE household_id IS NOT NULL"))
            )
        rules = [one for one in self.bound if one.subject == "household"]
        if self.full:
            self.stages.append(
                ("hfull", self._grouped(self.full, "persons WHERE household_id IS NOT NULL"
                                        + self._concerned(rules)))
            )  # fmt: skip
        if rules:
            self._stage_touched(rules)

    def _concerned(self, rules: Sequence[Bound]) -> str:
        """Restricts a scan over all members to households that some rule can ask about."""
        if any(any(node not in self.seeds for node in one.aggregates()) for one in rules):
            return ""
        if any(len(path) > 0 for one in self.bound for path in paths(one)):
            return ""
        if any(node.path for node in self.names):  # households of whom a record belongs to
            return ""
        return " AND household_id IN (SELECT household_id FROM cand)"

    def _grouped(self, nodes: Sequence[Aggregate], source: str) -> str:
        printer = self.member_printer()

        def printed(node: Aggregate) -> str:
            if node.function == "any_member" and always_known(
                node.argument, self.members, self.members
            ):
                return f"BOOL_OR({self.text(printer.plain(node.argument))})"
            return self.text(aggregate(node, printer))

        columns = ", ".join(f"{printed(node)} AS {self.names[node]}" for node in nodes)
        if self.listed_only is not None and not self.brief:
            columns += ", bool_or(listed) AS listed"
        return f"SELECT household_id, {columns} FROM {source} GROUP BY household_id"

    def _stage_touched(self, rules: Sequence[Bound]) -> None:
        """`hb`: households with their facts and aggregates, those that a rule may touch."""

        def readable(leaf: FactName | Aggregate, _wanted: bool) -> bool:
            return leaf in self.seeds if isinstance(leaf, Aggregate) else not leaf.path

        tests = dict.fromkeys(
            self.text(possible(one.verdict, self._printer(one, "hs", {(): "h"}), readable))
            for one in rules
        )
        facts = dict.fromkeys(
            fact.fact.name for one in rules for fact in one.facts() if not fact.path
        )
        columns = [f"h.{self._quote(name)}" for name in facts]
        used = [n for n in self.names if any(n in one.aggregates() for one in rules)]
        columns += [
            f"{self._present(node)} AS {self.names[node]}" for node in used if self.free(node)
        ]
        joins_ = self._aggregate_joins(used, "h.household_id")
        if self.cases is not None:
            columns.append("h.case_id")
        if self.listed_only is not None and not self.brief:
            columns.append(f"{self._household_listed(rules, used)} AS listed")
        only_seeded = not facts and all(node in self.seeds for node in used) and "TRUE" not in tests
        join = "JOIN hs ON hs.household_id = h.household_id" if only_seeded else joins_
        self.stages.append(
            (
                "hb",
                f"SELECT {', '.join(['h.household_id', 'h.area', *columns])} FROM households h "
                f"{join} WHERE {' OR '.join(tests)}",
            )
        )

    def _household_listed(self, rules: Sequence[Bound], used: Sequence[Aggregate]) -> str:
        """Whether a register says something about a household or one of its members."""
        tests = [
            f"COALESCE({table}.listed, FALSE)"
            for table, nodes in (("hs", self.seeds), ("hfull", self.full))
            if any(node in nodes for node in used)
        ]
        tests += [
            f"COALESCE(h.{self._quote(fact.fact.name)}, FALSE)"
            for one in rules
            for fact in one.facts()
            if not fact.path and fact.type.kind is Kind.BOOLEAN
        ]
        return " OR ".join(dict.fromkeys(tests)) or "TRUE"

    def _present(self, node: Aggregate) -> str:
        """An aggregate joined in: a household without a row has no member that matters."""
        name = self.names[node]
        if node not in self.seeds:
            return f"hfull.{name}"
        absent = ABSENT[node.function]
        return f"CASE WHEN hs.household_id IS NULL THEN {absent} ELSE hs.{name} END"

    def _stage_family(self, family: Sequence[Bound], reaches: Sequence[str]) -> None:
        tests = " OR ".join(dict.fromkeys(reaches))
        condition = self.scan(frozenset().union(*(one.alternatives() for one in family)))
        households = "SELECT hs.household_id FROM hs"
        if "hf." in tests:
            left = "LEFT JOIN hs ON hs.household_id = hf.household_id" if "hs." in tests else ""
            households = f"SELECT hf.household_id FROM households hf {left}"
        semi = f"household_id IN ({households} WHERE {tests})"
        self._stage_persons("fam", condition, family, semi)

    # --- one rule --------------------------------------------------------------------------

    def _printer(self, one: Bound, aggregates: str, aliases: dict[tuple[str, ...], str]) -> Printer:
        def column(node: FactName | Slot | Aggregate) -> exp.Expression:
            if isinstance(node, Slot):
                return exp.column(f"c{node.index}", "sc")
            if isinstance(node, Aggregate):
                return exp.column(self.names[node], aggregates)
            return exp.column(node.fact.name, aliases.get(node.path, "s"), quoted=True)

        return Printer(self.dialect, column, str(one.rule.benefit.place))
