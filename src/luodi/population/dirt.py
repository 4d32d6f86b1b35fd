"""Plants known dirt in a made-up list: each kind in rows of its own, each row counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from luodi.population.cells import name
from luodi.population.rows import Roles
from luodi.population.sheetwriter import AS_NUMBER

if TYPE_CHECKING:
    import duckdb

    from luodi.pack import Pack, Register

#: Kind of dirt → what the import makes of it: repaired silently, an error (a cell that cannot be
#: read), or a doubt of that kind.
EXPECTED = {
    "blanks_in_name": "repaired",
    "full_width_number": "repaired",
    "lower_case_x": "repaired",
    "wrong_check": "error",
    "typed_as_number": "error",
    "no_number": "error",
    "unknown_town": "error",
    "bad_amount": "error",
    "bad_option": "error",
    "bad_date": "error",
    "old_form": "old_form",
    "twice": "twice",
    "two_names": "two_names",
    "elsewhere": "elsewhere",
}
_AMOUNTS = ("money", "integer", "quantity", "ratio")


def plant(
    con: duckdb.DuckDBPyConnection, pack: Pack, register: Register, share: float, seed: int
) -> dict[str, int]:
    """Change about `share` of the rows of the table `list`; how many got which kind.

    In the base register only people on no other list are touched, so that each slip shows once.
    """
    if share <= 0:
        return {}
    edits = _edits(pack, register)
    if not edits:
        return {}
    spared = "AND _i NOT IN (SELECT i FROM on_lists)" if register.base else ""
    con.execute("CREATE TABLE IF NOT EXISTS on_lists (i BIGINT)")
    con.execute(
        f"CREATE OR REPLACE TABLE dirty AS SELECT rowid AS rid, hash(_i, 'dirt', {seed}) // 1000003 "
        f"% {len(edits)} AS kind FROM list WHERE hash(_i, 'dirty', {seed}) % 1000000 "
        f"< {int(share * 1_000_000)} {spared}"
    )
    planted: dict[str, int] = {}
    for at, (kind, column, value, where) in enumerate(edits):
        if kind == "twice":
            done = con.execute(
                f"INSERT INTO list SELECT l.* FROM list AS l JOIN dirty AS d ON d.rid = l.rowid "
                f"WHERE d.kind = {at} AND {where}"
            ).fetchone()
        else:
            done = con.execute(
                f"UPDATE list SET {name(column)} = {value} FROM dirty AS d "
                f"WHERE d.rid = list.rowid AND d.kind = {at} AND {where}"
            ).fetchone()
        if done and done[0]:
            planted[kind] = planted.get(kind, 0) + int(done[0])
    return planted


def _edits(pack: Pack, register: Register) -> list[tuple[str, str, str, str]]:
    """(kind, column, new cell as SQL, condition) of each kind that the register can have."""
    roles = Roles.of(register)
    has_base = any(other.base for other in pack.registers.values()) and not register.base
    edits: list[tuple[str, str, str, str]] = []
    if roles.id_number is not None and register.of == "person":
        number = name(roles.id_number)
        edits += [
            ("wrong_check", roles.id_number, f"left({number}, 17) || CASE right({number}, 1) WHEN '1' "
             "THEN '2' ELSE '1' END", "true"),
            ("typed_as_number", roles.id_number, f"'{AS_NUMBER}' || left({number}, 17) || '0'", "true"),
            ("no_number", roles.id_number, "NULL", "true"),
            ("lower_case_x", roles.id_number, f"lower({number})", f"right({number}, 1) = 'X'"),
            ("full_width_number", roles.id_number,
             f"translate({number}, '0123456789', '０１２３４５６７８９')", "true"),
            ("twice", "", "", "true"),
        ]  # fmt: skip
        if has_base:
            edits.append(
                ("old_form", roles.id_number, f"left({number}, 6) || substr({number}, 9, 9)",
                 f"substr({number}, 7, 2) = '19'")
            )  # fmt: skip
    if roles.name is not None and register.of == "person":
        cell = name(roles.name)
        edits.append(
            ("blanks_in_name", roles.name, f"left({cell}, 1) || '　' || substr({cell}, 2)", "true")
        )
        if has_base and roles.id_number is not None:
            edits.append(("two_names", roles.name, f"{cell} || '某'", "true"))
    if roles.area is not None:
        edits.append(("unknown_town", roles.area, "'无此镇'", "true"))
        if has_base and register.of == "person" and len(pack.place.areas) > 1:
            first, second = pack.place.areas[0].name, pack.place.areas[1].name
            cell = name(roles.area)
            edits.append(
                ("elsewhere", roles.area, f"CASE {cell} WHEN '{first}' THEN '{second}' ELSE '{first}' END",
                 "true")
            )  # fmt: skip
    for n, column in register.columns.items():
        if column.kind in _AMOUNTS:
            edits.append(("bad_amount", n, "'约100'", "true"))
        elif column.kind == "enum":
            edits.append(("bad_option", n, "'其他情况待查'", "true"))
        elif column.kind == "date":
            edits.append(("bad_date", n, "'2020-02-30'", "true"))
    return edits
