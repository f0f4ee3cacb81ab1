"""Households, their income and guarantees, and the bands that income falls into."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _yuan(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Numeric(precision=14, scale=2, asdecimal=False), nullable=False)


def _household(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("household_code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["household_code"], ["household.code"], name=op.f(f"fk_{table}_household_code")),
    ]


def upgrade() -> None:
    op.create_table(
        "household",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("monitored_kind", sa.String(length=40), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_household_region_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_household")),
    )
    op.create_index(op.f("ix_household_region_code"), "household", ["region_code"], unique=False)
    op.create_table(
        "household_identity",
        *_household("household_identity"),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("id_number", sa.String(length=40), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("household_code", name=op.f("pk_household_identity")),
    )
    op.create_table(
        "household_income",
        sa.Column("household_code", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        *map(_yuan, ("wage", "business", "business_cost", "property", "transfer")),
        sa.Column("members_now", sa.Integer(), nullable=False),
        sa.Column("members_year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("household_code", "month", name=op.f("pk_household_income")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "income_line",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        _yuan("amount"),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_income_line")),
    )
    op.create_table(
        "income_band",
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("band_floor", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_income_band_region_code")),
        sa.PrimaryKeyConstraint("region_code", "period", "band_floor", name=op.f("pk_income_band")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "guarantee_base",
        *_household("guarantee_base"),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("household_code", "item", name=op.f("pk_guarantee_base")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "guarantee_gap",
        *_household("guarantee_gap"),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("measure", sa.Text(), nullable=True),
        sa.Column("owner", sa.String(length=100), nullable=True),
        sa.Column("office", sa.String(length=100), nullable=True),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("household_code", "item", "found_on", name=op.f("pk_guarantee_gap")),
    )
    op.create_table(
        "household_review",
        *_household("household_review"),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("household_code", "month", name=op.f("pk_household_review")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_household_review_month"), "household_review", ["month"], unique=False)


def downgrade() -> None:
    for table in (
        "household_review",
        "guarantee_gap",
        "guarantee_base",
        "income_band",
        "income_line",
        "household_income",
        "household_identity",
        "household",
    ):
        op.drop_table(table)
