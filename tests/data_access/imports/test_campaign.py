from datetime import date

from sqlalchemy import select

from data_access.schema import campaign_task, observation, task_milestone, task_report, task_target

REPORTS = [
    "任务编号",
    "重点工作",
    "具体任务",
    "乡镇",
    "村",
    "责任人",
    "目标值",
    "当前完成值",
    "完成时限",
    "更新时间",
    "存在问题",
]


def report_row(village="上村", done=40, on="2025-10-10", target="", problem="", **more):
    row = dict.fromkeys(REPORTS, "") | {
        "任务编号": "T01",
        "乡镇": "石岭镇",
        "村": village,
        "目标值": target,
        "当前完成值": done,
    }
    return list((row | {"更新时间": on, "存在问题": problem} | more).values())


def rows_of(engine, table):
    with engine.connect() as connection:
        return connection.execute(select(table).order_by(*table.primary_key.columns)).all()


def figure(engine, region: str, indicator: str, on: date):
    with engine.connect() as connection:
        key = (observation.c.region_code == region, observation.c.indicator == indicator, observation.c.period == on)
        return connection.execute(select(observation).where(*key)).one()


def test_tasks_belong_to_the_only_campaign_and_keep_their_order(county):
    rows = rows_of(county, campaign_task)
    assert [(row.id, row.campaign_id, row.position, row.unit_en) for row in rows] == [
        ("T01", "C1", 1, "户"),
        ("T02", "C1", 2, "户"),
    ]
    assert rows[1].start_on == date(2025, 9, 28)


def test_with_two_campaigns_a_task_must_name_its_own(county, take, write, refused):
    take(
        write("c.xlsx", [["行动编号", "行动名称", "开始日期", "结束日期"], ["C2", "二期", "2026-02-01", "2026-03-01"]])
    )
    tasks = [["任务编号", "行动编号", "重点工作", "计量单位", "开始时间", "完成时限"]]
    tasks += [
        ["T03", "", "厕所", "个", "2026-02-01", "2026-03-01"],
        ["T04", "C2", "厕所", "个", "2026-02-01", "2026-03-01"],
    ]
    tasks += [
        ["T05", "C9", "厕所", "个", "2026-02-01", "2026-03-01"],
        ["T06", "C2", "厕所", "个", "2026-02-01", "2026-01-01"],
    ]
    report = take(write("t.xlsx", tasks))
    assert (report.taken, set(refused(report))) == (1, {"A2", "B4", "F5"})


def test_milestones_are_shares_that_never_fall(county, take, write, refused):
    rows = [["任务编号", "节点时间", "累计完成比例（%）"], ["T01", "2025-10-31", 45], ["T01", "2025-11-30", "80%"]]
    rows += [["T01", "2025-12-15", 70], ["T02", "2025-10-31", 100], ["T09", "2025-10-31", 10]]
    report = take(write("m.xlsx", rows))
    assert set(refused(report)) == {"C4", "A6"}
    shares = [(row.task_id, row.share) for row in rows_of(county, task_milestone)]
    assert shares == [("T01", 0.45), ("T01", 0.8), ("T02", 1.0)]


def test_reports_reach_the_county_by_way_of_their_sums(county, take, write):
    report = take(write("r.xlsx", [REPORTS, report_row(), report_row("上村", 60, "2025-10-20", problem="缺资金")]))
    assert (report.taken, report.changed) == (2, 2)
    assert [(row.reported_on, row.done, row.problem) for row in rows_of(county, task_report)] == [
        (date(2025, 10, 10), 40, None),
        (date(2025, 10, 20), 60, "缺资金"),
    ]
    village = figure(county, "990101001001", "task.T01", date(2025, 10, 15))
    assert (village.numerator, village.denominator) == (40, 100)
    whole = figure(county, "990101", "task.T01", date(2025, 10, 20))
    assert (whole.numerator, whole.denominator, whole.reports) == (60, 150, 1)


def test_a_report_may_bring_its_target_and_keeps_what_it_does_not_say(county, take, write, refused):
    assert "no target" in refused(take(write("r.xlsx", [REPORTS, report_row("桥头社区")])))["A2"]
    assert take(write("r.xlsx", [REPORTS, report_row("桥头社区", target=80), report_row(target=120)])).taken == 2
    targets = {(row.region_code): (row.target, row.owner) for row in rows_of(county, task_target)}
    assert targets["990101001002"] == (80, None)
    assert targets["990101001001"] == (120, "张三")


def test_a_row_not_filled_in_yet_speaks_of_its_target_only(county, take, write):
    report = take(write("r.xlsx", [REPORTS, report_row(done="", on="", target=90, 责任人="王五")]))
    assert (report.taken, report.changed) == (1, 1)
    assert rows_of(county, task_report) == []
    assert [(row.target, row.owner) for row in rows_of(county, task_target) if row.region_code == "990101001001"] == [
        (90, "王五")
    ]


BAD_ROWS = [
    (report_row(done=-1), "H", "negative"),
    (report_row(done="很多"), "H", "not a number"),
    (report_row(on=""), "J", "day of the report"),
    (report_row(done=""), "H", "done so far"),
    (report_row(on="2025-10"), "J", "full date"),
    (report_row("下村"), "E", "No village"),
    (report_row(village=""), "D", "given for villages"),
    (report_row(任务编号="T09"), "A", "No task"),
    (report_row(乡镇="", 村=""), "E", "region is missing"),
]


def test_a_report_is_refused_with_its_cell(county, take, write, refused):
    reasons = refused(take(write("r.xlsx", [REPORTS, *(row for row, _, _ in BAD_ROWS)])))
    assert list(reasons) == [f"{column}{at}" for at, (_, column, _) in enumerate(BAD_ROWS, 2)]
    for found, (_, _, expected) in zip(reasons.values(), BAD_ROWS, strict=True):
        assert expected in found
    assert rows_of(county, task_report) == []


def test_subtotals_are_passed_over_and_a_problem_may_say_total(county, take, write):
    rows = [
        REPORTS,
        report_row(),
        report_row("小计", 500),
        report_row(乡镇="合 计", 村=""),
        report_row(on="2025-10-11", problem="合计"),
    ]
    rows.append(["", "", "", "石岭镇合计", "", "", "", 500, "", "", ""])
    report = take(write("r.xlsx", rows))
    assert (report.read, report.taken, report.kinds[0].subtotals) == (2, 2, 3)


def test_a_changed_campaign_is_reckoned_anew(county, take, write):
    take(write("r.xlsx", [REPORTS, report_row()]))
    take(
        write(
            "c.xlsx",
            [["行动编号", "行动名称", "开始日期", "结束日期"], ["C1", "大干100天", "2025-09-28", "2026-01-10"]],
        )
    )
    assert figure(county, "990101001001", "task.T01", date(2026, 1, 10)).denominator == 100
