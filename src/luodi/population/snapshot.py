"""A frozen population: a folder of Parquet tables with a manifest. Written once, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from luodi.basics.problem import Problem, ProblemError
from luodi.population.trouble import told

FORMAT = 1
MANIFEST = "manifest.json"
_AGAIN = "请用 luodi registers import 重新导入名册"
Row = dict[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot folder.

    Attributes:
        manifest: As in manifest.json: format, place, packs, as_of, sources, tables, registers,
            areas, problems.
    """

    folder: Path
    manifest: dict[str, Any]
    _sound: set[str] = field(default_factory=set, repr=False, compare=False)

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.manifest["as_of"])

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self.manifest["tables"])

    def path(self, table: str) -> Path:
        """The file of `table`, its hash checked on first use.

        Raises:
            ProblemError: no such table, or the file is not the one that was frozen.
        """
        entry = self.manifest["tables"].get(table)
        if entry is None:
            raise ProblemError(Problem(str(self.folder), f"快照里没有表 {table}", _AGAIN))
        path: Path = self.folder / entry["file"]
        if table not in self._sound:
            if not path.is_file() or sha256(path) != entry["sha256"]:
                raise ProblemError(
                    Problem(str(path), "文件缺失，或与导入时不是同一份，不能用来核发", _AGAIN)
                )
            self._sound.add(table)
        return path

    def verify(self) -> None:
        """Check every file now, not on first use.

        Raises:
            ProblemError: a file is missing or was changed.
        """
        for table in self.tables:
            self.path(table)

    def person(self, person_id: int) -> Row | None:
        """The person's facts, ids and area as stored; None if there is no such person."""
        return next(self._select("persons", "person_id", person_id), None)

    def household(self, household_id: int) -> Row | None:
        """The household's facts; None if there is no such household."""
        return next(self._select("households", "household_id", household_id), None)

    def household_members(self, household_id: int) -> list[Row]:
        """The facts of all members, by person_id."""
        return list(self._select("persons", "household_id", household_id))

    def subject(self, kind: str, subject_id: int) -> Row | None:
        """The facts of a person, household, organisation or record; None if there is none."""
        plural = {"person": "persons", "household": "households", "organisation": "organisations"}
        column = f"{kind}_id" if kind in plural else "record_id"
        return next(self._select(plural.get(kind, kind), column, subject_id), None)

    def identity(self, kind: str, subject_id: int) -> Row | None:
        """Name, number, account and telephone: personal data, for lists and letters only."""
        rows = self._select("identities", "subject_id", subject_id)
        return next((row for row in rows if row["kind"] == kind), None)

    def sources(self, kind: str, subject_id: int) -> list[Row]:
        """The rows of handed-in lists that say something about the subject."""
        return [
            row for row in self._select("sources", "subject_id", subject_id) if row["kind"] == kind
        ]

    def find(self, name: str) -> list[int]:
        """The person_ids of everybody of this name."""
        rows = self._select("identities", "name", name)
        return [row["subject_id"] for row in rows if row["kind"] == "person"]

    def find_number(self, number: str) -> list[tuple[str, int]]:
        """Kind and id of whom an identity number (person) or credit code (organisation) names."""
        return [
            (row["kind"], row["subject_id"])
            for column in ("id_number", "uscc")
            for row in self._select("identities", column, number.strip().upper())
        ]

    def _select(self, table: str, column: str, value: object) -> Iterator[Row]:
        with told([self.folder]), connection([self.folder], []) as con:
            cursor = con.execute(
                f'SELECT * FROM read_parquet(?) WHERE "{column}" = ? ORDER BY 1, 2',
                [str(self.path(table)), value],
            )
            names = [item[0] for item in cursor.description or ()]
            return iter([dict(zip(names, row, strict=True)) for row in cursor.fetchall()])


def open_snapshot(folder: Path) -> Snapshot:
    """Open a snapshot folder; its tables are checked as they are used.

    Raises:
        ProblemError: it is none, is of another format, or its manifest was changed.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ProblemError(Problem(str(folder), "不是人口快照文件夹（缺少 manifest.json）", _AGAIN))
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError):
        raise ProblemError(Problem(str(path), "快照清单读不出来，可能被改动过", _AGAIN)) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ProblemError(Problem(str(path), f"快照格式不是 {FORMAT}", _AGAIN))
    if seal(manifest) != manifest.get("seal") or not _whole(manifest):
        raise ProblemError(Problem(str(path), "快照清单被改动过，不能用来核发", _AGAIN))
    return Snapshot(folder, manifest)


def _whole(manifest: dict[str, Any]) -> bool:
    """Whether a manifest says all that is read from it, and names no file outside its folder."""
    shape = {"as_of": str, "areas": list, "packs": list, "registers": dict, "sources": list}
    tables = manifest.get("tables")
    try:
        date.fromisoformat(str(manifest.get("as_of")))
    except ValueError:
        return False
    return (
        all(isinstance(manifest.get(key), kind) for key, kind in shape.items())
        and isinstance(tables, dict)
        and all(
            isinstance(entry, dict)
            and isinstance(entry.get("columns"), dict)
            and entry.get("file") == f"{name}.parquet"
            and "/" not in name
            and "\\" not in name
            and isinstance(entry.get("sha256"), str)
            for name, entry in tables.items()
        )
        and all(
            isinstance(entry, dict) and {"absence", "handed_in", "missing"} <= entry.keys()
            for entry in manifest["registers"].values()
        )
    )


def seal(manifest: dict[str, Any]) -> str:
    """A hash over everything in the manifest but itself: catches slips, not forgers."""
    content = {key: value for key, value in manifest.items() if key != "seal"}
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def sha256(path: Path) -> str:
    """The hash of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def without_wildcards(folders: Iterable[Path]) -> None:
    """Refuse folders whose tables could be taken for those of other folders.

    Raises:
        ProblemError: a path holds a sign that stands for any other sign.
    """
    for folder in folders:
        if any(sign in str(folder.resolve()) for sign in "*?["):
            message = "路径里有 * ? [ 之一，会被当成通配符"
            raise ProblemError(Problem(str(folder), message, "请改文件夹名，或换一个文件夹"))


def connection(folders: Iterable[Path], files: Iterable[Path]) -> duckdb.DuckDBPyConnection:
    """An empty in-memory database that reaches these folders and files and nothing else."""
    folders = list(folders)
    without_wildcards(folders)
    con = duckdb.connect()
    # The first turns short lists of words into joins, which takes longer than all the rest of a
    # query; the second swaps the sides of joins, which loses the order of rows. So each join here
    # has its small side on the right.
    con.execute("SET disabled_optimizers = 'in_clause,build_side_probe_side'")
    con.execute("SET allowed_directories = $1", [[str(f.resolve()) for f in folders]])
    con.execute("SET allowed_paths = $1", [[str(f.resolve()) for f in files]])
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con
