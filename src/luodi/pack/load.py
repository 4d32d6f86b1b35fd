"""Loads a pack: files to nouns, nouns to scopes, scopes to checked rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from luodi.basics.problem import Problem, ProblemError, suggest
from luodi.pack import figures, golden, place, register
from luodi.pack.figures import Event, Indicator, Parameter
from luodi.pack.file_measure import INSTRUMENTS, MEASURE
from luodi.pack.folder import PACK_FILES, PLACE_FILES, Folder, read_folder
from luodi.pack.instruments import InstrumentReader
from luodi.pack.measure import Instrument, Measure, ProcedureFile, Reading
from luodi.pack.model import Context, Pack
from luodi.pack.parts import procedure_file, quotes, readings, validity
from luodi.pack.place import Place
from luodi.pack.register import Register
from luodi.pack.rule_reader import Known
from luodi.pack.scopes import Vocabulary, derived_facts_parse, fact_catalogue, scopes_of
from luodi.pack.yaml import Item
from luodi.rules import Definition

T = TypeVar("T")


def load(folder: Path, places: Sequence[Path] = ()) -> Pack:
    """Load the pack in `folder`, with the place that it extends.

    Args:
        folder: A pack's folder.
        places: Folders that hold place packs, looked into after the folder beside `folder`.

    Raises:
        ProblemError: with all problems found. Only what another problem hides is not reported:
            while a file of parameters, registers or facts is broken, rules are not read.
    """
    problems: list[Problem] = []
    if not folder.is_dir():
        raise ProblemError(Problem(str(folder), "没有这个政策包文件夹", "请检查路径"))
    if not (folder / "pack.yaml").exists():
        is_place = (folder / "place.yaml").exists()
        hint = "这是地方，不是政策包；请给政策包的文件夹" if is_place else "政策包里要有 pack.yaml"
        raise ProblemError(Problem(str(folder), "文件夹里没有 pack.yaml", hint))
    own = read_folder(folder, PACK_FILES, problems)
    if "pack" in own.broken:
        raise ProblemError(*problems)
    head = own.items["pack.yaml"]
    home = _place_folder(folder, head.table["extends"], places)
    its = read_folder(home, PLACE_FILES, problems)
    if its.broken & {"place", "areas", "units"} or "text" in own.broken:
        raise ProblemError(*problems)
    pack = _Loader(own, its, head, problems).pack()
    if pack is None or problems:
        raise ProblemError(*problems)
    return pack


def _place_folder(folder: Path, extends: Item, places: Sequence[Path]) -> Path:
    # Messages print a path like the one that was typed, where that leads there.
    beside = folder.parent if folder.name not in ("", "..") else folder.resolve().parent
    for parent in (beside, *places):
        if (parent / extends.text / "place.yaml").is_file():
            return parent / extends.text
    known = [one.parent.name for parent in (beside, *places) for one in parent.glob("*/place.yaml")]
    near = suggest(extends.text, known)
    hint = f"是不是 {near!r}？" if near else "地方的文件夹应在政策包旁边，里面有 place.yaml"
    raise ProblemError(extends.problem(f"没有地方 {extends.text!r}", hint))


class _Loader:
    """One loading. Each step reads what the steps before it made."""

    def __init__(self, own: Folder, its: Folder, head: Item, problems: list[Problem]) -> None:
        self.own, self.its, self.head, self.problems = own, its, head, problems
        self.broken = own.broken | its.broken

    def pack(self) -> Pack | None:
        head, problems = self.head, self.problems
        for item, key, path in (
            (head, "pack", self.own.path),
            (self.its.items["place.yaml"], "place", self.its.path),
        ):
            if item.string(key) != path.resolve().name:
                problems.append(
                    item.table[key].problem(
                        f"与文件夹的名称 {path.resolve().name!r} 不同", "两者应相同"
                    )
                )
        events = {name: figures.event(name, row, problems) for name, row in head.entries("events")}
        default = validity(head.get("validity"), events, problems)
        if self.broken & {"register", "facts"}:
            return None
        registers = self.registers()
        where = self.place({n: r for n, r in registers.items() if n in self.its.of("registers")})
        definitions = self.definitions(where)
        parameters = self.parameters(events)
        indicators = self.indicators()
        procedures: dict[str, ProcedureFile] = {}
        if "procedure" not in self.broken:
            procedures = {
                name: procedure_file(name, item, events, problems)
                for name, item in self.own.of("procedures").items()
            }
        asked = self.readings()
        before = len(problems)
        facts = fact_catalogue(registers, problems)
        if len(problems) > before or self.lost_facts(registers):
            return None  # else every rule that reads what is wrong would be reported too
        if self.broken - {"golden", "procedure", "measure", "text"} or self.hidden(
            parameters, indicators
        ):
            return None
        words = Vocabulary(facts, definitions, parameters, indicators, asked, events)
        scopes = scopes_of(words)
        derived_facts_parse(scopes, words, problems)
        known = Known(scopes, events, parameters, procedures, default)
        measures = tuple(self.measure(item, known, asked) for item in self.measure_items())
        by_id = {one.id: one for measure in measures for one in measure.instruments}
        cases: tuple[golden.GoldenCase, ...] = ()
        if not self.broken and not problems:  # else every case would miss what is broken
            cases = golden.cases(self.own.of("golden"), words, by_id, problems)
        for row in head.list_of("superior"):
            if not (self.its.path.parent / "superior" / f"{row.text}.yaml").is_file():
                problems.append(
                    row.problem(
                        f"没有上级政策 {row.text!r}", f"应是旁边的 superior/{row.text}.yaml"
                    )
                )
        number = head.get("document_number")
        return Pack(
            id=head.string("pack"),
            version=sha256(self.own.fingerprint() + self.its.fingerprint()).hexdigest(),
            place=where,
            title=head.string("title"),
            document_number=None if number is None else number.text.strip(),
            issued_on=head.day("issued_on"),
            notice_text=self.own.sources["notice.txt"].text,
            events=events,
            validity=default,
            superior=head.strings("superior"),
            context=tuple(
                Context(quotes(row, "binds"), row.string("reason"))
                for row in head.list_of("context")
            ),
            registers=registers,
            facts=facts,
            definitions=definitions,
            parameters=parameters,
            indicators=indicators,
            procedures=procedures,
            measures=measures,
            golden=cases,
            scopes=scopes,
            sources={
                source.path: source
                for folder in (self.own, self.its)
                for source in folder.sources.values()
            },
            own_paths=frozenset(source.path for source in self.own.sources.values()),
            spot=head.place,
        )  # fmt: skip

    def hidden(self, *nouns: Mapping[str, object]) -> bool:
        """Whether some parameter or indicator could not be read, so that rules would miss it."""
        return sum(map(len, nouns)) < len(self.own.of("parameters")) + len(
            self.own.of("indicators")
        )

    def lost_facts(self, registers: Mapping[str, Register]) -> bool:
        """Whether some register's fact could not be read."""
        files = {**self.its.of("registers"), **self.own.of("registers")}
        return any(
            len(registers[name].facts) < len(dict(item.entries("facts")))
            for name, item in files.items()
        )

    def place(self, registers: Mapping[str, Register]) -> Place:
        item = self.its.items["place.yaml"]
        areas = tuple(place.area(row) for row in self.its.items["areas.yaml"].rows)
        units = tuple(place.unit(row) for row in self.its.items["units.yaml"].rows)
        self.names_are_single("areas.yaml", [(a.name, a.code, *a.aliases) for a in areas])
        self.names_are_single("units.yaml", [(u.name, *u.aliases) for u in units])
        return Place(
            item.string("place"),
            item.string("title"),
            item.string("code"),
            item.string("synthetic_prefix"),
            areas,
            units,
            registers,
            place.definitions(self.its.items.get("facts.yaml")),
            item.place,
        )

    def names_are_single(self, file: str, names: Sequence[tuple[str, ...]]) -> None:
        """A name or alias may mean one area, or one unit, only."""
        seen: dict[str, int] = {}
        for index, (row, own) in enumerate(zip(self.its.items[file].rows, names, strict=True)):
            for name in own:
                if seen.setdefault(name, index) != index:
                    other = names[seen[name]][0]
                    self.problems.append(row.problem(f"{name!r} 已是 {other!r} 的名称或别名"))

    def registers(self) -> dict[str, Register]:
        found: dict[str, Register] = {}
        for folder in (self.its, self.own):
            for stem, item in folder.of("registers").items():
                self.stem_is(stem, item, "register")
                if stem in found:
                    self.problems.append(
                        item.problem(f"名册 {stem!r} 在地方和政策包里各有一份", "请留下一份或改名")
                    )
                found[stem] = register.register(item, self.problems)
        return found

    def stem_is(self, stem: str, item: Item, key: str) -> None:
        named = item.table[key]
        if named.text != stem:
            self.problems.append(named.problem(f"与文件名 {stem!r} 不同", "两者应相同"))

    def definitions(self, where: Place) -> dict[str, dict[str, Definition]]:
        own = self.own.items.get("facts.yaml")
        merged = {kind: dict(rows) for kind, rows in where.definitions.items()}
        for kind, rows in place.definitions(own).items():
            for name, definition in rows.items():
                if name in merged.get(kind, {}):
                    assert own is not None
                    self.problems.append(
                        own.table[kind].key_problem(name, f"{name!r} 在地方的 facts.yaml 里已有")
                    )
                merged.setdefault(kind, {})[name] = definition
        return merged

    def parameters(self, events: Mapping[str, Event]) -> dict[str, Parameter]:
        if "parameter" in self.broken:
            return {}
        return _found(
            {
                name: figures.parameter(name, item, events, self.problems)
                for name, item in self.own.of("parameters").items()
            }
        )

    def indicators(self) -> dict[str, Indicator]:
        if "indicator" in self.broken:
            return {}
        return _found(
            {
                name: figures.indicator(name, item, self.problems)
                for name, item in self.own.of("indicators").items()
            }
        )

    def measure_items(self) -> list[Item]:
        """The measures' files, in the order of the measures' numbers.

        Of a broken file the good instruments are read all the same, so that their problems too
        are reported.
        """
        items = [
            item
            for item in self.own.of("measures").values()
            if item.kind == "mapping" and _good(item, "measure") and _good(item, "title")
        ]
        return sorted(items, key=lambda item: _order(item.string("measure")))

    def readings(self) -> dict[str, Reading]:
        found: dict[str, Reading] = {}
        for item in self.measure_items():
            if not _good(item, "readings"):
                self.broken.add("reading")
                continue
            for name, reading in readings(item, self.problems).items():
                if name in found:
                    self.problems.append(
                        item.table["readings"].key_problem(
                            name, f"读法 {name!r} 在第{found[name].measure}条已有", "请换一个名称"
                        )
                    )
                found.setdefault(name, reading)
        return found

    def measure(self, item: Item, known: Known, asked: Mapping[str, Reading]) -> Measure:
        number = item.string("measure")
        own = {name: one for name, one in asked.items() if one.measure == number}
        units = item.strings("units") if _good(item, "units") else ()
        mode = item.string("mode") if _good(item, "mode") else ""
        bare = Measure(number, item.string("title"), units, mode, own, (), item.place)
        reader = InstrumentReader(known, bare, self.problems)
        found: list[Instrument] = []
        for section, shape in INSTRUMENTS.items():
            for row in item.list_of(section):
                if shape.check(row):
                    continue  # reported with its file
                one = reader.read(section, row)
                if one is not None:
                    found.append(one)
        return replace(bare, instruments=tuple(found))


def _found(values: Mapping[str, T | None]) -> dict[str, T]:
    return {name: value for name, value in values.items() if value is not None}


def _good(item: Item, key: str) -> bool:
    """Whether what stands under `key` in a measure's file has its shape."""
    known, found = MEASURE.fields[key], item.get(key)
    return not known.required if found is None else not known.shape.check(found)


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split("[./+]", number))
