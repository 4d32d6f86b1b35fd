"""What a row of a bureau's list makes true of somebody: the lists of the two places and notices."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from luodi.basics.identifiers import id_check_digit
from luodi.pack import load
from luodi.population import import_registers

PACKS = Path(__file__).parents[2] / "packs"
Row = tuple[str, dict[str, str], dict[str, bool | None]]

JIANGYIN: list[Row] = [
    ("dibao", {"是否保障对象": "是"}, {"is_dibao_covered": True}),
    ("dibao", {"是否保障对象": "否"}, {"is_dibao_covered": False}),
    ("dibao", {"是否保障对象": ""}, {"is_dibao_covered": True}),
    ("tekun", {"供养方式": "散居"}, {"is_tekun": True, "is_dispersed_tekun": True}),
    ("tekun", {"供养方式": "集中供养"}, {"is_tekun": True, "is_dispersed_tekun": False}),
    ("tekun", {"供养方式": ""}, {"is_tekun": True, "is_dispersed_tekun": None}),
    ("orphans", {"养育方式": "社会散居"}, {"is_orphan": True, "is_dispersed_orphan": True}),
    ("orphans", {"养育方式": "集中"}, {"is_orphan": True, "is_dispersed_orphan": False}),
    ("covid_patients", {"诊断": "确诊"},
     {"is_covid_patient": True, "is_suspected_covid_patient": False}),
    ("covid_patients", {"诊断": "疑似"},
     {"is_covid_patient": False, "is_suspected_covid_patient": True}),
    ("covid_patients", {"诊断": "排除"},
     {"is_covid_patient": False, "is_suspected_covid_patient": False}),
    ("family_planning_support", {"扶助类别": "子女死亡", "同档父母是否分户": "", "是否扶助档案户主": ""},
     {"is_bereaved_parent": True, "is_split_bereaved": False, "is_bereaved_file_holder": False}),
    ("family_planning_support", {"扶助类别": "死亡", "同档父母是否分户": "是", "是否扶助档案户主": "是"},
     {"is_bereaved_parent": True, "is_split_bereaved": True, "is_bereaved_file_holder": True}),
    ("family_planning_support", {"扶助类别": "子女伤残", "同档父母是否分户": "是", "是否扶助档案户主": "是"},
     {"is_bereaved_parent": False, "is_split_bereaved": False, "is_bereaved_file_holder": False}),
    ("pregnant_women", {"就诊机构等级": "二级", "是否已建册": "否", "首诊信息是否录入": "是"},
     {"is_seen_unregistered_pregnant": True, "has_first_visit_record": True}),
    ("pregnant_women", {"就诊机构等级": "三级", "是否已建册": "是", "首诊信息是否录入": "否"},
     {"is_seen_unregistered_pregnant": False, "has_first_visit_record": False}),
    ("pregnant_women", {"就诊机构等级": "一级", "是否已建册": "否", "首诊信息是否录入": ""},
     {"is_seen_unregistered_pregnant": False, "has_first_visit_record": None}),
    ("maternal_child_abnormalities", {"是否已面访": "否"},
     {"has_maternal_child_abnormality": True, "has_abnormality_not_interviewed": True}),
    ("absent_pupils", {"补习方案日期": "2020-05-06", "确认跟上进度日期": ""},
     {"is_absent_after_opening": True, "has_catch_up_plan": True, "has_caught_up": False}),
    ("frontline_children", {"家长类别": "一线医生护士"},
     {"is_frontline_medic_child": True, "is_supply_worker_child": False}),
    ("covid_discharges", {"出院情况": "其他"}, {"is_recovered_covid_patient": False}),
]  # fmt: skip
FENGZE: list[Row] = [
    ("insured", {"参保形式": "灵活就业"}, {"is_insured": True, "is_employee_insured": True}),
    ("insured", {"参保形式": "城乡居民"}, {"is_insured": True, "is_employee_insured": False}),
    ("tekun", {"供养方式": "集中"}, {"is_tekun": True, "is_tekun_in_home": True}),
]


@pytest.mark.parametrize(
    ("name", "region", "rows"),
    [("jiangyin-2020-13", "990281", JIANGYIN), ("fengze-2022", "990503", FENGZE)],
)
def test_a_row_of_a_list_means_what_the_notice_means(
    name: str, region: str, rows: list[Row], tmp_path: Path
) -> None:
    pack = load(PACKS / name)
    lists: dict[str, list[dict[str, str]]] = {}
    for serial, (register, cells, _) in enumerate(rows):
        body = f"{region}19900101{serial:03d}"
        own = {"身份证号": body + id_check_digit(body), "姓名": f"甲{serial}"}
        lists.setdefault(register, []).append({**own, **cells})
    files = []
    for register, content in lists.items():
        file = tmp_path / f"{register}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(content[0]))
            writer.writeheader()
            writer.writerows(content)
        files.append((file, register))
    result = import_registers(pack, files, tmp_path / "snapshot", as_of=date(2020, 2, 12))
    found = []
    for serial, (register, cells, facts) in enumerate(rows):
        (number,) = result.snapshot.find(f"甲{serial}")
        person = result.snapshot.person(number)
        assert person is not None
        found.append((register, cells, {fact: person[fact] for fact in facts}))
    assert found == rows
