"""The ledgers: monitoring cases, projects with their funds, problems; and indicators whose denominator is a sample."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=True),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("office", sa.String(length=100), nullable=True),
        sa.Column("builder", sa.String(length=100), nullable=True),
        sa.Column("investment", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=True),
        sa.Column("central_funds", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=True),
        sa.Column("provincial_funds", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=True),
        sa.Column("prefecture_funds", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=True),
        sa.Column("county_funds", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=True),
        sa.Column("planned_start", sa.Date(), nullable=True),
        sa.Column("planned_finish", sa.Date(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("benefit_mode", sa.String(length=100), nullable=True),
        sa.Column("benefit", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_project_region_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_project")),
    )
    op.create_index(op.f("ix_project_region_code"), "project", ["region_code"], unique=False)
    op.create_table(
        "rectification",
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("measure", sa.Text(), nullable=True),
        sa.Column("office", sa.String(length=100), nullable=True),
        sa.Column("owner", sa.String(length=100), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("fixed_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("rechecked_on", sa.Date(), nullable=True),
        sa.Column("relapsed_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_rectification_region_code")),
        sa.PrimaryKeyConstraint("source", "number", name=op.f("pk_rectification")),
    )
    op.create_index(op.f("ix_rectification_region_code"), "rectification", ["region_code"], unique=False)
    op.create_table(
        "fund_flow",
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("project_code", sa.String(length=60), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=True),
        sa.Column("allocated", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=False),
        sa.Column("disbursed_on", sa.Date(), nullable=True),
        sa.Column("disbursed", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=True),
        sa.Column("paid", sa.Numeric(precision=16, scale=2, asdecimal=False), nullable=True),
        sa.ForeignKeyConstraint(["project_code"], ["project.code"], name=op.f("fk_fund_flow_project_code")),
        sa.PrimaryKeyConstraint("document", "project_code", "as_of", name=op.f("pk_fund_flow")),
    )
    op.create_index(op.f("ix_fund_flow_project_code"), "fund_flow", ["project_code"], unique=False)
    op.create_table(
        "monitoring_case",
        sa.Column("household_code", sa.String(length=40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("alert_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("included_on", sa.Date(), nullable=True),
        sa.Column("dismissed_on", sa.Date(), nullable=True),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.Column("clearing", sa.String(length=40), nullable=True),
        sa.Column("owner", sa.String(length=100), nullable=True),
        sa.Column("office", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["household_code"], ["household.code"], name=op.f("fk_monitoring_case_household_code")),
        sa.PrimaryKeyConstraint("household_code", "opened_on", name=op.f("pk_monitoring_case")),
    )
    op.create_table(
        "project_progress",
        sa.Column("project_code", sa.String(length=60), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("physical", sa.Numeric(precision=6, scale=4, asdecimal=False), nullable=False),
        sa.ForeignKeyConstraint(["project_code"], ["project.code"], name=op.f("fk_project_progress_project_code")),
        sa.PrimaryKeyConstraint("project_code", "reported_on", name=op.f("pk_project_progress")),
    )
    op.create_table(
        "project_stage",
        sa.Column("project_code", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("missing_papers", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["project_code"], ["project.code"], name=op.f("fk_project_stage_project_code")),
        sa.PrimaryKeyConstraint("project_code", "stage", name=op.f("pk_project_stage")),
    )
    op.create_table(
        "case_measure",
        sa.Column("household_code", sa.String(length=40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("risk", sa.String(length=60), nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_code", "opened_on"],
            ["monitoring_case.household_code", "monitoring_case.opened_on"],
            name=op.f("fk_case_measure_household_code_opened_on"),
        ),
        sa.PrimaryKeyConstraint("household_code", "opened_on", "risk", "measure", name=op.f("pk_case_measure")),
    )
    op.create_table(
        "case_risk",
        sa.Column("household_code", sa.String(length=40), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("risk", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_code", "opened_on"],
            ["monitoring_case.household_code", "monitoring_case.opened_on"],
            name=op.f("fk_case_risk_household_code_opened_on"),
        ),
        sa.PrimaryKeyConstraint("household_code", "opened_on", "risk", name=op.f("pk_case_risk")),
    )
    op.add_column("indicator", sa.Column("is_sample", sa.Boolean(), nullable=False, server_default=sa.false()))
