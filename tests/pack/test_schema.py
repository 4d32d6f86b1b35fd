"""The schemas that ship are those of the description, and say what the loader says."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from luodi.pack.folder import PACK_FILES, PLACE_FILES
from luodi.pack.schema import schema_texts, schemas

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
SHIPPED = files("luodi.pack").joinpath("schemas")
BAD = yaml.safe_load((HERE / "bad_packs.yaml").read_text(encoding="utf-8"))
#: What an editor can underline: keys, words and forms.
UNDERLINED = (
    "unknown-key", "missing-key", "mapping-for-text", "yes-for-true", "no-such-word",
    "no-such-type", "not-a-number", "path-in-extends", "bad-clause-id",
)  # fmt: skip


class Yaml12Loader(yaml.SafeLoader):
    """Reads scalars as editors do: `no` is a word, a day is a text."""


Yaml12Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in rows if not tag.endswith(("timestamp", "bool"))]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for word in ("true", "false"):
    Yaml12Loader.add_implicit_resolver(
        "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), [word[0]]
    )


def kind_of(file: Path) -> str:
    kinds = PACK_FILES | PLACE_FILES
    return kinds.get(file.name) or kinds[file.parent.name]


def errors(kind: str, text: str) -> list[str]:
    content: Any = yaml.load(text, Loader=Yaml12Loader)
    checker = jsonschema.Draft202012Validator(schemas()[kind])
    return [error.message for error in checker.iter_errors(content)]


def test_the_schemas_that_ship_are_those_of_the_description() -> None:
    shipped = {
        file.name: file.read_text(encoding="utf-8")
        for file in SHIPPED.iterdir()
        if file.name.endswith(".json")
    }
    assert shipped == schema_texts(), "run: luodi pack schema --out src/luodi/pack/schemas"


@pytest.mark.parametrize("kind", schemas())
def test_each_schema_is_one(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schemas()[kind])
    json.dumps(schemas()[kind])


@pytest.mark.parametrize(
    "file", sorted(FIXTURES.rglob("*.yaml")), ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_good_files_pass_in_an_editor(file: Path) -> None:
    assert errors(kind_of(file), file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", UNDERLINED)
def test_an_editor_underlines_what_the_loader_refuses(name: str) -> None:
    (change,) = BAD["files"][name]
    file = FIXTURES / "yunxi-2024-1" / change["file"]
    text = file.read_text(encoding="utf-8").replace(change["from"], change["to"])
    assert errors(kind_of(file), text)
