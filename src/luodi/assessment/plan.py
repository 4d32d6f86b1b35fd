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

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from luodi.assessment.compiled import Rule
from luodi.assessment.scenarios import Scenario
from luodi.basics.problem import Problem, ProblemError
from luodi.rules.binding import Slots
from luodi.rules.sql import Printer, aggregate, possible
from luodi.rules.tree import (
    Aggregate,
    FactName,
    Junction,
    Node,
    Not,
    Slot,
    joins,
)
from luodi.rules.types import Kind

_SQL_TYPES = {Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE", Kind.ENUM: "STRING", Kind.TEXT: "STRING"}
_ABSENT = {"any_member": "FALSE", "all_members": "TRUE", "count_members": "0"}
_SEEDED = tuple(_ABSENT)
_PATHS: dict[tuple[str, ...], tuple[str, str, str]] = {
    # of a record or a person: path → (table, alias, join on)
    ("person",): ("persons", "rp", "rp.person_id = s.person_id"),
    ("organisation",): ("organisations", "ro", "ro.organisation_id = s.organisation_id"),
    ("household",): ("households", "hf", "hf.household_id = s.household_id"),
    ("person", "household"): ("households", "rh", "rh.household_id = rp.household_id"),
}


@dataclass
class Bound:
    """A rule with its constants taken out, over the scenarios it may apply in."""

    rule: Rule
    scenarios: Sequence[Scenario]
    slots: Slots = field(init=False)
    verdict: Node = field(init=False)
    atoms: list[Node] = field(init=False)
    amount: Node | None = field(init=False)
    clash: Node | None = field(init=False)
    inputs: list[Node] = field(init=False)

    def __post_init__(self) -> None:
        self.slots = Slots([one.constants for one in self.scenarios if one.live])
        put = self.slots.take_out
        rule = self.rule
        self.verdict = put(rule.verdict)
        self.atoms = [put(atom) for atom in rule.atoms]
        self.amount = None if rule.amount is None else put(rule.amount)
        self.clash = None if rule.clash is None else put(rule.clash)
        self.inputs = [put(part) for part in rule.inputs]

    @property
    def subject(self) -> str:
        return self.rule.benefit.subject

    def parts(self) -> list[Node]:
        found = [self.verdict, *self.atoms, *self.inputs]
        return found + [part for part in (self.amount, self.clash) if part is not None]

    def facts(self) -> dict[FactName, None]:
        """Facts read outside household aggregates."""
        found: dict[FactName, None] = {}
        for part in self.parts():
            _facts(part, found)
        return found

    def aggregates(self) -> dict[Aggregate, None]:
        return {
            node: None
            for part in self.parts()
            for node in part.walk()
            if isinstance(node, Aggregate)
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """Statements in order: `stages` make working tables, `rows` gives the verdicts.

    Columns of `rows`: b (index of the rule), subject, area, k (index of the scenario in the
    rule's list), v (1 entitled, 2 undecided, 0 not), amount,
    potential (what it would be if entitled), truth, unknown, lacking, clash,
    account, deceased, listed, once_by.
    """

    stages: tuple[tuple[str, str], ...]
    rows: str
    candidates: str


class Planner:
    """Plans one run.

    Args:
        work: Each rule with its scenarios (not empty).
        dialect: duckdb or spark.
        keep_refused: Whether candidates that are not entitled are rows too.
        cases: Rows meet only scenarios of their own `case_id` (golden cases in one batch):
            `cases[rule.index]` names the case of each scenario.
        listed_only: Indices of rules that cannot touch a person who is on no register; None
            where the tables do not tell who is on one.
    """

    def __init__(
        self,
        work: Sequence[tuple[Rule, Sequence[Scenario]]],
        dialect: str,
        *,
        keep_refused: bool = False,
        cases: dict[int, list[int]] | None = None,
        listed_only: Collection[int] | None = None,
    ) -> None:
        self.bound = [Bound(rule, found) for rule, found in work if any(one.live for one in found)]
        self.dialect, self.keep_refused, self.cases = dialect, keep_refused, cases
        self.listed_only = listed_only
        self.stages: list[tuple[str, str]] = []
        self.names: dict[Aggregate, str] = {}
        for bound in self.bound:
            for node in bound.aggregates():
                self.names.setdefault(node, f"a{len(self.names)}")

    # --- printing --------------------------------------------------------------------------

    def text(self, node: exp.Expression | None) -> str:
        return "TRUE" if node is None else node.sql(dialect=self.dialect)

    def member_printer(self, alias: str = "") -> Printer:
        """Prints over a row of persons: inside aggregates, and in scans for candidates."""

        def column(node: FactName | Slot | Aggregate) -> exp.Expression:
            if isinstance(node, Slot):
                return exp.column(f"c{node.index}", "sc")
            assert isinstance(node, FactName), node
            return exp.column(node.fact.name, alias or None, quoted=True)

        return Printer(self.dialect, column)

    def free(self, node: Aggregate) -> bool:
        """Whether it is the same in every scenario, so that it is computed once a household."""
        return not any(isinstance(part, Slot) for part in node.argument.walk())

    def seed(self, node: Aggregate) -> str | None:
        """Which members can matter to it; None: all, or too many to tell."""
        if node.function not in _SEEDED or not self.free(node):
            return None
        wanted = node.function != "all_members"
        found = possible(node.argument, self.member_printer(), wanted=wanted)
        return None if found is None else self.text(found)

    # --- the whole -------------------------------------------------------------------------

    def plan(self) -> Plan:
        persons = [one for one in self.bound if one.subject == "person"]
        self.seeds = {node: seed for node in self.names if (seed := self.seed(node)) is not None}
        self.full = [n for n in self.names if n not in self.seeds and self.free(n)]
        reach = {id(one): self._through_household(one) for one in persons}
        direct = [one for one in persons if reach[id(one)] is None]
        family = [one for one in persons if reach[id(one)] is not None]
        tests = dict.fromkeys([*self.seeds.values(), *(self._own(one) for one in direct)])
        condition = "TRUE" if "TRUE" in tests else " OR ".join(tests) or "FALSE"
        if persons or self.names:
            self._stage_persons("cand", condition, direct, "")
        self._stage_households()
        if family:
            self._stage_family(family, [str(reach[id(one)]) for one in family])
        rows = [
            self._rule(one, "fam" if any(one is other for other in family) else "cand")
            for one in self.bound
        ]
        union = "\nUNION ALL\n".join(rows)
        return Plan(tuple(self.stages), union, condition)

    def _own(self, one: Bound) -> str:
        return self.text(possible(one.verdict, self.member_printer()))

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
        if self.listed_only is not None:
            columns.append("listed")
        columns += [
            column
            for column in self._needed(rules, members=name == "cand")
            if column not in columns
        ]
        quoted = ", ".join(self._quote(column) for column in columns)
        where = " AND ".join(part for part in (f"({condition})", semi) if part)
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
        if any(len(path) > 0 for one in self.bound for path in _paths(one)):
            return ""
        return " AND household_id IN (SELECT household_id FROM cand)"

    def _grouped(self, nodes: Sequence[Aggregate], source: str) -> str:
        printer = self.member_printer()
        columns = ", ".join(
            f"{self.text(aggregate(node, printer))} AS {self.names[node]}" for node in nodes
        )
        if self.listed_only is not None:
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
        if self.listed_only is not None:
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
        absent = _ABSENT[node.function]
        return f"CASE WHEN hs.household_id IS NULL THEN {absent} ELSE hs.{name} END"

    def _aggregate_joins(self, nodes: Sequence[Aggregate], key: str) -> str:
        found = []
        if any(node in self.seeds for node in nodes):
            found.append(f"LEFT JOIN hs ON hs.household_id = {key}")
        if any(node in self.full for node in nodes):
            found.append(f"LEFT JOIN hfull ON hfull.household_id = {key}")
        return " ".join(found)

    def _stage_family(self, family: Sequence[Bound], reaches: Sequence[str]) -> None:
        tests = " OR ".join(dict.fromkeys(reaches))
        own = dict.fromkeys(self._own(one) for one in family)
        condition = "TRUE" if "TRUE" in own else " OR ".join(own)
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

    def _rule(self, one: Bound, persons: str) -> str:
        """SELECT … of one rule: conditions, then verdict, then masks, then periods."""
        kind = one.subject
        base = {"person": persons, "household": "hb", "organisation": "organisations"}.get(
            kind, _table(kind)
        )
        key = {"person": "person_id", "household": "household_id",
               "organisation": "organisation_id"}.get(kind, "record_id")  # fmt: skip
        aliases: dict[tuple[str, ...], str] = {(): "s"}
        joined = []
        for path in sorted(_paths(one), key=len):
            for part in (path[:1], path):
                table, alias, on = _PATHS[part]
                if part not in aliases:
                    aliases[part] = alias
                    joined.append(f"LEFT JOIN {table} {alias} ON {on}")
        aggregates, extra, columns_of = self._joined_aggregates(one, aliases)
        joined += aggregates

        def column(node: FactName | Slot | Aggregate) -> exp.Expression:
            if isinstance(node, Slot):
                return exp.column(f"c{node.index}", "sc")
            if isinstance(node, Aggregate):
                return columns_of(node)
            return exp.column(node.fact.name, aliases[node.path], quoted=True)

        printer = Printer(self.dialect, column, str(one.rule.benefit.place))
        inner = [f"s.{key} AS subject", "s.area AS area"]
        inner += [
            f"{self.text(printer.plain(atom))} AS k{index}" for index, atom in enumerate(one.atoms)
        ]
        inner.append(f"{self._amount(one, printer)} AS amount")
        clash = (
            "FALSE"
            if one.clash is None
            else f"COALESCE({self.text(printer.plain(one.clash))}, FALSE)"
        )
        inner.append(f"{clash} AS clash")
        inner += [
            f"{self.text(printer.value(node))} IS NULL AS n{index}"
            for index, node in enumerate(one.inputs)
        ]
        inner += [f"{self._hold(one, which)} AS {which}" for which in ("account", "deceased")]
        by = one.rule.benefit.once.by
        inner.append(f"{self._once_by(kind, by, key)} AS once_by")
        rows, varied, periods = self._scenarios(one)
        where = []
        if kind == "person" and (own := self._own_for(one, printer)) != "TRUE":
            where.append(own)
        known = self.listed_only is not None and kind in ("person", "household")
        inner.append(f"{'s.listed' if known else 'TRUE'} AS listed")
        if known and kind == "person" and one.rule.index in (self.listed_only or ()):
            where.append("s.listed")
        cross = ""
        if varied:
            inner.append("sc.d AS d")
            cross = (
                f"CROSS JOIN {rows}"
                if self.cases is None
                else f"JOIN {rows} ON sc.case_id = s.case_id"
            )
        elif self.cases is not None:
            inner.append("s.case_id AS case_id")
        source = f"FROM {base} s {' '.join(joined)} {cross} {extra}"
        if where:
            source += f" WHERE {' AND '.join(where)}"
        verdict = self.text(
            _combined(one.rule.verdict, {atom: index for index, atom in enumerate(one.rule.atoms)})
        )
        keep = "" if self.keep_refused else "WHERE v IS NULL OR v"
        on = (
            "ON x.d = t.d" if varied else ("" if self.cases is None else "ON t.case_id = x.case_id")
        )
        join = f"JOIN {periods} {on}" if on else f"CROSS JOIN {periods}"
        amount_open = "FALSE" if one.amount is None else "amount IS NULL"
        return (
            f"SELECT CAST({one.rule.index} AS SMALLINT) AS b, CAST(x.subject AS BIGINT) AS subject, "
            "CAST(x.area AS BIGINT) AS area, CAST(t.k AS INT) AS k, "
            f"CAST(CASE WHEN x.v AND NOT x.clash AND NOT ({amount_open}) THEN 1 "
            "WHEN NOT x.v THEN 0 ELSE 2 END AS TINYINT) AS v, "
            "CASE WHEN x.v AND NOT x.clash THEN CAST(x.amount AS BIGINT) END AS amount, "
            "CASE WHEN NOT x.clash THEN CAST(x.amount AS BIGINT) END AS potential, "
            f"{_bits('k', len(one.atoms))} AS truth, "
            f"{_bits('k', len(one.atoms), ' IS NULL')} AS unknown, "
            f"CASE WHEN x.v AND NOT ({amount_open}) THEN CAST(0 AS BIGINT) "
            f"ELSE {_bits('n', len(one.inputs))} END AS lacking, "
            "x.clash AS clash, x.account AS account, x.deceased AS deceased, x.listed AS listed, "
            "CAST(x.once_by AS BIGINT) AS once_by\n"
            f"FROM (SELECT *, {verdict} AS v FROM (SELECT {', '.join(inner)} {source})) x "
            f"{join} {keep}"
        )

    def _own_for(self, one: Bound, printer: Printer) -> str:
        return self.text(possible(one.verdict, printer))

    def _joined_aggregates(
        self, one: Bound, aliases: dict[tuple[str, ...], str]
    ) -> tuple[list[str], str, Callable[[Aggregate], exp.Expression]]:
        """Joins that bring in the household aggregates of a rule, and how to name them."""
        nodes = list(one.aggregates())
        free = [node for node in nodes if self.free(node)]
        bound = [node for node in nodes if not self.free(node)]
        keys = {
            "person": "s.household_id",
            "household": "s.household_id",
        }
        key = keys.get(one.subject, "")
        joins_: list[str] = []
        if not key and nodes:
            path = nodes[0].path
            key = (
                f"{aliases.get(path, 's')}.household_id"
                if path != ("household",)
                else "s.household_id"
            )
            if path == ("person",) and path not in aliases:
                table, alias, on = _PATHS[path]
                aliases[path] = alias
                joins_.append(f"LEFT JOIN {table} {alias} ON {on}")
                key = f"{alias}.household_id"
        if one.subject != "household":
            joins_.append(self._aggregate_joins(free, key))

        def column(node: Aggregate) -> exp.Expression:
            if node in bound:
                present = exp.column(self.names[node], "hx")
                if node.function not in _ABSENT:
                    return present
                return present
            if one.subject == "household":
                return exp.column(self.names[node], "s")
            name = exp.column(self.names[node], "hs" if node in self.seeds else "hfull")
            if node not in self.seeds:
                return name
            absent = (
                exp.Literal.number(0)
                if node.function == "count_members"
                else (exp.true() if node.function == "all_members" else exp.false())
            )
            case = exp.Case().when(
                exp.Is(this=exp.column(*reversed(key.split("."))), expression=exp.null()),
                exp.null(),
            )
            missing = exp.Is(this=exp.column("household_id", "hs"), expression=exp.null())
            return exp.Paren(this=case.when(missing, absent).else_(name))

        extra = ""
        if bound:
            rows, _, _ = self._scenarios(one)
            printer = self.member_printer("m")
            columns = ", ".join(
                f"{self.text(aggregate(node, printer))} AS {self.names[node]}" for node in bound
            )
            match = "" if self.cases is None else " AND sc.case_id = m.case_id"
            extra = (
                f"LEFT JOIN (SELECT m.household_id, sc.d, {columns} FROM persons m "
                f"JOIN {rows} ON TRUE{match} WHERE m.household_id IS NOT NULL "
                f"GROUP BY m.household_id, sc.d) hx ON hx.household_id = {key} AND hx.d = sc.d"
            )
        return [part for part in joins_ if part], extra, column

    def _amount(self, one: Bound, printer: Printer) -> str:
        if one.amount is None:
            return "CAST(NULL AS BIGINT)"
        number = printer.number(one.amount)
        if number.denominator != 1:
            raise ProblemError(
                Problem(
                    str(one.rule.benefit.place),
                    f"{one.rule.benefit.id} 的数额不是整数分（或千分之一）",
                    "参数比最小单位更细时，数额要写 round(…)",
                )
            )
        return self.text(number.sql)

    def _hold(self, one: Bound, which: str) -> str:
        node = one.rule.has_account if which == "account" else one.rule.is_deceased
        if isinstance(node, FactName):
            return f"s.{self._quote(node.fact.name)}"
        return "CAST(NULL AS BOOLEAN)"

    def _once_by(self, kind: str, by: str, key: str) -> str:
        if by == kind:
            return f"s.{key}"
        return {"person": "s.person_id", "household": "s.household_id",
                "organisation": "s.organisation_id"}.get(by, f"s.{key}")  # fmt: skip

    def _scenarios(self, one: Bound) -> tuple[str, bool, str]:
        """Distinct rows of constants as a table sc(d, c0, …); and t(d, k): scenario k has row d."""
        rows: dict[tuple[object, ...], int] = {}
        periods = []
        cases = None if self.cases is None else self.cases[one.rule.index]
        live = [index for index, scenario in enumerate(one.scenarios) if scenario.live]
        for row, index in enumerate(live):
            values = tuple(one.slots.row(row))
            case = (cases[index],) if cases else ()
            d = rows.setdefault((*case, *values), len(rows))
            periods.append((d, *case, index))
        varied = bool(one.slots.nodes)
        extra = ["case_id"] if cases else []
        types = [*(["INT"] if cases else []), *(self._slot_type(slot) for slot in one.slots.nodes)]
        lines = []
        for row_values, d in rows.items():
            casts = [
                f"CAST({_sql_literal(value)} AS {type_})"
                for value, type_ in zip(row_values, types, strict=True)
            ]
            lines.append(f"({', '.join([str(d), *casts])})")
        names = ["d", *extra, *(f"c{index}" for index in range(len(one.slots.nodes)))]
        table = f"(SELECT * FROM (VALUES {', '.join(lines)}) AS v({', '.join(names)})) sc"
        listed = ", ".join(str(period) for period in periods)
        period = f"(SELECT * FROM (VALUES {listed}) AS v({', '.join(['d', *extra, 'k'])})) t"
        return table, varied, period

    def _slot_type(self, slot: Slot) -> str:
        if not slot.type.numeric:
            name = _SQL_TYPES[slot.type.kind]
            return "VARCHAR" if name == "STRING" and self.dialect == "duckdb" else name
        wide = max(abs(slot.low), abs(slot.high)) > 2**63 - 1
        return ("HUGEINT" if self.dialect == "duckdb" else "DECIMAL(38,0)") if wide else "BIGINT"

    def _quote(self, name: str) -> str:
        return exp.column(name, quoted=True).sql(dialect=self.dialect)


def _combined(root: Node, columns: dict[Node, int]) -> exp.Expression:
    """A verdict over the columns k0, k1, … of its conditions."""

    def visit(node: Node) -> exp.Expression:
        if node in columns and not joins(node):
            return exp.column(f"k{columns[node]}")
        if isinstance(node, Not):
            return exp.Not(this=exp.Paren(this=visit(node.item)))
        if isinstance(node, Junction):
            make = exp.and_ if node.op == "and" else exp.or_
            return exp.Paren(this=make(*(visit(item) for item in node.items)))
        if joins(node):
            return visit(node.children[0])
        return exp.column(f"k{columns[node]}")

    return visit(root)


def _bits(letter: str, count: int, test: str = "") -> str:
    """A mask: bit i where the column `letter`i is true, or meets `test`."""
    parts = [
        f"CASE WHEN {letter}{index}{test} THEN CAST({1 << index} AS BIGINT) ELSE 0 END"
        for index in range(count)
    ]
    return " + ".join(["CAST(0 AS BIGINT)", *parts])


def _facts(node: Node, found: dict[FactName, None]) -> None:
    if isinstance(node, Aggregate):
        return
    if isinstance(node, FactName):
        found[node] = None
    for child in node.children:
        _facts(child, found)


def _paths(one: Bound) -> dict[tuple[str, ...], None]:
    """Paths of linked subjects whose facts a rule reads."""
    return {fact.path: None for fact in one.facts() if fact.path}


def _table(kind: str) -> str:
    return kind


def _sql_literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    if isinstance(value, str):
        return exp.Literal.string(value).sql()
    return str(value)
