"""The fictional county among its neighbours: what the province publishes of all of them each quarter."""

import numpy as np
import pandas as pd

from demo.places import COUNTY
from demo.workbooks import Sheet, plain

#: Neighbours of 云岭县, known by their published scores only.
PEERS = (
    ("990102", "清河县", "Qinghe County"),
    ("990103", "松阳县", "Songyang County"),
    ("990104", "望川县", "Wangchuan County"),
    ("990105", "临泽县", "Linze County"),
    ("990106", "丰谷县", "Fenggu County"),
)
_PUBLISHED = "assessment.published"
_QUARTERS = pd.date_range(end="2026-07-01", periods=7, freq="QS")
_FULL = 100
#: Where a county starts from and what it gains in a quarter: 云岭县 first, which catches up; then the neighbours.
_STARTS, _GAINS = (80.5, 88.0, 86.5, 84.0, 83.5, 79.0), (1.15, 0.2, 0.35, 0.1, 0.45, 0.2)


def published(rng: np.random.Generator) -> pd.DataFrame:
    """Return the scores out of 100 by county and quarter: code, period, score."""
    codes = [COUNTY[0], *(code for code, _, _ in PEERS)]
    risen = np.outer(_GAINS, np.arange(len(_QUARTERS)))
    scores = np.array(_STARTS)[:, None] + risen + rng.normal(0, 0.5, risen.shape)
    return pd.DataFrame(
        {
            "code": np.repeat(codes, len(_QUARTERS)),
            "period": np.tile(_QUARTERS, len(codes)),
            "score": scores.round(1).ravel(),
        }
    )


def peer_sheets(scores: pd.DataFrame) -> list[Sheet]:
    """Return the sheet that names the neighbours, and that of the published scores."""
    counties = pd.DataFrame(
        {
            "行政区划代码": [code for code, _, _ in PEERS],
            "区划名称": [name for _, name, _ in PEERS],
            "英文名称": [english for _, _, english in PEERS],
            "级别": "县",
        }
    )
    figures = pd.DataFrame(
        {
            "指标": _PUBLISHED,
            "行政区划代码": scores["code"],
            "时期": [f"{day.year}年{(day.month + 2) // 3}季度" for day in scores["period"]],
            "分子": [plain(score, 1) for score in scores["score"]],
            "分母": _FULL,
        }
    )
    return [
        Sheet("同类县", "同类县名单", "填报单位：云岭县考核办", counties),
        Sheet("省对县考核得分", "省对县季度考核得分情况表", "填报单位：云岭县考核办", figures),
    ]
