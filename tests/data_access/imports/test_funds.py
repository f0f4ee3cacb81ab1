"""资金台账 as the finance office writes it: totals up to a day, and what cannot be."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from data_access.schema import fund_flow, observation
from demo.build import DICTIONARY

HEADER: list[Any] = [
    "资金级次",
    "指标文号",
    "下达日期",
    "下达金额(万元)",
    "项目编号",
    "分配金额",
    "拨付日期",
    "累计拨付",
    "累计支付",
    "支付率(%)",
]
FIRST = ["中央", "云财农〔2026〕1号", "2026.1.20", 100, "P1", 60, "2026.3.5", 50, 30, 50]
SECOND = ["省级资金", "云财农[2026]2号", "2026.2.1", 50, "P2", 40, "", "", "", ""]


def rows_of(engine):
    with engine.connect() as connection:
        return connection.execute(select(fund_flow).order_by(*fund_flow.primary_key.columns)).all()


@pytest.fixture
def library(county, take, write):
    rows: list[list[Any]] = [["项目编号", "年度", "项目名称", "乡镇", "村", "计划完工"]]
    rows += [["P1", 2026, "产业路", "石岭镇", "上村", ""], ["P2", 2026, "大棚", "青塘乡", "", ""]]
    assert take(write("library.xlsx", rows)).is_whole
    return county


@pytest.fixture
def hand_in(library, take, write):
    """Hand in a ledger of these rows, up to a day where one is given."""

    def hand_in(*rows: list[Any], as_of: str | None = None, **options: Any):
        dated = [] if as_of is None else [as_of]
        header = HEADER if as_of is None else [*HEADER, "截至日期"]
        return take(write("ledger.xlsx", [header, *([*row, *dated] for row in rows)]), **options)

    return hand_in


def edited(row, **cells):
    names = [name.split("(")[0] for name in HEADER]
    return [cells.get(name, cell) for name, cell in zip(names, row, strict=True)]


def test_a_ledger_without_its_day_is_of_the_newest_day_in_it_and_says_so(library, hand_in):
    report = hand_in(FIRST, SECOND)
    assert report.is_whole
    assert [note.values for note in report.kinds[0].notes] == [{"count": 2, "day": date(2026, 3, 5)}]
    first, second = rows_of(library)
    assert (first.as_of, first.source, first.issued) == (date(2026, 3, 5), "central", 1_000_000)
    assert (first.allocated, first.disbursed, first.paid) == (600_000, 500_000, 300_000)
    assert (second.document, second.source) == ("云财农〔2026〕2号", "provincial")
    assert (second.as_of, second.disbursed, second.paid) == (date(2026, 3, 5), None, None)


def test_a_ledger_says_its_day_and_twice_the_same_changes_nothing(library, hand_in):
    assert hand_in(FIRST, SECOND, as_of="2026-03-31").kinds[0].notes == []
    assert {row.as_of for row in rows_of(library)} == {date(2026, 3, 31)}
    assert hand_in(FIRST, SECOND, as_of="2026-03-31").changed == 0
    assert hand_in(FIRST, edited(SECOND, 累计拨付=10), as_of="2026-03-31").changed == 1


def test_without_any_day_nothing_is_taken(library, take, write, refused):
    report = take(write("l.xlsx", [["资金级次", "指标文号", "项目编号", "分配金额"], ["县级", "甲", "P1", 5]]))
    assert list(refused(report).values()) == [
        "The day that the figures are known of is missing: add 截至日期, 下达日期 or 拨付日期."
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"累计支付": 61}, "More was paid than allocated."),
        ({"累计拨付": 61}, "More was disbursed than allocated."),
        ({"累计支付": 51}, "More was paid than disbursed"),
        ({"项目编号": "P9"}, "No project has this number"),
        ({"资金级次": "企业"}, "This must be one of"),
        ({"下达日期": "2016.1.20"}, "The date is more than {n} years"),
    ],
)
def test_what_cannot_be_is_refused_and_the_rest_is_taken(library, hand_in, refused, cells, reason):
    report = hand_in(edited(FIRST, **cells), SECOND)
    (said,) = refused(report).values()
    assert said.startswith(reason)
    assert [row.project_code for row in rows_of(library)] == ["P2"]


def test_rounding_to_two_decimals_of_wan_yuan_is_no_contradiction(hand_in):
    assert hand_in(edited(FIRST, 分配金额=60, 累计拨付=60.01, 累计支付=60.01)).is_whole


def test_what_is_paid_before_it_is_disbursed_goes_in_once_confirmed(library, hand_in):
    assert hand_in(edited(FIRST, 累计支付=55), confirm=True).is_whole
    assert rows_of(library)[0].paid == 550_000


def test_a_total_that_falls_is_held_until_confirmed(library, hand_in, refused):
    hand_in(FIRST, as_of="2026-03-31")
    fallen = edited(FIRST, 累计支付=20)
    assert set(refused(hand_in(fallen, as_of="2026-04-30"))) == {"I2"}
    earlier = edited(FIRST, 累计支付=45)
    assert set(refused(hand_in(earlier, as_of="2026-02-28"))) == {"I2"}
    assert hand_in(fallen, as_of="2026-04-30", confirm=True).is_whole
    assert [row.paid for row in rows_of(library)] == [300_000, 200_000]


def test_a_blank_total_is_no_fall(library, hand_in):
    hand_in(FIRST, as_of="2026-03-31")
    assert hand_in(edited(FIRST, 累计拨付="/", 累计支付=""), as_of="2026-04-30").is_whole


@pytest.mark.parametrize(("rate", "is_noted"), [("50", False), ("50.5%", False), ("0.5", True), ("83.3", True)])
def test_a_rate_that_does_not_follow_is_noted_and_not_taken(hand_in, rate, is_noted):
    notes = hand_in(edited(FIRST, 支付率=rate), as_of="2026-03-31").kinds[0].notes
    assert [note.values for note in notes] == ([{"count": 1, "codes": "P1"}] if is_noted else [])


def test_more_allocated_than_issued_is_noted_over_all_that_is_known(hand_in):
    assert hand_in(FIRST, as_of="2026-03-31").kinds[0].notes == []
    other = edited(FIRST, 项目编号="P2", 分配金额=45, 累计拨付=0, 累计支付=0, 支付率=0)
    notes = hand_in(other, as_of="2026-04-30").kinds[0].notes
    assert [note.values for note in notes] == [{"count": 1, "documents": "云财农〔2026〕1号"}]


def test_the_ledger_reaches_every_level(county, hand_in, take, write, tmp_path):
    own = county_dictionary(tmp_path)
    take(own)
    hand_in(FIRST, SECOND, as_of="2026-03-31")
    figures = paid_in(county, date(2026, 3, 1))
    assert figures == {
        "990101": (300_000, 1_000_000, 250_000),
        "990101001": (300_000, 600_000, 150_000),
        "990101001001": (300_000, 600_000, 150_000),
        "990101002": (0, 400_000, 100_000),
    }
    # The newest day moves on for all places, not only for the one that is handed in.
    hand_in(edited(FIRST, 累计支付=45), as_of="2026-04-30")
    assert paid_in(county, date(2026, 4, 1))["990101002"] == (0, 400_000, pytest.approx(400_000 * 4 / 12, abs=0.01))
    # A project that moves takes its money along.
    rows = [["项目编号", "年度", "项目名称", "乡镇", "村", "计划完工"], ["P1", 2026, "产业路", "青塘乡", "上村", ""]]
    take(write("moved.xlsx", rows))
    assert paid_in(county, date(2026, 4, 1))["990101002"][:2] == (450_000, 1_000_000)
    assert "990101001" not in paid_in(county, date(2026, 4, 1))


def paid_in(engine, month):
    with engine.connect() as connection:
        own = select(observation).where(observation.c.indicator == "funds.paid", observation.c.period == month)
        return {row.region_code: (row.numerator, row.denominator, row.plan) for row in connection.execute(own)}


def county_dictionary(folder):
    """The shipped dictionary without the entries that the county of these tests has of its own."""
    text = DICTIONARY.read_text("utf-8")
    _, *entries = text.split("[[indicator]]")
    kept = [entry for entry in entries if 'group = "funds"' in entry]
    path = folder / "funds.toml"
    group = '[[group]]\nid = "funds"\nname = "项目资金"\nname_en = "Funds"\n'
    path.write_text(group + "".join("[[indicator]]" + entry for entry in kept), "utf-8")
    return path
