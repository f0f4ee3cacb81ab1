from datetime import date

import pandas as pd
import pytest

from charts.gantt import project_gantt
from charts.lines import Mark
from charts.theme import DARK, LIGHT
from charts.words import ChartWords

TODAY = Mark(date(2026, 11, 29), "今天 11月29日", True)
DAY = 86_400_000


def day(*parts):
    return date(2026, *parts)


@pytest.fixture
def rows():
    """One under way, one finished late, one not begun, one begun after it was due, one begun early and not yet due."""
    rows = [
        ("P1", day(3, 1), day(9, 30), day(3, 11), None, day(12, 20)),
        ("P2", day(2, 1), day(6, 30), day(2, 1), day(8, 12), day(12, 31)),
        ("P3", day(4, 1), day(8, 31), None, None, None),
        ("P4", day(4, 1), day(8, 31), day(9, 10), None, day(12, 31)),
        ("P5", day(4, 1), day(12, 10), day(3, 20), None, day(12, 24)),
    ]
    columns = ["key", "planned_start", "planned_finish", "started", "finished", "expected"]
    frame = pd.DataFrame(rows, columns=columns, index=[9, 4, 7, 1, 3])
    return frame.assign(name=frame["key"] + "号蔬菜基地", label="晚 43 天", hover=frame["key"] + "\n计划\t3月1日")


@pytest.fixture
def said():
    lights = (("red", "超期"),)
    return ChartWords(title="五个项目逾期", plan="计划", actual="实际", forecast="预计", lights=lights)


def spans(figure):
    """Return, for plan, actual, over and expected, each row's first and last day (None: not drawn)."""
    bars = [trace for trace in figure.data if trace.type == "bar"][:4]
    return [
        [
            (pd.Timestamp(base * 1_000_000).date(), pd.Timestamp((base + length) * 1_000_000).date())
            if pd.notna(length)
            else None
            for base, length in zip(trace.base, trace.x, strict=True)
        ]
        for trace in bars
    ]


def test_spans_run_from_their_start_to_their_end(rows, said):
    plan, actual, over, expected = spans(project_gantt(rows, said, LIGHT, today=TODAY))
    assert plan == list(zip(rows["planned_start"], rows["planned_finish"], strict=True))
    assert actual == [(day(3, 11), day(9, 30)), (day(2, 1), day(6, 30)), None, None, (day(3, 20), day(11, 29))]
    assert over == [(day(9, 30), day(11, 29)), (day(6, 30), day(8, 12)), *[(day(8, 31), day(11, 29))] * 2, None]
    assert expected == [(day(11, 29), day(12, 20)), None, None, (day(11, 29), day(12, 31)), (day(12, 10), day(12, 24))]


def test_what_is_over_is_red_and_what_is_expected_only_outlined(rows, said):
    for palette in (LIGHT, DARK):
        plan, actual, over, expected = (trace for trace in project_gantt(rows, said, palette, today=TODAY).data[:4])
        assert over.marker.color == expected.marker.line.color == palette.light("red")
        assert actual.marker.color == palette.accent
        assert expected.marker.color.startswith("rgba")
        assert plan.width > actual.width == over.width


def test_todays_line_goes_through_all_rows_and_is_named(rows, said):
    figure = project_gantt(rows, said, LIGHT, today=TODAY)
    (line,) = figure.layout.shapes
    assert pd.Timestamp(line.x0 * 1_000_000).date() == TODAY.day
    assert (line.y0, line.y1, line.yref) == (0, 1, "paper")
    low, high = figure.layout.xaxis.range
    assert low < line.x0 < high
    assert any("今天" in note.text for note in figure.layout.annotations)


def test_the_label_stands_behind_whatever_is_last(rows, said):
    (labels,) = (trace for trace in project_gantt(rows, said, LIGHT, today=TODAY).data if trace.type == "scatter")
    ends = [pd.Timestamp(x * 1_000_000).date() for x in labels.x]
    assert ends == [day(12, 20), day(8, 12), day(11, 29), day(12, 31), day(12, 24)]


def test_the_key_names_what_has_a_word(rows, said):
    def key(words):
        figure = project_gantt(rows, words, LIGHT, today=TODAY)
        return "".join(note.text for note in figure.layout.annotations if "▬" in note.text)

    assert all(word in key(said) for word in ("计划", "实际", "超期", "预计"))
    assert key(ChartWords(plan="计划")).count("▬") == 1


def test_ticks_stand_above_and_thin_out(rows, said):
    ticks = [(day(month, 1), f"{month}月") for month in range(1, 13)]
    wide, narrow = (
        project_gantt(rows, said, LIGHT, today=TODAY, ticks=ticks, width=width).layout.xaxis for width in (1200, 420)
    )
    assert wide.side == "top"
    assert len(wide.ticktext) == 12 > len(narrow.ticktext)


def test_a_click_carries_the_key_over_the_whole_row(rows, said):
    figure = project_gantt(rows, said, LIGHT, today=TODAY)
    whole = figure.data[-1]
    assert list(whole.customdata) == rows["key"].tolist()
    assert (whole.base, whole.base + whole.x[0]) == pytest.approx(figure.layout.xaxis.range)
    assert whole.hovertext[0].startswith("<b>P1</b>")


@pytest.mark.parametrize(
    ("column", "gone"),
    [
        ("planned_start", {"plan"}),
        ("planned_finish", {"plan", "over"}),
        ("started", {"actual"}),
        ("expected", {"expected"}),
    ],
)
def test_unknown_days_leave_their_span_out(rows, said, column, gone):
    drawn = spans(project_gantt(rows.assign(**{column: None}), said, LIGHT, today=TODAY))
    names = ("plan", "actual", "over", "expected")
    assert {name for name, each in zip(names, drawn, strict=True) if not any(each)} == gone


def test_no_late_projects_are_no_error(rows, said):
    assert project_gantt(rows.iloc[:0], said, LIGHT, today=TODAY).layout.height > 0
