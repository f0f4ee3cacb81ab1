"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("exam_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "indicator_group",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_group")),
    )
    op.create_table(
        "load",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("file", sa.String(length=500), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("rows_changed", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("loaded_by", sa.String(length=100), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_load")),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("parent_code", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("township_code", sa.String(length=40), nullable=True),
        sa.Column("county_code", sa.String(length=40), nullable=True),
        sa.Column("prefecture_code", sa.String(length=40), nullable=True),
        sa.Column("province_code", sa.String(length=40), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["region.code"], name=op.f("fk_region_parent_code"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_county_code_level"), ["county_code", "level"], unique=False)
        batch_op.create_index(batch_op.f("ix_region_parent_code"), ["parent_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_region_prefecture_code_level"), ["prefecture_code", "level"], unique=False)
        batch_op.create_index(batch_op.f("ix_region_province_code_level"), ["province_code", "level"], unique=False)
        batch_op.create_index(batch_op.f("ix_region_township_code_level"), ["township_code", "level"], unique=False)

    op.create_table(
        "campaign_task",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("unit_en", sa.String(length=20), nullable=False),
        sa.Column("office", sa.String(length=100), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_task_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_task")),
    )
    op.create_table(
        "indicator",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("group_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("numerator_name", sa.String(length=200), nullable=False),
        sa.Column("numerator_name_en", sa.String(length=200), nullable=False),
        sa.Column("numerator_unit", sa.String(length=20), nullable=False),
        sa.Column("numerator_unit_en", sa.String(length=20), nullable=False),
        sa.Column("denominator_name", sa.String(length=200), nullable=True),
        sa.Column("denominator_name_en", sa.String(length=200), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("unit_en", sa.String(length=20), nullable=False),
        sa.Column("factor", sa.Float(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("frequency", sa.String(length=8), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("formula_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_en", sa.Text(), nullable=False),
        sa.Column("amber_points", sa.Float(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["indicator_group.id"], name=op.f("fk_indicator_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_table(
        "region_shape",
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("geometry", sa.Text(), nullable=False),
        sa.Column("west", sa.Float(), nullable=False),
        sa.Column("south", sa.Float(), nullable=False),
        sa.Column("east", sa.Float(), nullable=False),
        sa.Column("north", sa.Float(), nullable=False),
        sa.Column("label_longitude", sa.Float(), nullable=False),
        sa.Column("label_latitude", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_region_shape_region_code")),
        sa.PrimaryKeyConstraint("region_code", name=op.f("pk_region_shape")),
    )
    op.create_table(
        "indicator_target",
        sa.Column("indicator", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.id"], name=op.f("fk_indicator_target_indicator")),
        sa.PrimaryKeyConstraint("indicator", "level", "since", name=op.f("pk_indicator_target")),
    )
    op.create_table(
        "observation",
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("indicator", sa.String(length=80), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("numerator", sa.Float(), nullable=True),
        sa.Column("denominator", sa.Float(), nullable=True),
        sa.Column("plan", sa.Float(), nullable=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["indicator"], ["indicator.id"], name=op.f("fk_observation_indicator")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_observation_region_code")),
        sa.PrimaryKeyConstraint("region_code", "indicator", "period", name=op.f("pk_observation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "task_milestone",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("share", sa.Numeric(precision=6, scale=4, asdecimal=False), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["campaign_task.id"], name=op.f("fk_task_milestone_task_id")),
        sa.PrimaryKeyConstraint("task_id", "due_on", name=op.f("pk_task_milestone")),
    )
    op.create_table(
        "task_report",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("done", sa.Float(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_task_report_region_code")),
        sa.ForeignKeyConstraint(["task_id"], ["campaign_task.id"], name=op.f("fk_task_report_task_id")),
        sa.PrimaryKeyConstraint("task_id", "region_code", "reported_on", name=op.f("pk_task_report")),
    )
    with op.batch_alter_table("task_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_task_report_region_code_reported_on"), ["region_code", "reported_on"], unique=False
        )

    op.create_table(
        "task_target",
        sa.Column("task_id", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=40), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=True),
        sa.Column("office", sa.String(length=100), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_task_target_region_code")),
        sa.ForeignKeyConstraint(["task_id"], ["campaign_task.id"], name=op.f("fk_task_target_task_id")),
        sa.PrimaryKeyConstraint("task_id", "region_code", name=op.f("pk_task_target")),
    )
    with op.batch_alter_table("task_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_target_region_code"), ["region_code"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("task_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_target_region_code"))

    op.drop_table("task_target")
    with op.batch_alter_table("task_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_report_region_code_reported_on"))

    op.drop_table("task_report")
    op.drop_table("task_milestone")
    op.drop_table("observation")
    op.drop_table("indicator_target")
    op.drop_table("region_shape")
    op.drop_table("indicator")
    op.drop_table("campaign_task")
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_township_code_level"))
        batch_op.drop_index(batch_op.f("ix_region_province_code_level"))
        batch_op.drop_index(batch_op.f("ix_region_prefecture_code_level"))
        batch_op.drop_index(batch_op.f("ix_region_parent_code"))
        batch_op.drop_index(batch_op.f("ix_region_county_code_level"))

    op.drop_table("region")
    op.drop_table("load")
    op.drop_table("indicator_group")
    op.drop_table("campaign")
