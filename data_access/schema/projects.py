"""Projects with their gates and money, and the problems that inspections found."""

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, Numeric, String, Table, Text

from data_access.schema.base import metadata

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
