"""The wide workbooks of two offices: who works where, and waves of satisfaction, as they lay them out."""

import math

import pandas as pd

from demo.offices import dotted, quarter
from demo.workbooks import Sheet, plain, written_village

_COUNTS = {
    "total": "务工总人数",
    "before": "上年同期",
    "outside": "省外务工",
    "in_province": "省内县外",
    "in_county": "县内务工",
    "filled": "公益性岗位在岗",
    "planned": "公益性岗位计划",
    "workshops": "帮扶车间就业",
}


def employment_sheets(workplaces: pd.DataFrame, regions: pd.DataFrame) -> list[Sheet]:
    """Return a `livelihood.workplaces` as two sheets: the short form of earlier years, and the present one."""
    is_long = workplaces["planned"].notna()
    forms = {
        "务工月报（旧表）": (workplaces[~is_long], list(_COUNTS)[:2]),
        "务工月报": (workplaces[is_long], list(_COUNTS)),
    }
    by_code = regions.set_index("code")
    return [
        Sheet(name, "云岭县务工就业情况月报", "填报单位：县人力资源和社会保障局", _employment(rows, by_code, counts))
        for name, (rows, counts) in forms.items()
    ]


def _employment(rows: pd.DataFrame, regions: pd.DataFrame, counts: list[str]) -> pd.DataFrame:
    village = regions.loc[rows["code"]]
    table = pd.DataFrame(
        {
            "乡(镇)": regions.loc[village["parent"], "name"].to_numpy(),
            "行政村": [written_village(*each) for each in zip(village["name"], village["position"], strict=True)],
            "统计月份": rows["period"].map({day: dotted(day) for day in rows["period"].unique()}).to_numpy(),
        }
    )
    for count in counts:
        table[_COUNTS[count]] = ["/" if math.isnan(value) else plain(value) for value in rows[count]]
    return table


def survey_sheet(answers: pd.DataFrame, regions: pd.DataFrame) -> Sheet:
    """Return figures of satisfaction as one row a township and wave."""
    names = regions.set_index("code")["name"]
    table = pd.DataFrame(
        {
            "乡镇": names.loc[answers["code"]].to_numpy(),
            "调查批次": [quarter(day) for day in answers["period"]],
            "受访人数": answers["denominator"].to_numpy(),
            "满意人数": answers["numerator"].to_numpy(),
            "样本来源": "电话抽查",
        }
    )
    return Sheet("满意度调查", "云岭县群众满意度调查汇总表", "填报单位：县统计局", table)
