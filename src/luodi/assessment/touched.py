"""The rows that rules can touch, kept together beside the snapshot they come from.

Of a city's people a few in a hundred are on any list. What a plan's scans find is written to
`<snapshot>.touched/`, one folder for each (snapshot, plan of scans); the next run with the same
scans reads that instead of everybody. It is derived, never the source: an entry that does not match
its snapshot, its scans or its own hashes is made again, and all of it may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from luodi.assessment.engines import quoted, run_stages
from luodi.assessment.plan import Plan
from luodi.population import Snapshot
from luodi.population.snapshot import sha256

FORMAT = 1
MANIFEST = "touched.json"
MOST_ENTRIES = 8
_NOTE = "由快照导出，可随时删除；核定时自动重建。Derived from the snapshot; may be deleted."


def folder_of(snapshot: Snapshot) -> Path:
    """Where the touched rows of a snapshot are kept."""
    return snapshot.folder.parent / f"{snapshot.folder.name}.touched"


def make_stages(connection: duckdb.DuckDBPyConnection, plan: Plan, snapshot: Snapshot) -> bool:
    """Make the working tables of `plan`: from rows kept before, or from the snapshot, and keep them.

    Args:
        connection: May read the snapshot, and read and write `folder_of(snapshot)`.

    Returns:
        Whether rows kept before were used.
    """
    wanted = {
        "format": FORMAT,
        "note": _NOTE,
        "snapshot": snapshot.manifest["seal"],
        "stages": dict(plan.stages),
    }
    key = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:24]
    entry = folder_of(snapshot) / key
    if _sound(entry, wanted):
        for name, _ in plan.stages:
            source = quoted(entry / f"{name}.parquet")
            connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM read_parquet({source})")
        return True
    run_stages(connection, plan)
    if plan.stages:
        _keep(connection, plan, entry, wanted)
    return False


def _sound(entry: Path, wanted: dict[str, Any]) -> bool:
    """Whether an entry is whole, and is what it should be."""
    try:
        manifest = json.loads((entry / MANIFEST).read_text("utf-8"))
        hashes = manifest.pop("hashes")
        return manifest == wanted and all(
            hashes[name] == sha256(entry / f"{name}.parquet") for name in wanted["stages"]
        )
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        return False


def _keep(
    connection: duckdb.DuckDBPyConnection, plan: Plan, entry: Path, wanted: dict[str, Any]
) -> None:
    """Write the working tables to `entry`; where nothing can be written, nothing is kept."""
    home = entry.parent
    try:
        home.mkdir(exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".", dir=home))
    except OSError:
        return
    try:
        hashes = {}
        for name, _ in plan.stages:
            path = draft / f"{name}.parquet"
            connection.execute(f"COPY {name} TO {quoted(path)} (FORMAT parquet)")
            hashes[name] = sha256(path)
        text = json.dumps({**wanted, "hashes": hashes}, ensure_ascii=False, indent=1)
        (draft / MANIFEST).write_text(text, "utf-8")
        shutil.rmtree(entry, ignore_errors=True)
        draft.replace(entry)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)  # another run has just written the same
    others = sorted(home.glob("[!.]*"), key=lambda path: path.stat().st_mtime)
    for old in others[:-MOST_ENTRIES]:
        shutil.rmtree(old, ignore_errors=True)
