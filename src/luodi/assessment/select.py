"""One rule as a SELECT: its conditions, then its verdict, then masks, then periods."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from sqlglot import Dialect, exp
from sqlglot.dialects.duckdb import DuckDB

from luodi.assessment.bound import Bound, paths
from luodi.assessment.candidates import Alternative
from luodi.assessment.compiled import Rule
from luodi.assessment.known import NOTHING, Known
from luodi.assessment.scenarios import Scenario
from luodi.basics.problem import Problem, ProblemError
from luodi.rules.sql import Printer, aggregate, possible
from luodi.rules.sqlparts import joined, negated
from luodi.rules.tree import Aggregate, FactName, Junction, Literal, Node, Not, Slot, joins
from luodi.rules.types import Kind

_SQL_TYPES = {Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE", Kind.ENUM: "STRING", Kind.TEXT: "STRING"}
ABSENT = {"any_member": "FALSE", "all_members": "TRUE", "count_members": "0"}
_PATHS: dict[tuple[str, ...], tuple[str, str, str]] = {
    # of a record or a person: path → (table, alias, join on)
    ("person",): ("persons", "rp", "rp.person_id = s.person_id"),
    ("organisation",): ("organisations", "ro", "ro.organisation_id = s.organisation_id"),
    ("household",): ("households", "hf", "hf.household_id = s.household_id"),
    ("person", "household"): ("households", "rh", "rh.household_id = rp.household_id"),
}


class RuleSelect:
    """What the SELECTs of one run have in common; see `plan.Planner` for the arguments."""

    def __init__(
        self,
        work: Sequence[tuple[Rule, Sequence[Scenario]]],
        dialect: str,
        *,
        keep_refused: bool = False,
        cases: dict[int, list[int]] | None = None,
        listed_only: Collection[int] | None = None,
        known: Mapping[str, Known] | None = None,
        brief: bool = False,
    ) -> None:
        tables, self.brief = known or {}, brief
        self.members = tables.get("persons", NOTHING)
        self.bound = [
            Bound(rule, found, tables.get(_table(rule.benefit.subject), NOTHING), self.members)
            for rule, found in work
            if any(one.live for one in found)
        ]
        self.generator = (
            DuckDB() if dialect == "duckdb" else Dialect.get_or_raise(dialect)
        ).generator()
        self.dialect, self.keep_refused, self.cases = dialect, keep_refused, cases
        self.listed_only = listed_only
        self.stages: list[tuple[str, str]] = []
        self.seeds: dict[Aggregate, frozenset[Alternative]] = {}
        self.full: list[Aggregate] = []
        self.names: dict[Aggregate, str] = {}
        for bound in self.bound:
            for node in bound.aggregates():
                self.names.setdefault(node, f"a{len(self.names)}")

    # --- printing --------------------------------------------------------------------------

    def text(self, node: exp.Expression | None) -> str:
        return "TRUE" if node is None else self.generator.generate(node, copy=False)

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

    def _asks_list(self, one: Bound) -> bool:
        """Whether rows of people who are on no list are left out: area by area they are one."""
        if one.subject != "person" or one.rule.index not in (self.listed_only or ()):
            return False
        return not self.brief or not all(self.complete(one, atom) for atom in one.atoms)

    def _aggregate_joins(self, nodes: Sequence[Aggregate], key: str) -> str:
        found = []
        if any(node in self.seeds for node in nodes):
            found.append(f"LEFT JOIN hs ON hs.household_id = {key}")
        if any(node in self.full for node in nodes):
            found.append(f"LEFT JOIN hfull ON hfull.household_id = {key}")
        return " ".join(found)

    def _rule(self, one: Bound, persons: str) -> str:
        """SELECT … of one rule: conditions, then verdict, then masks, then periods."""
        kind = one.subject
        base = {"person": persons, "household": "hb", "organisation": "organisations"}.get(
            kind, self._quote(_table(kind))
        )
        key = {"person": "person_id", "household": "household_id",
               "organisation": "organisation_id"}.get(kind, "record_id")  # fmt: skip
        aliases: dict[tuple[str, ...], str] = {(): "s"}
        joined = []
        for path in sorted(paths(one), key=len):
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
        marks = {
            index: node for index, node in enumerate(one.atoms) if not isinstance(node, Literal)
        }
        inner = [f"s.{key} AS subject", "s.area AS area"]
        inner += [f"{self.text(printer.plain(node))} AS k{i}" for i, node in marks.items()]
        inner.append(f"{self._amount(one, printer)} AS amount")
        if one.clash is not None:
            inner.append(f"COALESCE({self.text(printer.plain(one.clash))}, FALSE) AS clash")
        gaps = {
            index: node
            for index, node in enumerate(one.inputs)
            if not isinstance(node, Literal) and not self.complete(one, node)
        }
        if not self.brief:
            inner += [
                f"{self.text(printer.value(node))} IS NULL AS n{i}" for i, node in gaps.items()
            ]
            inner.append(f"{self._once_by(kind, one.rule.benefit.once.by, key)} AS once_by")
        inner += [f"{self._hold(one, which)} AS {which}" for which in ("account", "deceased")]
        rows, varied, periods = self._scenarios(one)
        where = []
        if self.keep_refused and kind == "person":
            own = self.text(possible(one.verdict, printer))
            where += [own] if own != "TRUE" else []
        known = self.listed_only is not None and kind in ("person", "household")
        if not self.brief:
            inner.append(f"{'s.listed' if known else 'TRUE'} AS listed")
        if self._asks_list(one):
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
        outer, keep = self._outer(one, gaps)
        on = (
            "ON x.d = t.d" if varied else ("" if self.cases is None else "ON t.case_id = x.case_id")
        )
        join, which = (f"JOIN {periods} {on}" if on else f"CROSS JOIN {periods}"), "t.k"
        live = [index for index, scenario in enumerate(one.scenarios) if scenario.live]
        if not on and len(live) == 1:
            join, which = "", str(live[0])
        verdict = self.text(_combined(one))
        names = ["amount", "truth", "unknown", "account", "deceased"]
        names += [] if self.brief else ["potential", "lacking", "clash", "listed", "once_by"]
        extra_key = "d, " if varied else "case_id, " if self.cases is not None else ""
        return (
            f"SELECT CAST({one.rule.index} AS SMALLINT) AS b, x.subject, x.area, "
            f"CAST({which} AS INT) AS k, x.v, {', '.join(f'x.{name}' for name in names)}\n"
            f"FROM (SELECT CAST(subject AS BIGINT) AS subject, CAST(area AS BIGINT) AS area, {extra_key}"
            f"{outer} FROM (SELECT *, {verdict} AS holds FROM (SELECT {', '.join(inner)} {source})) "
            f"{keep}) x {join}"
        )

    def complete(self, one: Bound, node: Node) -> bool:
        """Whether `node` has a value for every subject of the rule."""

        def joined(part: Aggregate) -> bool:
            alone = one.subject == "person" and "household_id" not in one.own.complete
            return part in self.seeds and one.subject in ("person", "household") and not alone

        return one.always_known(node, joined)

    def _outer(self, one: Bound, gaps: Mapping[int, Node]) -> tuple[str, str]:
        """The columns made of a rule's conditions, and which rows to keep."""
        decided = all(self.complete(one, atom) for atom in one.atoms)
        open_amount = "FALSE"
        if one.amount is not None and not self.complete(one, one.amount):
            open_amount = "amount IS NULL"
        firm = " AND ".join(
            ["holds", *(["NOT clash"] if one.clash is not None else [])]
            + ([f"NOT ({open_amount})"] if open_amount != "FALSE" else [])
        )
        only = decided and firm == "holds" and not self.keep_refused
        columns = [
            "CAST(1 AS TINYINT) AS v" if only
            else f"CAST(CASE WHEN {firm} THEN 1 WHEN NOT holds THEN 0 ELSE 2 END AS TINYINT) AS v",
            f"{self._paid(one, only)} AS amount",
            f"{_bits(one, 'k', True)} AS truth",
            f"{_bits(one, 'k', None, lambda node: self.complete(one, node))} AS unknown",
            "account, deceased",
        ]  # fmt: skip
        if not self.brief:
            clash = "FALSE" if one.clash is None else "clash"
            potential = f"CASE WHEN NOT {clash} THEN CAST(amount AS BIGINT) END"
            fixed = sum(
                1 << index
                for index, node in enumerate(one.inputs)
                if isinstance(node, Literal) and node.value is None
            )
            lacking = " + ".join(
                [str(fixed), *(f"CASE WHEN n{i} THEN {1 << i} ELSE 0 END" for i in gaps)]
            )
            settled_ = firm.replace(" AND NOT clash", "")
            columns += [
                f"{'CAST(amount AS BIGINT)' if one.clash is None else potential} AS potential",
                f"CAST(CASE WHEN {settled_} THEN 0 ELSE {lacking} END AS BIGINT) AS lacking",
                f"{clash} AS clash",
                "listed",
                "CAST(once_by AS BIGINT) AS once_by",
            ]
        keep = (
            ""
            if self.keep_refused
            else "WHERE holds"
            if decided
            else "WHERE holds IS NULL OR holds"
        )
        return ", ".join(columns), keep

    def _paid(self, one: Bound, only: bool) -> str:
        """The amount of whoever is entitled; an amount in doubt is NULL in itself."""
        if only:
            return "CAST(amount AS BIGINT)"
        clear = "holds" if one.clash is None else "holds AND NOT clash"
        return f"CASE WHEN {clear} THEN CAST(amount AS BIGINT) END"

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
            if any(node.path != path for node in nodes):
                raise ProblemError(
                    Problem(
                        str(one.rule.benefit.place),
                        f"{one.rule.benefit.id} 既数本人家庭的成员，又数另一家庭的成员",
                        "一项规则只数一个家庭的成员，请拆成派生事实分给两项",
                    )
                )
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
                if node.function not in ABSENT:
                    return present
                return present
            if one.subject == "household":
                return exp.column(self.names[node], "s")
            name = exp.column(self.names[node], "hs" if node in self.seeds else "hfull")
            if node not in self.seeds:
                return name
            alone = exp.Is(this=exp.column(*reversed(key.split("."))), expression=exp.null())
            missing = exp.Is(this=exp.column("household_id", "hs"), expression=exp.null())
            branches = [
                exp.If(this=alone, true=exp.null()),
                exp.If(this=missing, true=exp.Var(this=ABSENT[node.function])),
            ]
            return exp.Paren(this=exp.Case(ifs=branches, default=name))

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
        return self.text(exp.column(name, quoted=True))


def _combined(one: Bound) -> exp.Expression:
    """A rule's verdict over the columns k0, k1, … of its conditions."""
    columns = {atom: index for index, atom in enumerate(one.rule.atoms)}

    def visit(node: Node) -> exp.Expression:
        if isinstance(node, Not):
            return negated(visit(node.item))
        if isinstance(node, Junction):
            return joined(node.op, [visit(item) for item in node.items])
        if joins(node):
            return visit(node.children[0])
        found = one.atoms[columns[node]]
        if isinstance(found, Literal):
            return exp.null() if found.value is None else exp.Boolean(this=bool(found.value))
        return exp.column(f"k{columns[node]}")

    return visit(one.rule.verdict)


def _bits(
    one: Bound, letter: str, value: bool | None, never: Callable[[Node], bool] = lambda _node: False
) -> str:
    """A mask: bit i where condition i has this `value`; the columns are `letter`i."""
    fixed, parts = 0, []
    for index, node in enumerate(one.atoms):
        if isinstance(node, Literal):
            fixed |= (1 << index) * (node.value is value)
        elif not never(node):
            test = f"{letter}{index} IS NULL" if value is None else f"{letter}{index}"
            parts.append(f"CASE WHEN {test} THEN {1 << index} ELSE 0 END")
    return f"CAST({' + '.join([str(fixed), *parts])} AS BIGINT)"


def _table(kind: str) -> str:
    """The table that holds the subjects of a kind; records' are called as their kind."""
    return f"{kind}s" if kind in ("person", "household", "organisation") else kind


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
