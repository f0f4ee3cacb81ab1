import pandas as pd
import pytest

from charts.heatmap import task_heatmap
from charts.theme import LIGHT, contrast


@pytest.fixture
def matrix():
    cells = [("water", "安全饮水", -26.1), ("toilets", "改厕", 0.0)]
    rows = [
        (task, name, code, place, None if missing else 67.3 + gap, None if missing else gap, missing)
        for task, name, gap in cells
        for code, place, missing in (("990101002", "青塘镇", False), ("990101001", "石岭镇", task == "toilets"))
    ]
    frame = pd.DataFrame(rows, columns=["task", "task_name", "code", "name", "value", "gap", "missing"])
    frame["label"] = [
        "未报" if missing else f"{value:.0f}%" for value, missing in frame[["value", "missing"]].to_numpy()
    ]
    return frame.assign(hover=frame["name"] + " " + frame["task_name"])


def test_tasks_and_regions_stand_in_the_order_given(matrix, words):
    figure = task_heatmap(matrix, words, LIGHT)
    assert figure.layout.yaxis.ticktext == ("安全饮水", "改厕")
    assert figure.layout.xaxis.ticktext == ("青塘镇", "石岭镇")
    assert figure.layout.yaxis.range == (1.5, -0.5)
    cells = figure.data[0]
    assert list(zip(cells.base, cells.x, strict=True)) == [(-0.5, 0), (-0.5, 1), (0.5, 0), (0.5, 1)]


def test_cells_take_the_class_of_their_gap_and_the_unreported_a_hatch(matrix, words):
    cells = task_heatmap(matrix, words, LIGHT).data[0]
    worst, plan = LIGHT.diverging[0], LIGHT.diverging[3]
    assert list(cells.marker.color) == [worst, worst, plan, LIGHT.not_reported]
    assert list(cells.marker.pattern.shape) == ["", "", "", "/"]


def test_a_click_carries_task_and_code(matrix, words):
    cells = task_heatmap(matrix, words, LIGHT).data[0]
    assert list(map(list, cells.customdata)) == matrix[["task", "code"]].to_numpy().tolist()


def test_every_label_is_readable_on_its_cell(matrix, words):
    figure = task_heatmap(matrix, words, LIGHT)
    fills = dict(zip(zip(figure.data[0].x, figure.data[0].base, strict=True), figure.data[0].marker.color, strict=True))
    texts = [trace for trace in figure.data if trace.type == "scatter"]
    assert sum(len(trace.text) for trace in texts) == len(matrix)
    for trace in texts:
        assert trace.unselected.textfont.color == trace.textfont.color
        for x, y in zip(trace.x, trace.y, strict=True):
            assert contrast(trace.textfont.color, fills[x, y - 0.5]) >= 4.5


def test_narrow_columns_break_their_heads_and_long_ones_slant(matrix, words):
    many = pd.concat([matrix.assign(code=f"{n}", name="梅子坳镇") for n in range(30)])
    assert "<br>" in task_heatmap(many, words, LIGHT, width=1000).layout.xaxis.ticktext[0]
    english = many.assign(name="Xiaohekou")
    assert task_heatmap(english, words, LIGHT, width=1000).layout.xaxis.tickangle == -45


def test_the_selected_cell_is_outlined(matrix, words):
    (outline,) = task_heatmap(matrix, words, LIGHT, ("toilets", "990101001")).layout.shapes
    assert (outline.x0, outline.x1, outline.y0, outline.y1) == (0.5, 1.5, 0.5, 1.5)
    assert not task_heatmap(matrix, words, LIGHT, ("toilets", "elsewhere")).layout.shapes


def test_no_cells_are_no_error(matrix, words):
    assert task_heatmap(matrix.iloc[:0], words, LIGHT).layout.height > 0
