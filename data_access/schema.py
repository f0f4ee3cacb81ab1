"""The shared database's tables. `docs/data.md` describes every column for those who fill it or put a view in its place.

Codes are opaque text; money is yuan; every table has its natural key. Only `household_identity` names a person of a
household, so that a database role can be refused it.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    false,
    func,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: From the widest to the narrowest; a parent is always of a wider level, but levels may be missing.
LEVELS = ("province", "prefecture", "county", "township", "village")
#: In place of an indicator's level: it is reckoned from a ledger, whose entries may belong to a region of any level.
ANY_LEVEL = "any"
#: The levels at which such an indicator is reckoned from the entries (rollups/entries.py); above, it is summed.
RECKONED = ("county", "township", "village")

load = Table(
    "load",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("file", String(500), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("rows_changed", Integer, nullable=False),
    Column("rows_refused", Integer, nullable=False),
    Column("loaded_by", String(100), nullable=False),
    Column("loaded_at", DateTime, nullable=False, server_default=func.current_timestamp()),
)

region = Table(
    "region",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("scheme", String(40), nullable=False),
    Column("parent_code", String(40), ForeignKey("region.code", deferrable=True, initially="DEFERRED")),
    Column("level", String(12), nullable=False),
    Column("name", String(200), nullable=False),
    Column("name_en", String(200)),
    # Ancestors spelled out, the region itself included at its own level; derived from parent_code at load.
    Column("township_code", String(40)),
    Column("county_code", String(40)),
    Column("prefecture_code", String(40)),
    Column("province_code", String(40)),
    Column("households", Integer),
    Column("persons", Integer),
    Column("tags", Text),
    Column("longitude", Float),
    Column("latitude", Float),
    Column("position", Integer, nullable=False),
    Index(None, "parent_code"),
    Index(None, "township_code", "level"),
    Index(None, "county_code", "level"),
    Index(None, "prefecture_code", "level"),
    Index(None, "province_code", "level"),
)

region_shape = Table(
    "region_shape",
    metadata,
    Column("region_code", String(40), ForeignKey("region.code"), primary_key=True),
    # A GeoJSON Polygon or MultiPolygon, WGS-84, simplified for the screen with shared borders kept.
    Column("geometry", Text, nullable=False),
    Column("west", Float, nullable=False),
    Column("south", Float, nullable=False),
    Column("east", Float, nullable=False),
    Column("north", Float, nullable=False),
    # A point inside the shape where its name is written.
    Column("label_longitude", Float, nullable=False),
    Column("label_latitude", Float, nullable=False),
)

indicator_group = Table(
    "indicator_group",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("name_en", String(100), nullable=False),
    Column("position", Integer, nullable=False),
)

indicator = Table(
    "indicator",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("group_id", String(40), ForeignKey("indicator_group.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("numerator_name", String(200), nullable=False),
    Column("numerator_name_en", String(200), nullable=False),
    # What the numerator counts (人, 户, 元), so that a shortfall can be told in it.
    Column("numerator_unit", String(20), nullable=False),
    Column("numerator_unit_en", String(20), nullable=False),
    # Null for a plain count: its value is numerator x factor, and its children add up.
    Column("denominator_name", String(200)),
    Column("denominator_name_en", String(200)),
    Column("unit", String(20), nullable=False),
    Column("unit_en", String(20), nullable=False),
    Column("factor", Float, nullable=False),
    Column("decimals", Integer, nullable=False),
    Column("direction", String(4), nullable=False),
    Column("frequency", String(8), nullable=False),
    # The level that hands it in, or "any".
    Column("level", String(12), nullable=False),
    # Whether the denominator is a sample of all there are, so that the value has an interval.
    Column("is_sample", Boolean, nullable=False, server_default=false()),
    Column("formula", Text, nullable=False),
    Column("formula_en", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_en", Text, nullable=False),
    # How far behind plan or target, in points, amber still reaches; beyond it is red.
    Column("amber_points", Float, nullable=False),
    Column("position", Integer, nullable=False),
)

indicator_target = Table(
    "indicator_target",
    metadata,
    Column("indicator", String(80), ForeignKey("indicator.id"), primary_key=True),
    Column("level", String(12), primary_key=True),
    Column("since", Date, primary_key=True),
    Column("target", Float, nullable=False),
)

observation = Table(
    "observation",
    metadata,
    Column("region_code", String(40), ForeignKey("region.code"), primary_key=True),
    Column("indicator", String(80), ForeignKey("indicator.id"), primary_key=True),
    # First day of the month, quarter or year; the day itself for daily indicators.
    Column("period", Date, primary_key=True),
    # Null: planned for, not reported.
    Column("numerator", Float),
    Column("denominator", Float),
    Column("plan", Float),
    # How many regions at the indicator's own level have reported what is in this row.
    Column("reports", Integer, nullable=False),
    sqlite_with_rowid=False,
)

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

household = Table(
    "household",
    metadata,
    Column("code", String(40), primary_key=True),
    # The village it belongs to now; its past figures go with it.
    Column("region_code", String(40), ForeignKey("region.code"), nullable=False),
    # As the register says: 一般农户, 脱贫户, 监测对象 …; words that change with policy are data.
    Column("kind", String(40)),
    # 脱贫不稳定户, 边缘易致贫户, 突发严重困难户; null where the household is not under monitoring.
    Column("monitored_kind", String(40)),
    Column("persons", Integer),
    Column("tags", Text),
    Index(None, "region_code"),
)

household_identity = Table(
    "household_identity",
    metadata,
    Column("household_code", String(40), ForeignKey("household.code"), primary_key=True),
    # The head of the household. None of the three is ever shown unmasked (masking.py), logged, or frozen.
    Column("name", String(100)),
    Column("id_number", String(40)),
    Column("phone", String(40)),
)

household_income = Table(
    "household_income",
    metadata,
    # No foreign key: the importer knows all households, and six million look-ups would double the time of a load.
    Column("household_code", String(40), primary_key=True),
    # First day of the month.
    Column("month", Date, primary_key=True),
    # Yuan of the whole household in that month: income by source, gross, and what business cost it.
    Column("wage", Numeric(14, 2, asdecimal=False), nullable=False),
    Column("business", Numeric(14, 2, asdecimal=False), nullable=False),
    Column("business_cost", Numeric(14, 2, asdecimal=False), nullable=False),
    Column("property", Numeric(14, 2, asdecimal=False), nullable=False),
    Column("transfer", Numeric(14, 2, asdecimal=False), nullable=False),
    # 当前家庭人口数 and 年度家庭人口数; where an office knows only one of them, it stands in both.
    Column("members_now", Integer, nullable=False),
    Column("members_year", Integer, nullable=False),
    sqlite_with_rowid=False,
)

income_line = Table(
    "income_line",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    # 防返贫监测范围, yuan per person and year. There is no default: without a row nobody is classified.
    Column("amount", Numeric(14, 2, asdecimal=False), nullable=False),
)

income_band = Table(
    "income_band",
    metadata,
    Column("region_code", String(40), ForeignKey("region.code"), primary_key=True),
    # First day of the month with which the trailing twelve months end.
    Column("period", Date, primary_key=True),
    # Yuan per person, a multiple of 500, below zero too: households from here to under 500 more. None without any.
    Column("band_floor", Integer, primary_key=True, autoincrement=False),
    Column("households", Integer, nullable=False),
    Column("persons", Integer, nullable=False),
    sqlite_with_rowid=False,
)

guarantee_base = Table(
    "guarantee_base",
    metadata,
    Column("household_code", String(40), ForeignKey("household.code"), primary_key=True),
    # An id of config.toml's [guarantees] items: education, medical, housing, water.
    Column("item", String(40), primary_key=True),
    # To how many of the household the item applies: for education, its children of 6 to 16.
    Column("persons", Integer, nullable=False),
    sqlite_with_rowid=False,
)

guarantee_gap = Table(
    "guarantee_gap",
    metadata,
    Column("household_code", String(40), ForeignKey("household.code"), primary_key=True),
    Column("item", String(40), primary_key=True),
    Column("found_on", Date, primary_key=True),
    # How many of the household lack the guarantee.
    Column("persons", Integer, nullable=False),
    Column("problem", Text),
    Column("measure", Text),
    # The official who answers for it, and his office; never a member of the household.
    Column("owner", String(100)),
    Column("office", String(100)),
    # Null: still open.
    Column("cleared_on", Date),
)

household_review = Table(
    "household_review",
    metadata,
    Column("household_code", String(40), ForeignKey("household.code"), primary_key=True),
    # First day of the month that the review is of; it may have been held some days later.
    Column("month", Date, primary_key=True),
    Column("reviewed_on", Date),
    Index(None, "month"),
    sqlite_with_rowid=False,
)

monitoring_case = Table(
    "monitoring_case",
    metadata,
    Column("household_code", String(40), ForeignKey("household.code"), primary_key=True),
    # The day of the alert; where an office does not keep it, of the inclusion. A household may have several cases.
    Column("opened_on", Date, primary_key=True),
    # 脱贫不稳定户, 边缘易致贫户, 突发严重困难户; words that change with policy are data.
    Column("kind", String(40)),
    Column("persons", Integer),
    Column("alert_on", Date),
    Column("verified_on", Date),
    # Null: not under monitoring (yet).
    Column("included_on", Date),
    # The clue was looked into and no risk was found.
    Column("dismissed_on", Date),
    Column("cleared_on", Date),
    # 帮扶消除 or 自然消除, as the register says.
    Column("clearing", String(40)),
    # The official who answers for it, and his office; never a member of the household.
    Column("owner", String(100)),
    Column("office", String(100)),
)

case_risk = Table(
    "case_risk",
    metadata,
    Column("household_code", String(40), primary_key=True),
    Column("opened_on", Date, primary_key=True),
    Column("risk", String(60), primary_key=True),
    ForeignKeyConstraint(
        ["household_code", "opened_on"], ["monitoring_case.household_code", "monitoring_case.opened_on"]
    ),
)

case_measure = Table(
    "case_measure",
    metadata,
    Column("household_code", String(40), primary_key=True),
    Column("opened_on", Date, primary_key=True),
    # The risk that it answers; empty where the office does not say.
    Column("risk", String(60), primary_key=True),
    Column("measure", String(200), primary_key=True),
    Column("started_on", Date),
    ForeignKeyConstraint(
        ["household_code", "opened_on"], ["monitoring_case.household_code", "monitoring_case.opened_on"]
    ),
)

project = Table(
    "project",
    metadata,
    Column("code", String(60), primary_key=True),
    # The budget year; one after the cut-off's is reserve.
    Column("year", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    # 产业发展, 乡村建设 …: words that change with policy are data.
    Column("kind", String(60)),
    # Where it is built: a village, a township, or the county.
    Column("region_code", String(40), ForeignKey("region.code"), nullable=False),
    Column("office", String(100)),
    Column("builder", String(100)),
    # Yuan: the estimated total, and what each level of government is to give of it.
    Column("investment", Numeric(16, 2, asdecimal=False)),
    Column("central_funds", Numeric(16, 2, asdecimal=False)),
    Column("provincial_funds", Numeric(16, 2, asdecimal=False)),
    Column("prefecture_funds", Numeric(16, 2, asdecimal=False)),
    Column("county_funds", Numeric(16, 2, asdecimal=False)),
    Column("planned_start", Date),
    Column("planned_finish", Date),
    # 受益户数, by which mode (联农带农机制: orders, land, wages, shares), and the yuan that reached them.
    Column("households", Integer),
    Column("benefit_mode", String(100)),
    Column("benefit", Numeric(16, 2, asdecimal=False)),
    Column("longitude", Float),
    Column("latitude", Float),
    Index(None, "region_code"),
)

project_stage = Table(
    "project_stage",
    metadata,
    Column("project_code", String(60), ForeignKey("project.code"), primary_key=True),
    # listed, approved, tendered, started, finished, accepted, settled, handed_over
    Column("stage", String(20), primary_key=True),
    Column("due_on", Date),
    Column("reached_on", Date),
    # What of the file of this gate is not there; null: nothing is missing.
    Column("missing_papers", Text),
)

project_progress = Table(
    "project_progress",
    metadata,
    Column("project_code", String(60), ForeignKey("project.code"), primary_key=True),
    Column("reported_on", Date, primary_key=True),
    # 形象进度, from 0 to 1.
    Column("physical", Numeric(6, 4, asdecimal=False), nullable=False),
)

fund_flow = Table(
    "fund_flow",
    metadata,
    # 指标文号: the document by which the money was allocated.
    Column("document", String(100), primary_key=True),
    Column("project_code", String(60), ForeignKey("project.code"), primary_key=True),
    # The day that the amounts, all of them totals since the beginning, are known of.
    Column("as_of", Date, primary_key=True),
    # Who gives it: central, provincial, prefecture, county.
    Column("source", String(20), nullable=False),
    Column("issued_on", Date),
    # Yuan: of the whole document, and of it to this project; then sent to the project's office, then paid by it.
    Column("issued", Numeric(16, 2, asdecimal=False)),
    Column("allocated", Numeric(16, 2, asdecimal=False), nullable=False),
    Column("disbursed_on", Date),
    Column("disbursed", Numeric(16, 2, asdecimal=False)),
    Column("paid", Numeric(16, 2, asdecimal=False)),
    Index(None, "project_code"),
)

rectification = Table(
    "rectification",
    metadata,
    # 问题来源: the inspection that found it; numbers are its own.
    Column("source", String(100), primary_key=True),
    Column("number", String(40), primary_key=True),
    Column("found_on", Date, nullable=False),
    Column("category", String(60)),
    Column("description", Text, nullable=False),
    # Where it is: a village, a township, or the county.
    Column("region_code", String(40), ForeignKey("region.code"), nullable=False),
    Column("measure", Text),
    Column("office", String(100)),
    Column("owner", String(100)),
    Column("deadline", Date),
    Column("progress", Text),
    Column("fixed_on", Date),
    # 销号: the fix was verified and the problem struck off.
    Column("verified_on", Date),
    # 回头看, and whether the problem was back then.
    Column("rechecked_on", Date),
    Column("relapsed_on", Date),
    # 印证资料 that are held; null: none.
    Column("evidence", Text),
    Index(None, "region_code"),
)
