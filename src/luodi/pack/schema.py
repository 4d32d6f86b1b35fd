"""JSON Schema of every kind of file, for editors, from the description in `files.py`."""

from __future__ import annotations

import json

from luodi.pack.files import FILES
from luodi.pack.shapes import Schema

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, Schema]:
    """The schema of each kind of file: place, areas, units, register, facts, pack, …"""
    return {
        kind: {"$schema": _DIALECT, "title": f"luodi {kind}", **shape.schema()}
        for kind, shape in FILES.items()
    }


def schema_texts() -> dict[str, str]:
    """The same as files: name and content."""
    return {
        f"{kind}.json": json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=False) + "\n"
        for kind, schema in schemas().items()
    }
