import pandas as pd
import pytest

from charts.gates import SIGNS, gate_matrix, stage_funnel
from charts.theme import DARK, LIGHT, contrast
from charts.words import ChartWords


@pytest.fixture
def stages():
    rows = [("listed", "入库", 640), ("approved", "批复", 640), ("tendered", "招标", 560), ("started", "开工", 561)]
    frame = pd.DataFrame(rows, columns=["key", "name", "count"])
    return frame.assign(
        label=[f"{count} 个" for count in frame["count"]],
        amount_label=["3.2 亿元", "3.1 亿元", "9,800 万元", ""],
        hover=frame["name"] + "\n个数\t5",
    )


def texts(figure):
    return {
        (text.strip(), x, y): trace.textfont.color
        for trace in figure.data
        if trace.type == "scatter" and trace.mode == "text"
        for text, x, y in zip(trace.text, trace.x, trace.y, strict=True)
    }


def test_each_gate_has_its_count_and_its_money_at_its_end(stages, words):
    figure = stage_funnel(stages, words, LIGHT)
    bars = next(trace for trace in figure.data if trace.type == "bar")
    assert list(bars.x) == [640, 640, 560, 561]
    assert {("640 个　3.2 亿元", 640, 0), ("560 个　9,800 万元", 560, 2), ("561 个", 561, 3)} <= set(texts(figure))
    assert figure.layout.yaxis.ticktext == ("入库", "批复", "招标", "开工")
    assert figure.layout.yaxis.range == (3.5, -0.5)


def test_between_two_gates_stands_what_is_lost(stages, words):
    between = {key for key in texts(stage_funnel(stages, words, LIGHT)) if key[2] % 1}
    assert between == {("−80", 640, 1.5), ("+1", 560, 2.5)}


def test_the_ground_narrows_from_bar_to_bar(stages, words):
    slopes = stage_funnel(stages, words, LIGHT).data[0]
    assert list(slopes.x)[5:10] == [0, 640, 560, 0, None]
    assert list(slopes.y)[5:9] == pytest.approx([1.31, 1.31, 1.69, 1.69])


def test_a_gates_click_carries_its_key_and_its_rows_share_the_height(stages, words):
    figure = stage_funnel(stages, words, LIGHT, height=310)
    assert list(figure.data[-1].customdata) == stages["key"].tolist()
    assert figure.layout.height == 310
    assert stage_funnel(stages, words, LIGHT, height=100).layout.height > 4 * 44
    assert stage_funnel(stages.iloc[:0], words, DARK).layout.height > 0
    assert stage_funnel(stages.assign(count=0), words, LIGHT).layout.xaxis.range == (0, 1)


STATES = (
    ("done", "按期"), ("late_done", "晚完成"), ("late", "逾期"), ("due", "将到期"), ("ahead", "未到期"),
    ("missing", "缺资料"),
)  # fmt: skip


@pytest.fixture
def cells():
    rows = [
        ("P1", "蔬菜基地", "listed", "入库", "done", "✓", False, "990101001"),
        ("P1", "蔬菜基地", "approved", "批复", "late_done", "12", True, "990101001"),
        ("P1", "蔬菜基地", "tendered", "招标", "late", "43", True, "990101001"),
        ("P2", "村组道路", "listed", "入库", "done", "", False, "990101002"),
        ("P2", "村组道路", "approved", "批复", "due", "12-05", False, "990101002"),
        ("P2", "村组道路", "tendered", "招标", "ahead", "", False, "990101002"),
    ]
    columns = ["project", "name", "gate", "gate_name", "state", "label", "missing", "region_code"]
    return pd.DataFrame(rows, columns=columns).assign(hover="蔬菜基地\n批复\t晚 12 天")


@pytest.fixture
def gate_words():
    return ChartWords(title="两个项目逾期", lights=STATES)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_states_differ_in_sign_and_in_colour(cells, gate_words, palette):
    figure = gate_matrix(cells, gate_words, palette)
    said = {key[1:]: key[0] for key in texts(figure) if key[0] != SIGNS["missing"]}
    assert said == {(0, 0): "✓", (1, 0): "▲ 12", (2, 0): "■ 43", (0, 1): "✓", (1, 1): "◇ 12-05", (2, 1): "·"}
    fill = figure.data[0].marker.color
    assert fill[0] == fill[3]
    assert fill[2] == palette.light("red")
    assert len({fill[0], fill[1], fill[2], fill[4]}) == 4


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_cell_is_readable(cells, gate_words, palette):
    figure = gate_matrix(cells, gate_words, palette)
    fills = dict(zip(zip(figure.data[0].x, figure.data[0].base, strict=True), figure.data[0].marker.color, strict=True))
    for (text, x, y), ink in texts(figure).items():
        if text != SIGNS["missing"]:
            assert contrast(ink, fills[x, y - 0.5]) >= 4.5


def test_missing_papers_mark_the_upper_right_corner(cells, gate_words):
    figure = gate_matrix(cells, gate_words, LIGHT)
    assert {key for key in texts(figure) if key[0] == SIGNS["missing"]} == {("◥", 1.5, -0.5), ("◥", 2.5, -0.5)}
    (corners,) = (trace for trace in figure.data[1:] if trace.text[0] == "◥")
    assert corners.textposition == "bottom left"


def test_the_key_names_the_states_that_are_there(cells, gate_words):
    def key(frame):
        return next(note.text for note in gate_matrix(frame, gate_words, LIGHT).layout.annotations if "◇" in note.text)

    assert all(text in key(cells) for _, text in STATES)
    assert "缺资料" not in key(cells.assign(missing=False))
    assert "逾期" not in key(cells[cells["state"] != "late"])


def test_a_click_carries_project_and_region(cells, gate_words):
    clicks = gate_matrix(cells, gate_words, LIGHT).data[0].customdata
    assert list(map(list, clicks)) == cells[["project", "region_code"]].to_numpy().tolist()


def test_thirty_long_names_keep_their_height_and_fold_where_narrow(cells, gate_words):
    many = pd.concat(
        [
            cells[cells["project"] == "P1"].assign(project=f"{n}", name=f"2026年石岭镇大坪村高山蔬菜基地{n}")
            for n in range(30)
        ]
    )
    wide, narrow = (gate_matrix(many, gate_words, LIGHT, width=width).layout for width in (1200, 560))
    assert wide.yaxis.ticktext[0] == "2026年石岭镇大坪村高山蔬菜基地0"
    assert "<br>" in narrow.yaxis.ticktext[0]
    assert narrow.height > wide.height >= 30 * 34


def test_few_rows_fill_the_height_a_little_and_none_are_no_error(cells, gate_words):
    low, tall = (gate_matrix(cells, gate_words, LIGHT, height=height).layout.height for height in (100, 5000))
    assert low < tall < 2 * low
    assert gate_matrix(cells.iloc[:0], gate_words, LIGHT).layout.height > 0
