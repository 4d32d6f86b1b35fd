"""Spoils a copy of the good pack in one of the ways of bad_packs.yaml."""

from __future__ import annotations

from pathlib import Path

import yaml

HERE = Path(__file__).parent
Change = dict[str, str]
BAD: dict[str, dict[str, list[Change]]] = yaml.safe_load(
    (HERE / "bad_packs.yaml").read_text(encoding="utf-8")
)
ALL = {name: changes for group in BAD.values() for name, changes in group.items()}


def spoil(folder: Path, changes: list[Change]) -> None:
    """Carry out the changes; each must find what it replaces, once."""
    for change in changes:
        name, old, new = change["file"], change["from"], change["to"]
        file = folder / name
        text = file.read_text(encoding="utf-8") if old else ""
        assert not old or text.count(old) == 1, f"{name}: {old!r} stands {text.count(old)} times"
        file.write_text(text.replace(old, new) if old else new, encoding="utf-8")


def spoil_by_name(folder: Path, name: str) -> None:
    spoil(folder, ALL[name])
