"""The files of a pack's folder: found, read, and checked against their shapes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.pack.files import FILES
from luodi.pack.yaml import Item, Source, read_source, read_yaml

#: Single files and folders of files, with the kind of shape; `text` is read as it is.
PLACE_FILES = {"place.yaml": "place", "areas.yaml": "areas", "units.yaml": "units",
               "facts.yaml": "facts", "registers": "register"}  # fmt: skip
PACK_FILES = {"pack.yaml": "pack", "notice.txt": "text", "facts.yaml": "facts",
              "parameters": "parameter", "indicators": "indicator", "registers": "register",
              "procedures": "procedure", "measures": "measure", "golden": "golden"}  # fmt: skip
_OPTIONAL = {"facts.yaml", "parameters", "indicators", "registers", "procedures", "golden"}
_UNREAD = re.compile(r"\..*|.*\.md|LICENSE.*")  # what a folder may hold besides
_STEM = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
MAX_FILES = 1000


@dataclass(slots=True)
class Folder:
    """What was read of a pack's or place's folder.

    Attributes:
        items: The good files, by relative path.
        sources: All readable files, by relative path.
        broken: Kinds of which at least one file could not be used.
    """

    path: Path
    items: dict[str, Item] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def of(self, name: str) -> dict[str, Item]:
        """The items of a folder of files, by name: the file's stem with _ for -."""
        return {
            _name(path): item for path, item in self.items.items() if path.startswith(f"{name}/")
        }

    def fingerprint(self) -> bytes:
        """A hash over paths and contents; lengths are hashed too, so that nothing can shift."""
        total = sha256()
        for path in sorted(self.sources):
            for part in (path.encode(), self.sources[path].text.encode()):
                total.update(len(part).to_bytes(8, "big") + part)
        return total.digest()


def _name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".yaml").replace("-", "_")


def read_folder(path: Path, kinds: dict[str, str], problems: list[Problem]) -> Folder:
    """Read all files that `kinds` names; whatever else stands there is a problem."""
    folder = Folder(path)
    if path.is_symlink():
        problems.append(Problem(str(path), "政策包文件夹不能是链接", "请用文件夹本身"))
        return folder
    for entry in sorted(path.iterdir()):
        if _UNREAD.fullmatch(entry.name):
            continue
        if entry.name not in kinds:
            near = suggest(entry.name, kinds)
            hint = f"是不是 {near!r}？" if near else f"可以有：{'、'.join(kinds)}"
            problems.append(Problem(str(entry), "政策包里不认识这个文件", hint))
    for name, kind in kinds.items():
        entry = path / name
        if not entry.exists() and not entry.is_symlink():
            if name not in _OPTIONAL:
                problems.append(Problem(str(entry), "缺少这个文件", "请补上"))
                folder.broken.add(kind)
        elif "." in name:
            _read(folder, entry, kind, problems)
        elif not entry.is_dir() or entry.is_symlink():
            problems.append(Problem(str(entry), "这里应是文件夹"))
            folder.broken.add(kind)
        else:
            _read_all(folder, entry, kind, problems)
    return folder


def _read_all(folder: Folder, entry: Path, kind: str, problems: list[Problem]) -> None:
    files = sorted(file for file in entry.iterdir() if not _UNREAD.fullmatch(file.name))
    if len(files) > MAX_FILES:
        problems.append(Problem(str(entry), f"文件超过 {MAX_FILES} 个", "请检查文件夹"))
        folder.broken.add(kind)
        return
    names: dict[str, Path] = {}
    for file in files:
        if names.setdefault(_name(file.name), file) != file:
            other = names[_name(file.name)].name
            problems.append(Problem(str(file), f"与 {other} 同名", "- 和 _ 不作区别，请改名"))
        if file.suffix != ".yaml" or not _STEM.fullmatch(file.stem):
            hint = "文件名用小写英文字母、数字、- 和 _，以 .yaml 结尾"
            problems.append(Problem(str(file), "文件名不合规", hint))
            folder.broken.add(kind)
        else:
            _read(folder, file, kind, problems)


def _read(folder: Folder, file: Path, kind: str, problems: list[Problem]) -> None:
    relative = file.relative_to(folder.path).as_posix()
    try:
        source = read_source(file, folder.path)
        folder.sources[relative] = source
        if kind == "text":
            return
        item = read_yaml(source)
    except ProblemError as error:
        problems.extend(error.problems)
        folder.broken.add(kind)
        return
    found = FILES[kind].check(item)
    problems += found
    if found:
        folder.broken.add(kind)
    folder.items[relative] = item
