"""How what is known of households is handed in: large tables as Parquet exports, ledgers as workbooks."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from numpy.typing import NDArray

from demo.gaps import NAMES
from demo.households import LINES, Households
from demo.workbooks import DAYS, Sheet

_AMOUNTS = {
    "工资性收入(元)": "wage",
    "生产经营性收入(元)": "business",
    "财产性收入(元)": "property",
    "转移性收入(元)": "transfer",
    "生产经营性支出(元)": "business_cost",
}
_dotted = DAYS[0]


def write_households(folder: Path, known: Households, villages: pd.DataFrame) -> list[Path]:
    """Write the register, income, those whom the guarantees cover, and the reviews; return the paths in this order."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "农户花名册": _register(known, villages),
        "农户收入": _income(known),
        "保障对象": _base(known),
        "研判记录": _reviews(known),
    }
    paths = [folder / f"{name}.parquet" for name in tables]
    for path, table in zip(paths, tables.values(), strict=True):
        pyarrow.parquet.write_table(table, path)
    return paths


def ledgers(gaps: pd.DataFrame) -> dict[str, Sheet]:
    """Return by workbook the lines of the years, and the ledger of gaps as the offices write it."""
    lines = pd.DataFrame({"年度": [f"{year}年" for year in LINES], "监测范围线(元)": list(LINES.values())})
    ledger = pd.DataFrame(
        {
            "户编号": gaps["code"],
            "保障项目": gaps["item"].map(NAMES),
            "人数": gaps["persons"],
            "发现时间": [_dotted(day) for day in gaps["found"]],
            "问题描述": gaps["problem"],
            "措施": gaps["measure"],
            "责任人": gaps["owner"],
            "责任单位": gaps["office"],
            "解决时间": ["/" if pd.isna(day) else _dotted(day) for day in gaps["cleared"]],
        }
    )
    by = "填报单位：云岭县乡村振兴服务中心"
    return {
        "监测范围线": Sheet("监测范围线", "防返贫监测范围", by, lines),
        "保障缺口台账": Sheet("保障缺口", "保障缺口台账", by, ledger),
    }


def _coded(which: NDArray[np.int64], words: list[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32)), pa.array(words))


def _register(known: Households, villages: pd.DataFrame) -> pa.Table:
    rows = known.register
    at = rows["village"].to_numpy()
    return pa.table(
        {
            "乡(镇)": _coded(at, villages["township"].tolist()),
            "行政村": _coded(at, villages["name"].tolist()),
            "户编号": pa.array(rows["code"].tolist()),
            "户类型": pa.array(rows["kind"].tolist()),
            "监测对象类别": pa.array(rows["monitored_kind"].tolist()),
            "人数": pa.array(rows["persons"].to_numpy()),
            "姓名": pa.array(rows["name"].tolist()),
            "证件号码": pa.array(rows["id_number"].tolist()),
            "户联系电话": pa.array(rows["phone"].tolist()),
        }
    )


def _income(known: Households) -> pa.Table:
    """Return one row a household and month, all months of a household together."""
    count, length = len(known.register), len(known.months)
    home, month = np.repeat(np.arange(count), length), np.tile(np.arange(length), count)
    return pa.table(
        {
            "户编号": _coded(home, known.register["code"].tolist()),
            "月份": _coded(month, known.months.strftime("%Y%m").tolist()),
            **{header: pa.array(known.income[name].ravel()) for header, name in _AMOUNTS.items()},
            "当前家庭人口数": pa.array(np.repeat(known.register["persons"].to_numpy(), length)),
            "年度家庭人口数": pa.array(np.repeat(known.members_year, length)),
        }
    )


def _base(known: Households) -> pa.Table:
    rows = known.register
    codes = rows["code"].tolist()
    parts = []
    for item, name in enumerate(NAMES):
        persons = rows["children" if name == "education" else "persons"].to_numpy()
        home = np.flatnonzero(persons > 0)
        parts.append((home, np.full(len(home), item), persons[home]))
    homes, items, counts = (np.concatenate(each) for each in zip(*parts, strict=True))
    return pa.table(
        {
            "户编号": _coded(homes, codes),
            "保障项目": _coded(items, list(NAMES.values())),
            "应保障人数": pa.array(counts),
        }
    )


def _reviews(known: Households) -> pa.Table:
    parts = [(np.flatnonzero(who), np.full(int(who.sum()), n)) for n, who in enumerate(known.reviewed.values())]
    homes, month = (np.concatenate(each) for each in zip(*parts, strict=True))
    return pa.table(
        {
            "户编号": _coded(homes, known.register["code"].tolist()),
            "研判月份": _coded(month, [name.replace("-", "") for name in known.reviewed]),
            "研判时间": _coded(month, [f"{name}-26" for name in known.reviewed]),
        }
    )
