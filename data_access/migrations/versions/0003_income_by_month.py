"""Household income by month first: one more month goes to the end of the table, not between all of its rows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AMOUNTS = ("wage", "business", "business_cost", "property", "transfer")


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint("pk_household_income", "household_income", type_="primary")
        op.create_primary_key("pk_household_income", "household_income", ["month", "household_code"])
        return
    # In SQLite the table is its key's index, and is laid out anew.
    op.rename_table("household_income", "household_income_before")
    op.create_table(
        "household_income",
        sa.Column("household_code", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Numeric(precision=14, scale=2, asdecimal=False), nullable=False) for name in _AMOUNTS),
        sa.Column("members_now", sa.Integer(), nullable=False),
        sa.Column("members_year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "household_code", name=op.f("pk_household_income")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO household_income SELECT * FROM household_income_before ORDER BY month, household_code")
    op.drop_table("household_income_before")
