"""How the offices write down projects and their money: the library with its gates and works, and the ledgers."""

import pandas as pd

from demo.places import COUNTY
from demo.projects import Works
from demo.workbooks import DAYS, Sheet, plain

_CENTRE, _FINANCE = "填报单位：云岭县乡村振兴服务中心", "填报单位：云岭县财政局"
_WAN_YUAN = 10_000
_SOURCES = {"central": "中央", "provincial": "省级", "prefecture": "市级", "county": "县级"}
_GATES = {"approved": "批复", "tendered": "招标", "accepted": "验收", "settled": "结算", "handed_over": "移交"}
_STAGES = {
    "listed": "已入库", "approved": "已批复", "tendered": "已招标", "started": "在建", "finished": "已完工",
    "accepted": "已验收", "settled": "已结算", "handed_over": "已移交",
}  # fmt: skip
_dotted, _dashed, _spelled = DAYS[0], DAYS[2], DAYS[3]


def project_workbooks(works: Works) -> dict[str, list[Sheet]]:
    """Return by workbook the library with gates and works, and the ledgers of the two years, a sheet a month."""
    books = {"项目库": [_library(works.projects), _gates(works.gates), _progress(works.progress)]}
    for year, flows in works.flows.groupby("year"):
        months = flows.groupby("month")
        books[f"资金台账 {year}年"] = [_ledger(rows, month, int(year)) for month, rows in months]
    return books


def _days(values: pd.Series, written=_dotted) -> list[str]:  # type: ignore[no-untyped-def]
    return ["/" if pd.isna(day) else written(day) for day in values]


def _wan(values: pd.Series) -> list[str]:
    return [plain(value / _WAN_YUAN, 2) for value in values]


def _library(projects: pd.DataFrame) -> Sheet:
    passed = projects[list(_STAGES)].notna().sum(axis=1)
    table = pd.DataFrame(
        {
            "项目编号": projects["code"],
            "年度": projects["year"].astype(str) + "年",
            "项目名称": projects["name"],
            "项目类型": projects["kind"],
            "县": COUNTY[1],
            "乡(镇)": projects["township"],
            "行政村": projects["village"],
            "主管部门": projects["office"],
            "实施单位": projects["builder"],
            "概算总投资(万元)": _wan(projects["investment"]),
            **{header: _wan(projects[name]) for name, header in _SOURCES.items()},
            "计划开工": _days(projects["planned_start"]),
            "计划完工": _days(projects["planned_finish"]),
            "受益户数": projects["households"],
            "联农带农机制": projects["mode"].replace("", "/"),
            "带动增收金额(元)": [plain(value) if value else "/" for value in projects["benefit"]],
            "项目阶段": [list(_STAGES.values())[n - 1] for n in passed],
            "入库时间": _days(projects["listed"]),
            "开工时间": _days(projects["started"]),
            "完工时间": _days(projects["finished"]),
            "经度": projects["longitude"],
            "纬度": projects["latitude"],
        }
    )
    return Sheet("项目库", "云岭县巩固拓展脱贫攻坚成果和乡村振兴项目库", _CENTRE, table, ("合计", f"共{len(table)}个"))


def _gates(gates: pd.DataFrame) -> Sheet:
    table = pd.DataFrame(
        {
            "项目编号": gates["code"],
            "节点": gates["gate"].map(_GATES),
            "计划时间": _days(gates["due"], _dashed),
            "完成时间": _days(gates["reached"], _dashed),
            "缺失资料": gates["missing"].replace("", "无"),
        }
    )
    return Sheet("项目节点", "云岭县项目全过程节点及资料台账", _CENTRE, table)


def _progress(progress: pd.DataFrame) -> Sheet:
    table = pd.DataFrame(
        {
            "项目编号": progress["code"],
            "日期": _days(progress["day"], _spelled),
            "形象进度%": [plain(share * 100) for share in progress["share"]],
        }
    )
    return Sheet("形象进度", "云岭县在建项目形象进度", _CENTRE, table)


def _ledger(rows: pd.DataFrame, month: pd.Timestamp, year: int) -> Sheet:
    """Return a month's ledger: that of 2025 says its day, that of 2026 its unit in the line above the header."""
    rate = rows["paid"] / rows["allocated"] * 100
    unit = "(万元)" if year == 2025 else ""
    table = pd.DataFrame(
        {
            "资金级次": rows["source"].map(_SOURCES),
            "指标文号": rows["document"],
            "下达日期": _days(rows["issued_on"]),
            f"下达金额{unit}": _wan(rows["issued"]),
            "项目编号": rows["code"],
            "分配金额": _wan(rows["allocated"]),
            "拨付日期": _days(rows["disbursed_on"]),
            "累计拨付": _wan(rows["disbursed"]),
            "累计支付": _wan(rows["paid"]),
            "支付率(%)": [plain(value, 1) for value in rate],
        }
    )
    if year == 2025:
        table["截至日期"] = _dotted(month)
    total = ("合计", "", "", "", "", plain(rows["allocated"].sum() / _WAN_YUAN, 2))
    by = _FINANCE if unit else f"{_FINANCE}    单位：万元"
    return Sheet(f"{month.month}月", f"云岭县衔接资金支付情况台账（{year}年{month.month}月）", by, table, total)
