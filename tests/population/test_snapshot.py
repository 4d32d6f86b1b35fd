"""A snapshot is whole, the same from the same lists, and noticed when it was touched."""

from __future__ import annotations

import json

import pytest

from luodi.basics.problem import ProblemError
from luodi.population import open_snapshot
from luodi.population.snapshot import seal


@pytest.fixture
def files(book, number):
    return (
        (book("r.xlsx", [["身份证号", "姓名", "镇(街道)", "户号"],
                         *((number(at), f"张{at}", "东街道", f"{at // 3}") for at in range(40))]), "residents"),
        (book("d.xlsx", [["镇街", "姓名", "身份证号", "低保证号"],
                         *(("东街道", f"张{at}", number(at), f"D{at}") for at in range(0, 40, 5)),
                         ("西街道", "某人", "123", "D")]), "dibao"),
    )  # fmt: skip


def test_the_same_lists_give_the_same_bytes(files, freeze):
    first, second = (freeze(*files).snapshot.folder for _ in range(2))
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_personal_data_stand_in_one_table_only(files, freeze, number):
    folder = freeze(*files).snapshot.folder
    for path in folder.iterdir():
        if path.name != "identities.parquet":
            content = path.read_bytes()
            assert number(5).encode() not in content, path.name
            assert "张5".encode() not in content, path.name


def test_a_snapshot_opens_and_answers(files, freeze):
    snapshot = open_snapshot(freeze(*files).snapshot.folder)
    snapshot.verify()
    assert snapshot.manifest["registers"]["dibao"]["handed_in"] == ["990281001", "990281002"]
    assert snapshot.manifest["registers"]["dibao"]["missing"] == ["990281100"]
    assert snapshot.manifest["problems"]["errors"] == 1
    assert snapshot.person(10**6) is None
    sources = snapshot.sources("person", 6)
    assert {(one["register"], one["file"], one["row"]) for one in sources} == {
        ("residents", "r.xlsx", 7),
        ("dibao", "d.xlsx", 3),
    }


def test_a_touched_table_is_refused(files, freeze):
    snapshot = freeze(*files).snapshot
    path = snapshot.folder / "persons.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(ProblemError, match="不是同一份"):
        open_snapshot(snapshot.folder).path("persons")


def test_a_touched_manifest_is_refused(files, freeze):
    folder = freeze(*files).snapshot.folder
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["registers"]["dibao"]["handed_in"] = "all"
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ProblemError, match="被改动过"):
        open_snapshot(folder)


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"format": 2}', "[" * 100_000])
def test_what_is_no_snapshot_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(ProblemError):
        open_snapshot(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest.pop("tables"),
        lambda manifest: manifest.pop("registers"),
        lambda manifest: manifest.update(tables=[[]]),
        lambda manifest: manifest.update(as_of="2020-02-31"),
        lambda manifest: manifest["tables"]["persons"].update(file="/etc/passwd"),
        lambda manifest: manifest["tables"]["persons"].update(file="../persons.parquet"),
        lambda manifest: manifest["tables"]["persons"].update(columns=None),
        lambda manifest: manifest["registers"]["dibao"].clear(),
    ],
)
def test_a_manifest_sealed_by_somebody_else_is_refused(files, freeze, change):
    folder = freeze(*files).snapshot.folder
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    change(manifest)
    manifest["seal"] = seal(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(ProblemError, match="被改动过"):
        open_snapshot(folder)


def test_an_existing_folder_is_never_written_over(files, pack, tmp_path):
    from datetime import date

    from luodi.population import import_registers

    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(ProblemError, match="已存在"):
        import_registers(pack, files, out, as_of=date(2020, 2, 12))
    assert list(out.iterdir()) == []
