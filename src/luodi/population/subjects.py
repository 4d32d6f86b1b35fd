"""The tables of persons, households, organisations and records, as SQL over what was matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from luodi.population import facts as said
from luodi.population.cells import literal, name, word
from luodi.population.facts import HandedIn
from luodi.population.rows import table

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Pack, Register, RegisterFact
    from luodi.rules import Fact


def _sql_type(fact: Fact) -> str:
    kind = str(fact.type.kind)
    return {"boolean": "BOOLEAN", "date": "DATE", "enum": "VARCHAR", "text": "VARCHAR"}.get(
        kind, "BIGINT"
    )


def _of(pack: Pack, kind: str) -> list[Register]:
    return [register for register in pack.registers.values() if register.of == kind]


def _expressions(
    facts: Mapping[str, Fact], registers: Sequence[Register], of: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    """Each fact as SQL, from what each register says of it.

    A register that nobody handed in says nothing, neither yes nor no.
    """
    found = {}
    for n, fact in facts.items():
        said_of = [of.get((r.name, n), "NULL") for r in registers if n in r.facts]
        is_boolean = str(fact.type.kind) == "boolean"
        known = any(one != "NULL" for one in said_of)
        sql = said.combined(said_of, boolean=is_boolean) if known else "NULL"
        found[n] = sql
    return found


def _facts_sql(
    facts: Mapping[str, Fact], registers: Sequence[Register], of: Mapping[tuple[str, str], str]
) -> list[str]:
    return [
        f"CAST({sql} AS {_sql_type(facts[n])}) AS {name(n)}"
        for n, sql in _expressions(facts, registers, of).items()
    ]


def persons(
    con: duckdb.DuckDBPyConnection, pack: Pack, people: Sequence[Register], handed_in: HandedIn
) -> str:
    """Everybody: what registers say of those on some list, and absence from the lists for the rest.

    Few are on a list, so their facts are put together first (`touched`); nearly all others need
    nothing but their town to say what their absence means.
    """
    marks = _facts_as_marks(con, people)
    of, joins = {}, []
    for at, register in enumerate(r for r in people if r.facts):
        on, blurred = marks[register.name, "on"], marks[register.name, "blurred"]
        if any(not _is_condition(fact) for fact in register.facts.values()):
            target = f"said.{name(register.name)}"
            joins.append(f"LEFT JOIN {target} AS f{at} ON f{at}.person_id = p.person_id")
        for fact in register.facts.values():
            yes, open_ = (marks.get((register.name, fact.name, word)) for word in ("yes", "open"))
            of[register.name, fact.name] = said.expression(
                register, fact, handed_in, area="p.area",
                said=f"CASE WHEN {yes} THEN true WHEN NOT {open_} THEN false END"
                if yes else f"f{at}.{name(fact.name)}",
                present=on, blurred=blurred, contested="c.key IS NOT NULL",
            )  # fmt: skip
    registers = _of(pack, "person")
    facts = {n: fact for n, fact in pack.facts["person"].items() if n not in BUILT_IN}
    said_of = _facts_sql(facts, registers, of)
    con.execute(
        "CREATE OR REPLACE TABLE touched AS SELECT p.person_id, c.key IS NOT NULL AS _contested, "
        f"a.account IS NOT NULL AS _account{_more(said_of)} FROM (SELECT q.person_id, q.key, q.area, s.* "
        "EXCLUDE (person_id) FROM persons AS q JOIN heard AS s ON s.person_id = q.person_id) AS p "
        "LEFT JOIN (SELECT DISTINCT key FROM contested) AS c ON c.key = p.key LEFT JOIN (SELECT key, "
        f"any_value(account) AS account FROM mentions GROUP BY key) AS a ON a.key = p.key {' '.join(joins)}"
    )
    absent = {
        (r.name, fact.name): said.absence(r, fact, handed_in, "p.area")
        for r in people for fact in r.facts.values()
    }  # fmt: skip
    untouched = _expressions(facts, registers, absent)
    spoken_of = {fact for register in people for fact in register.facts}
    columns = [
        f"CASE WHEN t.person_id IS NULL THEN {untouched[n]} ELSE t.{name(n)} END AS {name(n)}"
        if untouched[n] != "NULL"
        else f"t.{name(n)} AS {name(n)}"
        if n in spoken_of
        else f"CAST(NULL AS {_sql_type(facts[n])}) AS {name(n)}"
        for n in facts
    ]
    built_in = [f"{sql} AS {name(n)}" for n, sql in _PERSON_FACTS.items()]
    bases = [f"register <> {literal(register.name)}" for register in people if register.base]
    elsewhere = " AND ".join(bases) or "true"
    return (
        "SELECT p.person_id, coalesce(h.household_id, p.person_id) AS household_id, "
        "CAST(p.area AS BIGINT) AS area, l.person_id IS NOT NULL AS listed, "
        f"{', '.join(built_in + columns)} FROM persons AS p "
        "LEFT JOIN homes AS h ON h.hreg = p.hreg AND h.number = p.number "
        f"LEFT JOIN (SELECT DISTINCT person_id FROM about WHERE {elsewhere}) AS l "
        "ON l.person_id = p.person_id LEFT JOIN shared_accounts AS s ON s.account = p.account "
        "LEFT JOIN touched AS t ON t.person_id = p.person_id"
    )


_MARKS = 60  # in one BIGINT


def _facts_as_marks(
    con: duckdb.DuckDBPyConnection, people: Sequence[Register]
) -> dict[tuple[str, ...], str]:
    """Make `heard (person_id, m0, m1, …)`: what registers say, as bits that one pass puts together.

    Returns:
        SQL over heard: (register, "on"), (register, "blurred"), and for each condition
        (register, fact, "yes") and (register, fact, "open").
    """
    marks: dict[tuple[str, ...], str] = {}
    parts = ["SELECT person_id, 0 AS word, CAST(0 AS BIGINT) AS m FROM about"]

    def mark(*key: str) -> tuple[int, int]:
        at, bit = divmod(len(marks), _MARKS)
        marks[key] = f"(m{at} & {1 << bit} <> 0)"
        return at, 1 << bit

    for register in (r for r in people if r.facts):
        target = said.by_subject(con, register, said.person_rows(register), "person_id")
        bits: dict[int, list[str]] = {}
        at, bit = mark(register.name, "on")
        bits.setdefault(at, []).append(str(bit))
        for fact in (fact for fact in register.facts.values() if _is_condition(fact)):
            at, bit = mark(register.name, fact.name, "yes")
            bits.setdefault(at, []).append(f"CASE WHEN {name(fact.name)} THEN {bit} ELSE 0 END")
            at, bit = mark(register.name, fact.name, "open")
            bits.setdefault(at, []).append(
                f"CASE WHEN {name(fact.name)} IS NULL THEN {bit} ELSE 0 END"
            )
        parts += [
            f"SELECT person_id, {at}, {' + '.join(words)} FROM {target}"
            for at, words in bits.items()
        ]
        at, bit = mark(register.name, "blurred")
        parts.append(f"SELECT person_id, {at}, {bit} FROM ({_blurred(register)})")
    columns = ", ".join(
        f"coalesce(bit_or(m) FILTER (word = {at}), 0) AS m{at}"
        for at in range(1 + max(0, len(marks) - 1) // _MARKS)
    )
    con.execute(
        f"CREATE OR REPLACE TABLE heard AS SELECT person_id, {columns} "
        f"FROM ({' UNION ALL '.join(parts)}) GROUP BY person_id"
    )
    return marks


def _is_condition(fact: RegisterFact) -> bool:
    return fact.when is not None or fact.combine == "any"


#: What every person has, whichever registers there are.
_PERSON_FACTS = {
    "birth_date": "p.birth",
    "sex": f"CASE p.key % 2 WHEN 1 THEN {word('男', '女')} WHEN 0 THEN {word('女', '男')} END",
    "has_account": "CASE WHEN p.key IS NOT NULL AND s.account IS NULL "
    "THEN p.account IS NOT NULL OR coalesce(t._account, false) END",
    "is_identified": "p.key IS NOT NULL AND NOT coalesce(t._contested, false)",
}
BUILT_IN = frozenset(_PERSON_FACTS)


def _more(columns: Mapping[str, str] | Sequence[str]) -> str:
    return "".join(f", {column}" for column in columns)


def _blurred(register: Register) -> str:
    """Persons whom a row of `register` may mean that nobody could identify: same name, same town."""
    return (
        "SELECT DISTINCT q.person_id FROM nameless AS n JOIN namesakes AS q ON n.name = q.name "
        f"WHERE n.register = {literal(register.name)} AND n.person_id <> q.person_id "
        "AND (n.area = q.area OR n.area IS NULL OR q.area IS NULL)"
    )


def households(
    con: duckdb.DuckDBPyConnection, pack: Pack, registers: Sequence[Register], handed_in: HandedIn
) -> str:
    """Households of people, then those that a household register names without anybody's number."""
    con.execute(
        "CREATE OR REPLACE TABLE house AS SELECT household_id, area, known, members FROM homes "
        "UNION ALL SELECT person_id, area, false, 1 FROM persons WHERE number IS NULL"
    )
    joins, of = [], {}
    for at, register in enumerate(registers):
        con.execute(
            f"CREATE OR REPLACE TABLE house_rows AS SELECT r.rowid AS rid, o.household_id, "
            f"r._household AS number, r._area AS area, o.household_id IS NULL AS is_new "
            f"FROM {table(register)} AS r LEFT JOIN (SELECT * FROM about WHERE register = "
            f"{literal(register.name)}) AS o ON o.rid = r.rowid WHERE r._skip = 0"
        )
        con.execute(
            "UPDATE house_rows SET household_id = g.id FROM (SELECT number, (SELECT max(household_id) "
            "FROM house) + row_number() OVER (ORDER BY min(rid)) AS id FROM house_rows "
            "WHERE is_new AND number IS NOT NULL GROUP BY number) AS g "
            "WHERE g.number = house_rows.number AND house_rows.is_new"
        )
        con.execute(
            "INSERT INTO house SELECT household_id, min(area), true, NULL FROM house_rows "
            "WHERE is_new AND household_id IS NOT NULL GROUP BY household_id ORDER BY household_id"
        )
        subjects = "SELECT rid, household_id FROM house_rows WHERE household_id IS NOT NULL"
        target = said.by_subject(con, register, subjects, "household_id")
        blurred = (
            f"SELECT DISTINCT coalesce(h.household_id, p.person_id) AS household_id FROM (SELECT * FROM "
            f"persons WHERE person_id IN ({_blurred(register)})) AS p LEFT JOIN homes AS h "
            "ON h.hreg = p.hreg AND h.number = p.number"
        )
        joins.append(
            f"LEFT JOIN (SELECT *, true AS present FROM {target}) AS f{at} "
            f"ON f{at}.household_id = h.household_id LEFT JOIN ({blurred}) AS b{at} "
            f"ON b{at}.household_id = h.household_id"
        )
        for fact in register.facts.values():
            of[register.name, fact.name] = said.expression(
                register, fact, handed_in, area="h.area", said=f"f{at}.{name(fact.name)}",
                present=f"f{at}.present", blurred=f"b{at}.household_id IS NOT NULL", contested="false",
            )  # fmt: skip
    built_in = {"household_known": "h.known", "member_count": "h.members"}
    facts = {n: fact for n, fact in pack.facts["household"].items() if n not in built_in}
    columns = [f"{sql} AS {name(n)}" for n, sql in built_in.items()]
    columns += _facts_sql(facts, _of(pack, "household"), of)
    return (
        f"SELECT h.household_id, CAST(h.area AS BIGINT) AS area, {', '.join(columns)} FROM house AS h "
        f"{' '.join(joins)} ORDER BY h.household_id"
    )


def organisations(
    con: duckdb.DuckDBPyConnection, pack: Pack, registers: Sequence[Register], handed_in: HandedIn
) -> str:
    joins, of = [], {}
    for at, register in enumerate(registers):
        subjects = (
            f"SELECT rid, organisation_id FROM firm_rows WHERE register = {literal(register.name)}"
        )
        target = said.by_subject(con, register, subjects, "organisation_id")
        blurred = (
            "SELECT DISTINCT q.organisation_id FROM organisations AS q JOIN firm_rows AS n "
            f"ON n.name = q.name WHERE n.uscc IS NULL AND n.register = {literal(register.name)} "
            "AND n.organisation_id <> q.organisation_id "
            "AND (n.area = q.area OR n.area IS NULL OR q.area IS NULL)"
        )
        joins.append(
            f"LEFT JOIN (SELECT *, true AS present FROM {target}) AS f{at} "
            f"ON f{at}.organisation_id = o.organisation_id LEFT JOIN ({blurred}) AS b{at} "
            f"ON b{at}.organisation_id = o.organisation_id"
        )
        for fact in register.facts.values():
            of[register.name, fact.name] = said.expression(
                register, fact, handed_in, area="o.area", said=f"f{at}.{name(fact.name)}",
                present=f"f{at}.present", blurred=f"b{at}.organisation_id IS NOT NULL", contested="false",
            )  # fmt: skip
    facts = {n: fact for n, fact in pack.facts["organisation"].items() if n != "is_identified"}
    columns = _facts_sql(facts, _of(pack, "organisation"), of)
    return (
        "SELECT o.organisation_id, CAST(o.area AS BIGINT) AS area, o.uscc IS NOT NULL AS is_identified"
        f"{_more(columns)} FROM organisations AS o {' '.join(joins)} ORDER BY o.organisation_id"
    )


def records(pack: Pack, kind: str, registers: Sequence[Register]) -> str:
    """Every row of the kind's registers, in their order, linked to whom it names."""
    selects = []
    for at, register in enumerate(r for r in registers if r.of == kind):
        facts = pack.facts[kind]
        values = {
            n: name(n) for n, column in register.columns.items() if column.type is not None
        } | {fact.name: said.row_value(fact, register) for fact in register.facts.values()}
        columns = ", ".join(
            f"CAST({values.get(fact.name, 'NULL')} AS {_sql_type(fact)}) AS {name(fact.name)}"
            for fact in facts.values()
        )
        own = ", ".join(f"r.{name(fact.name)}" for fact in facts.values())
        selects.append(
            f"SELECT {at} AS _reg, r._rid, w.person_id, w.household_id, f.organisation_id, "
            f"CAST(coalesce(r._area, w.area, o.area) AS BIGINT) AS area, {own} "
            f"FROM (SELECT rowid AS _rid, _area, {columns} FROM {table(register)} "
            "WHERE _skip = 0) AS r "
            f"LEFT JOIN (SELECT * FROM about WHERE register = {literal(register.name)}) AS w "
            "ON w.rid = r._rid "
            f"LEFT JOIN (SELECT rid, organisation_id FROM firm_rows "
            f"WHERE register = {literal(register.name)}) AS f ON f.rid = r._rid "
            "LEFT JOIN organisations AS o ON o.organisation_id = f.organisation_id"
        )
    if not selects:
        columns = ", ".join(
            f"CAST(NULL AS {_sql_type(fact)}) AS {name(fact.name)}"
            for fact in pack.facts[kind].values()
        )
        empty = ", ".join(
            f"CAST(NULL AS BIGINT) AS {c}"
            for c in ("record_id", "person_id", "household_id", "organisation_id", "area")
        )
        return f"SELECT {empty}{', ' + columns if columns else ''} WHERE false"
    return (
        "SELECT row_number() OVER (ORDER BY _reg, _rid) AS record_id, * EXCLUDE (_reg, _rid) FROM ("
        f"{' UNION ALL '.join(selects)}) ORDER BY record_id"
    )
