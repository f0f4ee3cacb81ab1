"""Regions, the dictionary, the observations that every page reads, and the loads that brought them."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    func,
)

from data_access.schema.base import metadata

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
