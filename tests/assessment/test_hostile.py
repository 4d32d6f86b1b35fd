"""What is broken or hostile gives a problem and leaves nothing behind; rules reach no file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from luodi.assessment.assess import Assessment, assess, open_assessment
from luodi.assessment.difference import comparable, difference
from luodi.assessment.engines import locked
from luodi.assessment.explanation import render
from luodi.assessment.scenarios import Given, given_from
from luodi.assessment.screen import screen, why
from luodi.basics.period import Month
from luodi.basics.problem import Problem, ProblemError
from luodi.pack import Pack, load
from luodi.pack.situation import read_situation
from luodi.population import Snapshot

from .conftest import FEBRUARY, PACKS, Run, Town

Runner = Callable[..., Run]


@pytest.fixture
def small(town: Town) -> Snapshot:
    town.person("王小", "dibao")
    return town.freeze()


def said(error: pytest.ExceptionInfo[ProblemError]) -> str:
    return "\n".join(problem.render() for problem in error.value.problems)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "ATTACH '{outside}/x.db'",
        "COPY (SELECT 1) TO '{outside}/x.csv'",
        "COPY (SELECT 1) TO '{inside}/../x.csv'",
        "EXPORT DATABASE '{outside}/all'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET memory_limit = '1TB'",
        "RESET allowed_directories",
        "PRAGMA enable_external_access = true",
        "PRAGMA threads = 64",
    ],
)
def test_what_runs_beside_rules_reaches_no_file_and_no_setting(
    tmp_path: Path, statement: str
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    with locked([inside]) as connection, pytest.raises((duckdb.Error, ProblemError)):
        connection.execute(statement.format(inside=inside, outside=outside))
    assert list(tmp_path.rglob("*")) == [inside, outside]


@pytest.mark.parametrize("name", ["a'b", 'a"b', "x'); DROP TABLE persons; --", "名 单", "%s{0}"])
def test_a_folder_may_have_any_name(town: Town, pack: Pack, tmp_path: Path, name: str) -> None:
    town.person("王小", "dibao")
    town.folder = tmp_path / name
    town.folder.mkdir()
    result = assess(pack, town.freeze(), [FEBRUARY], tmp_path / name / name)
    assert result.path("entitlements").is_file()


def test_a_folder_that_stands_for_others_is_refused(
    pack: Pack, small: Snapshot, tmp_path: Path
) -> None:
    for name in ("*", "people?", "[a]"):
        with pytest.raises(ProblemError, match="通配符"):
            assess(pack, small, [FEBRUARY], tmp_path / name / "out")
        assert not (tmp_path / name / "out").exists()


def test_what_fails_at_the_end_leaves_no_result(
    pack: Pack, small: Snapshot, tmp_path: Path
) -> None:
    def fail(_result: Assessment) -> None:
        raise ProblemError(Problem("x", "不行"))

    with pytest.raises(ProblemError, match="不行"):
        assess(pack, small, [FEBRUARY], tmp_path / "out", finish=fail)
    assert not list(tmp_path.glob("*out*"))


def test_runs_of_different_months_are_not_compared(
    run: Runner, small: Snapshot, tmp_path: Path
) -> None:
    before, after = run(small), run(small, [Month(2020, 3)])
    with pytest.raises(ProblemError, match="月份不同"):
        difference(before.result, after.result, tmp_path / "d.parquet")
    with pytest.raises(ProblemError, match="月份不同"):
        comparable(before.result, "qinghe-2020-1", [Month(2020, 3)])
    assert not (tmp_path / "d.parquet").exists()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "1", '{"pack": 1}', '{"format": 2}', "[" * 100_000, "\udcff"]
)
def test_what_is_no_result_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "assessment.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(ProblemError, match="不是核定结果文件夹"):
        open_assessment(tmp_path)


@pytest.mark.parametrize("damage", ["gone", "cut", "other"])
def test_a_damaged_result_is_not_compared(
    run: Runner, small: Snapshot, tmp_path: Path, damage: str
) -> None:
    before, after = run(small).result, run(small).result
    path = before.path("entitlements")
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        path.write_bytes(before.path("totals").read_bytes())
    with pytest.raises(ProblemError) as error:
        difference(open_assessment(before.folder), after, tmp_path / "d.parquet")
    assert "entitlements" in said(error)
    assert not (tmp_path / "d.parquet").exists()


def test_sums_beyond_all_bounds_are_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="范围"), locked([tmp_path]) as connection:
        connection.execute(
            "SELECT CAST(sum(x) AS BIGINT) FROM (VALUES (9e18::BIGINT), (9e18)) v(x)"
        )


def test_a_full_disk_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="写不出去"), locked([tmp_path]) as connection:
        connection.execute(f"COPY (SELECT 1) TO '{tmp_path}/no/x.parquet' (FORMAT parquet)")


@pytest.mark.parametrize(
    ("option", "place"),
    [({"signals": {"x": "1"}}, "--signal"), ({"readings": {"x": "1"}}, "--read"),
     ({"parameters": {"x": "1"}}, "--set")],
)  # fmt: skip
def test_a_problem_names_the_option_it_is_in(
    pack: Pack, option: dict[str, dict[str, str]], place: str
) -> None:
    with pytest.raises(ProblemError) as error:
        given_from(pack, **option)
    assert [problem.place for problem in error.value.problems] == [place]


def test_the_last_month_there_is_can_be_assessed(
    pack: Pack, small: Snapshot, tmp_path: Path
) -> None:
    assert list(Month.range(Month(2999, 11), Month(2999, 12))) == [
        Month(2999, 11), Month(2999, 12),
    ]  # fmt: skip
    result = assess(pack, small, [Month(2999, 12)], tmp_path / "out")
    assert json.loads((tmp_path / "out" / "assessment.json").read_text("utf-8")) == result.summary


def test_exceptions_that_clash_are_both_named(tmp_path: Path) -> None:
    shutil.copytree(PACKS, tmp_path / "packs")
    folder = tmp_path / "packs" / "qinghe-2020-1"
    measure = folder / "measures" / "01-living.yaml"
    text = measure.read_text("utf-8")
    other = (
        "{name: orphan, when: is_orphan, value: 2 * param.living, quote: 每人每月发放生活补贴120元}"
    )
    head = "      overrides:\n"
    measure.write_text(text.replace(head, f"{head}        - {other}\n"), "utf-8")
    facts = tmp_path / "facts.json"
    told = {"is_orphan": True, "is_dibao": True, "dibao_level": "甲类"}
    facts.write_text(json.dumps({"persons": {"王小": told}}), "utf-8")
    pack = load(folder)
    case = read_situation(facts, pack, FEBRUARY)
    found = screen(pack, case, Given(readings={"overlap": "once"}))
    (one,) = (one for one in found if one.rule.benefit.id == "living")
    shown = render(why(pack, case, Given(readings={"overlap": "once"}), one, "zh"))
    assert one.outcome.verdict == "undecided"
    assert "orphan（“每人每月发放生活补贴120元”）得240.00元" in shown
    assert "level_a（“甲类低保对象每人每月另加发20元。”）得140.00元" in shown


@pytest.mark.parametrize(
    "text",
    ["1e999999999", "1/3", "1_000", "-5", "٣", "１２０", "", "0x10", "9" * 5000, "nan", "-inf"],
)
def test_what_is_no_amount_is_refused_at_once(pack: Pack, text: str) -> None:
    with pytest.raises(ProblemError) as error:
        given_from(pack, parameters={"living": text})
    assert len(said(error)) < 300
