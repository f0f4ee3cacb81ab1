import pandas as pd
import pytest

from charts.heatmap import missing_matrix, task_heatmap
from charts.theme import DARK, LIGHT, contrast


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


@pytest.fixture
def gaps():
    rows = [
        ("insurance", "医疗保险", "1", "石岭镇", 155.0, -7.0, "155"),
        ("insurance", "医疗保险", "2", "青塘镇", 3.0, -0.2, "3"),
        ("water", "饮水安全", "1", "石岭镇", 0.0, 0.0, "✓"),
        ("water", "饮水安全", "2", "青塘镇", None, None, "未报"),
        ("pension", "养老保险", "1", "石岭镇", 4.0, None, "4"),
    ]
    frame = pd.DataFrame(rows, columns=["item", "item_name", "code", "name", "missing", "gap", "label"])
    return frame.assign(hover=frame["name"] + "\n缺\t" + frame["label"])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_missing_are_coloured_by_their_share_and_a_full_cell_is_quiet(gaps, words, palette):
    figure = missing_matrix(gaps, words, palette)
    cells = figure.data[0]
    worst, slight = palette.diverging[0], palette.diverging[2]
    assert list(cells.marker.color) == [worst, slight, palette.surface, palette.not_reported, palette.no_plan]
    assert list(cells.marker.pattern.shape) == ["", "", "", "/", ""]
    inks = {text: trace.textfont.color for trace in figure.data[1:] for text in trace.text}
    assert inks["✓"] == palette.muted
    assert contrast(inks["155"], worst) >= 4.5


def test_a_click_on_the_missing_carries_item_and_code(gaps, words):
    figure = missing_matrix(gaps, words, LIGHT, ("insurance", "2"))
    assert list(map(list, figure.data[0].customdata)) == gaps[["item", "code"]].to_numpy().tolist()
    assert figure.layout.yaxis.ticktext == ("医疗保险", "饮水安全", "养老保险")
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].y0) == (0.5, -0.5)
    assert missing_matrix(gaps.iloc[:0], words, LIGHT).layout.height > 0
