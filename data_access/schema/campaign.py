"""The campaign: its key tasks, who answers for them in which village, and what was reported."""

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, Numeric, String, Table, Text

from data_access.schema.base import metadata

campaign = Table(
    "campaign",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("start_on", Date, nullable=False),
    Column("end_on", Date, nullable=False),
    Column("exam_on", Date),
)

campaign_task = Table(
    "campaign_task",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("campaign_id", String(40), ForeignKey("campaign.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("unit_en", String(20), nullable=False),
    Column("office", String(100)),
    Column("start_on", Date, nullable=False),
    Column("deadline", Date, nullable=False),
    Column("position", Integer, nullable=False),
)

task_milestone = Table(
    "task_milestone",
    metadata,
    Column("task_id", String(40), ForeignKey("campaign_task.id"), primary_key=True),
    Column("due_on", Date, primary_key=True),
    # The part of the target, from 0 to 1, that must be done by the end of that day.
    Column("share", Numeric(6, 4, asdecimal=False), nullable=False),
)

task_target = Table(
    "task_target",
    metadata,
    Column("task_id", String(40), ForeignKey("campaign_task.id"), primary_key=True),
    Column("region_code", String(40), ForeignKey("region.code"), primary_key=True),
    Column("target", Float, nullable=False),
    # The official who answers for it, and his office; never a member of a household.
    Column("owner", String(100)),
    Column("office", String(100)),
    Column("deadline", Date),
    Index(None, "region_code"),
)

task_report = Table(
    "task_report",
    metadata,
    Column("task_id", String(40), ForeignKey("campaign_task.id"), primary_key=True),
    Column("region_code", String(40), ForeignKey("region.code"), primary_key=True),
    Column("reported_on", Date, primary_key=True),
    Column("done", Float, nullable=False),
    Column("problem", Text),
    Index(None, "region_code", "reported_on"),
)
