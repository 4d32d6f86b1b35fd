"""Writes matched rows as the tables of a snapshot: deterministic bytes, one query per table."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from luodi.population import facts as said
from luodi.population import subjects
from luodi.population.cells import literal, word
from luodi.population.facts import HandedIn
from luodi.population.rows import Part, table
from luodi.population.snapshot import FORMAT, MANIFEST, seal, sha256

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Pack, Register
    from luodi.rules import Fact

_PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 1000"
#: For columns that hardly repeat: looking for repeated values would take longer than writing them.
_PLAIN = _PARQUET.replace("1000", "1")


def write_tables(
    con: duckdb.DuckDBPyConnection,
    pack: Pack,
    registers: Sequence[Register],
    parts: Sequence[Part],
    files: Sequence[Path],
    handed_in: HandedIn,
    folder: Path,
) -> dict[str, dict[str, Any]]:
    """Write persons, households, organisations, records, identities and sources to `folder`.

    Returns:
        The manifest's `tables`.
    """
    people = [r for r in registers if r.of == "person"]
    households = [r for r in registers if r.of == "household"]
    firms = [r for r in registers if r.of == "organisation"]
    tables = {}

    def copy(
        of: str, sql: str, columns: Mapping[str, dict[str, Any]], form: str = _PARQUET
    ) -> None:
        path = folder / f"{of}.parquet"
        con.execute(f"COPY ({sql}) TO {literal(str(path))} ({form})")
        row = con.execute(f"SELECT count(*) FROM read_parquet({literal(str(path))})").fetchone()
        _sync(path)
        tables[of] = {
            "file": path.name,
            "rows": row[0] if row else 0,
            "sha256": sha256(path),
            "columns": dict(columns),
        }

    giving = {kind: _givers(pack, kind) for kind in pack.facts}
    copy("persons", subjects.persons(con, pack, people, handed_in), {
        "person_id": {"type": "integer"}, "household_id": {"type": "integer"},
        "area": {"type": "integer"}, "listed": {"type": "boolean"},
        **_columns(pack.facts["person"], giving["person"]),
    })  # fmt: skip
    copy("households", subjects.households(con, pack, households, handed_in), {
        "household_id": {"type": "integer"}, "area": {"type": "integer"},
        **_columns(pack.facts["household"], giving["household"]),
    })  # fmt: skip
    copy("organisations", subjects.organisations(con, pack, firms, handed_in), {
        "organisation_id": {"type": "integer"}, "area": {"type": "integer"},
        **_columns(pack.facts["organisation"], giving["organisation"]),
    })  # fmt: skip
    for kind in (k for k in pack.facts if k not in ("person", "household", "organisation")):
        ids = ("record_id", "person_id", "household_id", "organisation_id", "area")
        copy(kind, subjects.records(pack, kind, registers), {
            **{column: {"type": "integer"} for column in ids},
            **_columns(pack.facts[kind], giving[kind]),
        })  # fmt: skip
    text = {"type": "text"}
    copy("identities", _identities_sql(), {
        "kind": text, "subject_id": {"type": "integer"}, "name": text, "id_number": text,
        "uscc": text, "account": text, "phone": text,
    }, _PLAIN)  # fmt: skip
    copy("sources", _sources_sql(registers, parts, files), {
        "kind": text, "subject_id": {"type": "integer"}, "register": text, "file": text,
        "sheet": text, "row": {"type": "integer"},
    })  # fmt: skip
    return tables


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest last: a folder without one is no snapshot."""
    content = {"format": FORMAT, **manifest}
    content["seal"] = seal(content)
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    _sync(folder / MANIFEST)


def _sync(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _givers(pack: Pack, kind: str) -> dict[str, str]:
    return {
        fact: register.name
        for register in pack.registers.values()
        if register.of == kind
        for fact in register.facts
    }


def _columns(facts: Mapping[str, Fact], givers: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    columns = {}
    for fact in facts.values():
        entry: dict[str, Any] = {"type": str(fact.type.kind)}
        if fact.type.unit:
            entry["unit"] = fact.type.unit
        if fact.type.values:
            entry["values"] = list(fact.type.values)
        if fact.name in givers:
            entry["register"] = givers[fact.name]
        columns[fact.name] = entry
    return columns


def _identities_sql() -> str:
    """Persons, then organisations: the only table with names and numbers."""
    person, firm = word("person", "organisation"), word("organisation", "person")
    return (
        f"SELECT {person} AS kind, person_id AS subject_id, name, "
        "nullif(written, '') AS id_number, "
        "CAST(NULL AS VARCHAR) AS uscc, account, phone FROM persons UNION ALL "
        f"SELECT {firm}, organisation_id, name, NULL, coalesce(uscc, nullif(written, '')), "
        "account, phone FROM organisations"
    )


def _sources_sql(
    registers: Sequence[Register], parts: Sequence[Part], files: Sequence[Path]
) -> str:
    """Which row of which list says something about whom, in the order of the lists."""
    selects = []
    names = [register.name for register in registers]
    file_names, sheets = [file.name for file in files], [part.sheet for part in parts]
    for register in registers:
        of_firm = register.of == "organisation"
        subjects = "firm_rows" if of_firm else "about"
        kind, id_column = (
            ("organisation", "organisation_id") if of_firm else ("person", "person_id")
        )
        for part in (part for part in parts if part.register is register):
            head = (
                f"SELECT {word(kind, 'person', 'organisation')} AS kind, s.{id_column} AS subject_id, "
                f"{word(register.name, *names)} AS register, {word(files[part.file].name, *file_names)} "
                f"AS file, {word(part.sheet, *sheets)} AS sheet, "
            )
            if register.base and not part.numbered:
                # Of nearly all these rows persons.rid says whose they are.
                row = f"s.rid - {part.first_rid} + {part.first_row}"
                last = f"(SELECT max(rowid) FROM {table(register)} WHERE _part = {part.number})"
                selects.append(
                    f"{head}{row} AS row FROM persons AS s "
                    f"WHERE s.rid BETWEEN {part.first_rid} AND {last}"
                )
                selects.append(
                    f"{head}{row} AS row FROM (SELECT rid, person_id FROM about WHERE register = "
                    f"{literal(register.name)} UNION ALL SELECT r.rid, p.person_id FROM repeats AS r "
                    f"JOIN mentioned AS p USING (key)) AS s WHERE s.rid BETWEEN {part.first_rid} AND {last} "
                    "ORDER BY s.rid"
                )
                continue
            found = (
                f"SELECT rid, {id_column} FROM {subjects} WHERE register = {literal(register.name)}"
            )
            if register.base:
                found = said.person_rows(register)
            selects.append(
                f"{head}{row_number('r', part)} AS row FROM {table(register)} AS r JOIN ({found}) AS s "
                f"ON s.rid = r.rowid WHERE r._part = {part.number} AND r._skip = 0 ORDER BY r.rowid"
            )
    if not selects:
        return (
            "SELECT CAST(NULL AS VARCHAR) AS kind, CAST(NULL AS BIGINT) AS subject_id, CAST(NULL AS "
            "VARCHAR) AS register, CAST(NULL AS VARCHAR) AS file, CAST(NULL AS VARCHAR) AS sheet, "
            "CAST(NULL AS BIGINT) AS row WHERE false"
        )
    return " UNION ALL ".join(f"({select})" for select in selects)


def row_number(alias: str, part: Part) -> str:
    """The row of the list, counted from 1, headings included."""
    return f"coalesce({alias}._row, {alias}.rowid - {part.first_rid} + {part.first_row})"
