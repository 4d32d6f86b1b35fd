import pytest

from luodi.basics.citation import Citation
from luodi.basics.problem import Problem, ProblemError, suggest


def test_a_problem_shows_place_line_caret_and_next_step():
    problem = Problem(
        place="packs/x/measures/04.yaml:9:7",
        message="没有这一列 'is_diabo_covered'",
        next_step="是不是 'is_dibao_covered'（城乡低保对象）？",
        excerpt="9 |       is_diabo_covered\n  |       ^^^^^^^^^^^^^^^^",
    )
    assert problem.render() == (
        "packs/x/measures/04.yaml:9:7: 没有这一列 'is_diabo_covered'\n"
        "  9 |       is_diabo_covered\n"
        "    |       ^^^^^^^^^^^^^^^^\n"
        "  是不是 'is_dibao_covered'（城乡低保对象）？"
    )


def test_a_warning_says_so():
    assert Problem("a.csv", "缺列", severity="warning").render() == "a.csv: 提醒: 缺列"


def test_an_error_carries_all_its_problems_and_never_none():
    problems = (Problem("a", "一"), Problem("b", "二"))
    assert ProblemError(*problems).problems == problems
    with pytest.raises(ValueError, match="at least one"):
        ProblemError()


def test_a_misspelt_word_finds_the_near_one():
    assert suggest("is_diabo_covered", ["is_orphan", "is_dibao_covered"]) == "is_dibao_covered"
    assert suggest("zzz", ["is_orphan"]) is None


def test_a_citation_reads_as_in_a_letter():
    assert str(Citation("澄委发〔2020〕13号", "A4.3")) == "澄委发〔2020〕13号 第4条第3句"
    assert str(Citation("澄委发〔2020〕13号", "A4.3.2")) == "澄委发〔2020〕13号 第4条第3句第2项"
    assert str(Citation("澄委发〔2020〕13号", "preamble")) == "澄委发〔2020〕13号 preamble"
    with pytest.raises(ValueError, match="span"):
        Citation("x", "A1", span=(4, 4))


@pytest.mark.parametrize(
    "number", ["990181198001010010", "99018119800101001X", "990181800101001", "9999990000000001",
               "9999990000000000019", "13800000000"]
)  # fmt: skip
def test_nobodys_number_is_told_in_full(number):
    problem = Problem(
        "a.json:1:9", f"写法不对：{number!r}", f"核对{number}", excerpt=f'"{number}": 1\n ^'
    )
    told = problem.render() + str(problem.to_json()) + str(ProblemError(problem))
    assert number not in told
    assert len(problem.excerpt) == len(number) + 8


@pytest.mark.parametrize("text", ["2020-02-12", "0510-86862345", "1000000000.00", "编号 20200212"])
def test_other_numbers_are_told_as_they_are(text):
    assert Problem("x", text).message == text
