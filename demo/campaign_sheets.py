"""How the campaign's office writes down tasks, schedules and targets, and the townships what is done each week."""

import pandas as pd

from demo.campaign import REPORTED_DAYS, Campaign
from demo.places import TOWNSHIPS
from demo.tasks import CAMPAIGN_ID, END, EXAM, START, TASKS, on_day
from demo.workbooks import DAYS, Sheet, full_width, plain, written_village

DAYS_A_WEEK = 7
WEEKS = REPORTED_DAYS // DAYS_A_WEEK
_TITLE = "云岭县“大干100天”"
_OFFICE = "填报单位：云岭县攻坚办"
#: The township whose input method is left at full width.
_FULL_WIDTH_TOWNSHIP = "古楼乡"
_dotted = DAYS[0]


def campaign_sheets(campaign: Campaign) -> list[Sheet]:
    """Return the sheets that set it up: the campaign, its tasks, their backward schedules, the villages' targets."""
    itself = pd.DataFrame(
        {
            "行动编号": [CAMPAIGN_ID],
            "行动名称": ["大干100天"],
            "英文名称": ["100-day campaign"],
            "开始日期": [_dotted(START)],
            "结束日期": [_dotted(END)],
            "考核日期": [_dotted(EXAM)],
        }
    )
    tasks = pd.DataFrame(
        {
            "任务编号": task.id,
            "行动编号": CAMPAIGN_ID,
            "重点工作": task.name,
            "英文名称": task.name_en,
            "计量单位": task.unit,
            "英文单位": task.unit_en,
            "牵头单位": task.office,
            "开始时间": _dotted(START),
            "完成时限": _dotted(task.deadline),
        }
        for task in TASKS
    )
    schedule = pd.DataFrame(
        {"任务编号": task.id, "节点时间": _dotted(on_day(day)), "累计完成比例(%)": percent}
        for task in TASKS
        for day, percent in task.milestones
    )
    given = campaign.targets
    targets = pd.DataFrame(
        {
            "任务编号": given["task"],
            "乡镇": given["township"],
            "村": given["name"],
            "目标值": given["target"],
            "责任人": given["owner"],
            "责任单位": given["office"],
            "完成时限": given["deadline"].map(_dotted),
        }
    )
    return [
        Sheet("专项行动", "云岭县专项行动", _OFFICE, itself),
        Sheet("重点任务", f"{_TITLE}重点任务清单", _OFFICE, tasks),
        Sheet("倒排工期", f"{_TITLE}倒排工期表", _OFFICE, schedule),
        Sheet("任务分解", f"{_TITLE}任务分解表", _OFFICE, targets),
    ]


def week_sheet(campaign: Campaign, week: int) -> Sheet:
    """Return the reports of one week; each township writes in its own way, and everything is text."""
    last = week * DAYS_A_WEEK
    reports = campaign.reports[campaign.reports["day"].between(last - DAYS_A_WEEK + 1, last)]
    tasks = {task.id: task for task in TASKS}
    parts = []
    for clerk, place in enumerate(TOWNSHIPS):
        written = DAYS[clerk % len(DAYS)]
        digits = full_width if place.name == _FULL_WIDTH_TOWNSHIP else str
        here = reports[reports["township"] == place.name]
        of = here["task"].map(tasks)
        parts.append(
            pd.DataFrame(
                {
                    "任务编号": here["task"],
                    "重点工作": [task.name for task in of],
                    "具体任务": [task.detail for task in of],
                    "乡镇": here["township"],
                    "村": [written_village(name, clerk) for name in here["name"]],
                    "牵头单位": here["office"],
                    "责任人": here["owner"],
                    "计量单位": [task.unit for task in of],
                    "目标值": [digits(plain(target)) for target in here["target"]],
                    "当前完成值": [digits(plain(d, t.decimals)) for d, t in zip(here["done"], of, strict=True)],
                    "开始时间": written(START),
                    "完成时限": here["deadline"].map(written),
                    "更新时间": [digits(written(on_day(day))) for day in here["day"]],
                    "存在问题": here["problem"],
                }
            )
        )
    return Sheet(
        name="百日任务",
        title=f"{_TITLE}重点任务进展情况（第{week}周）",
        filled_by=f"填报单位：各乡镇人民政府    汇总单位：云岭县攻坚办    填报日期：{_dotted(on_day(last))}",
        table=pd.concat(parts),
        total=("合计", f"共{len(reports)}条"),
    )
