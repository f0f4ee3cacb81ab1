"""Which office reports which indicators, and how each of them writes places, months and numbers."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from demo import indicators, livelihood
from demo.places import COUNTY
from demo.workbooks import DAYS, Sheet, full_width, plain, written_village

_WAN_YUAN = 10_000
_QUARTERS = "一二三四"

Figures = Callable[[pd.DataFrame, np.random.Generator], pd.DataFrame]


@dataclass(frozen=True)
class Office:
    """One office's workbook about one subject, with figures of regions of one `level`, or plans alone.

    `period` writes a month or quarter, `number` a figure; `by_name` puts names in place of codes. Indicators in
    `wan_yuan` are written in 万元, as their header says.
    """

    name: str
    subject: str
    period: Callable[[date], str]
    number: Callable[[float], str | int]
    by_name: bool = False
    wan_yuan: tuple[str, ...] = ()
    level: str = "village"
    #: Its workbook is a wide table (`livelihood_sheets.py`).
    is_wide: bool = False


def dotted(day: date) -> str:
    """Return a month as 2026.9."""
    return f"{day.year}.{day.month}"


def _compact(day: date) -> str:
    return f"{day:%Y%m}"


def _dashed(day: date) -> str:
    return f"{day:%Y-%m}"


def _spelled(day: date) -> str:
    return f"{day.year}年{day.month}月"


def quarter(day: date) -> str:
    """Return a quarter as 2026年三季度."""
    return f"{day.year}年{_QUARTERS[(day.month - 1) // 3]}季度"


def _wide_period(day: date) -> str:
    return full_width(_compact(day))


def _wide_number(value: float) -> str:
    return full_width(plain(value))


def _to_the_yuan(wan_yuan: float) -> str:
    return plain(wan_yuan, 4)


def _to_the_kilogram(tonnes: float) -> str:
    return plain(tonnes, 3)


def _week(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}年第{week}周"


#: Each office's workbook, and who knows its figures.
OFFICES: dict[Office, Figures] = {
    Office("县农业农村局", "防返贫监测", _compact, plain): indicators.monitoring,
    Office("县卫生健康局", "人居环境", _spelled, int, by_name=True): indicators.environment,
    Office("县人力资源和社会保障局", "务工就业", _dashed, plain, is_wide=True): indicators.employment,
    Office("县统计局", "群众满意度", quarter, int, level="township", is_wide=True): indicators.satisfaction,
    Office("县委宣传部", "政策宣传", _compact, plain, by_name=True): indicators.governance,
}
#: Its figures are computed from households; what it hands in is the plan for them.
PLANNER = Office("县农业农村局", "增收计划", _compact, _to_the_yuan, wan_yuan=("income.per_capita",))

#: Those whose figures have dice of their own (`livelihood.py`).
LIVELIHOOD_OFFICES: dict[Office, Figures] = {
    Office("县农业农村局", "人居环境整治", _spelled, int, by_name=True): livelihood.environment,
    Office("县农业农村局", "周一大整治", DAYS[0], int, by_name=True): livelihood.cleanups,
    Office("县商务局", "产销对接", _week, _to_the_kilogram, wan_yuan=("industry.unsold_value",)): livelihood.produce,
    Office("县委组织部", "驻村帮扶", _compact, plain): livelihood.village_teams,
    Office("县农业农村局", "技能培训", _wide_period, _wide_number): livelihood.training,
}


def office_sheets(office: Office, figures: pd.DataFrame, regions: pd.DataFrame) -> list[Sheet]:
    """Return one sheet for each of the office's indicators; `regions` as `places.region_table` returns them."""
    return [
        Sheet(
            name=str(indicator),
            title=f"云岭县{office.subject}情况统计表",
            filled_by=f"填报单位：{office.name}",
            table=_written(office, str(indicator), rows, regions.set_index("code")),
        )
        for indicator, rows in figures.groupby("indicator", sort=False)
    ]


def _written(office: Office, indicator: str, rows: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Return figures of one indicator under the headers, and in the form, that this office uses."""
    table = pd.DataFrame({"指标": rows["indicator"]})
    if office.by_name:
        village = regions.loc[rows["code"]]
        clerks = zip(village["name"], village["position"], strict=True)
        table["县"] = COUNTY[1]
        table["乡(镇)"] = regions.loc[village["parent"], "name"].to_numpy()
        table["行政村"] = [written_village(name, clerk) for name, clerk in clerks]
    else:
        table["行政区划代码"] = rows["code"]
    table["时期"] = rows["period"].map({day: office.period(day) for day in rows["period"].unique()})
    unit, scale = ("(万元)", _WAN_YUAN) if indicator in office.wan_yuan else ("", 1)
    amounts = {"numerator": "分子", "denominator": "分母"} if rows["numerator"].notna().any() else {}
    amounts |= {"plan": "计划"} if rows["plan"].notna().any() else {}
    for amount, header in amounts.items():
        values = (rows[amount] / scale).tolist()
        table[header + unit] = ["/" if math.isnan(value) else office.number(value) for value in values]
    return table
