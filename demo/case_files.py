"""How the ledger of monitoring cases is handed in: as the national system exports it, and what came later apart."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from demo.cases import Cases
from demo.workbooks import DAYS, Sheet, Writing

_MOST_RISKS = 3
_compact = DAYS[1]


def case_sheets(cases: Cases, villages: pd.DataFrame) -> dict[str, Sheet]:
    """Return by workbook the ledger of cases and the measures that were handed in afterwards."""
    by = "填报单位：云岭县乡村振兴服务中心"
    ledger, later = _ledger(cases, villages), _later(cases)
    return {
        "监测对象": Sheet("监测对象", "脱贫户、监测对象信息（导出）", by, ledger, ("合计", f"共{len(ledger)}户")),
        "帮扶措施": Sheet("帮扶措施", "监测对象后续帮扶措施", by, later),
    }


def write_tags(folder: Path, cases: Cases, villages: pd.DataFrame) -> Path:
    """Write the households of special groups, and of which kind those with a case are; return the path."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, at = cases.tags, cases.tags["village"].to_numpy()
    table = pa.table(
        {
            "户编号": pa.array(rows["code"].tolist()),
            "乡(镇)": pa.array(villages["township"].to_numpy()[at].tolist()),
            "行政村": pa.array(villages["name"].to_numpy()[at].tolist()),
            "户类型": pa.array(rows["kind"].tolist()),
            "监测对象类别": pa.array(rows["monitored_kind"].tolist()),
            "特殊群体": pa.array(rows["tags"].tolist()),
        }
    )
    path = folder / "特殊群体.parquet"
    pyarrow.parquet.write_table(table, path)
    return path


def _ledger(cases: Cases, villages: pd.DataFrame) -> pd.DataFrame:
    rows = cases.ledger
    at = rows["village"].to_numpy()
    table = pd.DataFrame(
        {
            "县(市、区、旗)": "云岭县",
            "乡(镇)": villages["township"].to_numpy()[at],
            "行政村": villages["name"].to_numpy()[at],
            "户编号": rows["code"],
            "监测对象类别": rows["kind"].where(rows["included"].notna(), "/"),
            "人数": rows["persons"].astype(str),
            "风险线索发现时间": _days(rows["alert"]),
            "核实时间": _days(rows["verified"]),
            "排除时间": _days(rows["dismissed"]),
            "识别监测时间": _days(rows["included"], _compact),
        }
    )
    for number in range(1, _MOST_RISKS + 1):
        own = cases.risks[cases.risks["number"] == number].set_index("case").reindex(range(len(rows)))
        table[f"致贫返贫风险{number}"] = own["risk"].fillna("").to_numpy()
        table[f"帮扶措施{number}"] = (
            own["measure"].fillna("").replace("", "无").where(own["risk"].notna(), "").to_numpy()
        )
        table[f"帮扶时间{number}"] = _days(own["started"])
    return table.assign(
        责任人=rows["owner"],
        责任单位=rows["office"],
        风险是否已消除=np.where(rows["included"].isna(), "", np.where(rows["cleared"].notna(), "是", "否")),
        风险消除方式=rows["clearing"],
        消除监测时间=_days(rows["cleared"], _compact),
    )


def _later(cases: Cases) -> pd.DataFrame:
    of_case = cases.ledger.loc[cases.later["case"]]
    return pd.DataFrame(
        {
            "户编号": of_case["code"].to_numpy(),
            "识别监测时间": _days(of_case["included"]),
            "致贫返贫风险": cases.later["risk"].to_numpy(),
            "帮扶措施": cases.later["measure"].to_numpy(),
            "开始时间": _days(cases.later["started"]),
        }
    )


def _days(days: pd.Series, written: Writing = DAYS[0]) -> list[str]:
    return ["/" if pd.isna(day) else written(day) for day in days]
