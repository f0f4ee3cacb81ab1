"""Households: their income and guarantees, the months they were reviewed, the cases under monitoring."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from data_access.schema.base import metadata

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
    Column("household_code", String(40)),
    # First day of the month.
    Column("month", Date),
    # Yuan of the whole household in that month: income by source, gross, and what business cost it.
    Column("wage", Numeric(14, 2, asdecimal=False), nullable=False),
    Column("business", Numeric(14, 2, asdecimal=False), nullable=False),
    Column("business_cost", Numeric(14, 2, asdecimal=False), nullable=False),
    Column("property", Numeric(14, 2, asdecimal=False), nullable=False),
    Column("transfer", Numeric(14, 2, asdecimal=False), nullable=False),
    # 当前家庭人口数 and 年度家庭人口数; where an office knows only one of them, it stands in both.
    Column("members_now", Integer, nullable=False),
    Column("members_year", Integer, nullable=False),
    # The table is laid out by its key: one more month of all households goes to its end.
    PrimaryKeyConstraint("month", "household_code"),
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
