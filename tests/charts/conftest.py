import pandas as pd
import pytest

from charts.words import ChartWords, MapWords


@pytest.fixture
def children():
    """Six townships: on plan, amber, red, not reported, reported without a plan, and one without a shape."""
    rows = [
        ("990101001", "石岭镇", 41.2, 67.3, -26.1, "red", True),
        ("990101002", "青塘镇", 60.0, 67.3, -7.3, "amber", True),
        ("990101003", "云阳镇", 67.3, 67.3, 0.0, "green", True),
        ("990101004", "龙潭镇", None, 67.3, None, "grey", True),
        ("990101005", "白水镇", 55.0, None, None, "none", True),
        ("990101006", "马鞍镇", 0.0, 67.3, -67.3, "red", False),
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "value", "plan_value", "gap", "light", "has_shape"])
    frame["rank"] = range(1, 7)
    frame["label"] = ["未报" if pd.isna(value) else f"{value:.1f}%" for value in frame["value"]]
    frame["hover"] = frame["name"] + "\n完成率\t" + frame["label"] + "\n计划\t67.3%"
    frame["longitude"] = [107.2, 107.4, 107.6, 107.8, 108.0, 107.5]
    frame["latitude"] = [30.2, 30.3, 30.4, 30.5, 30.6, 30.25]
    return frame


@pytest.fixture
def words():
    return ChartWords(
        title="石岭镇落后计划 26.1 个百分点",
        subtitle="厕所改造完成率（%）",
        source="数据来源：百日任务日报",
        unit="%",
        actual="实际",
        plan="计划",
        forecast="按目前进度",
        last_year="上年",
        lights=(("green", "达到计划"), ("amber", "落后 10 点以内"), ("red", "落后超过 10 点"), ("grey", "未报")),
    )


@pytest.fixture
def map_words():
    return MapWords(
        ("落后 20 以上", "落后 10–20", "落后 10 以内", "达到计划", "领先 10 以上"), "未报", "无计划", "不涉及", "无图形"
    )
