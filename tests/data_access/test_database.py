from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, func, insert, inspect, select, text

from data_access.database import SchemaError, _alembic_config, check_schema, migrate, open_engine, writing
from data_access.schema import household_income, indicator_group, metadata

GROUP = {"id": "group", "name": "组", "name_en": "Group", "position": 0}


def test_migrations_come_to_the_tables_of_the_schema(engine: Engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrations_come_to_the_keys_of_the_schema_in_their_order(engine: Engine):
    keys = {name: inspect(engine).get_pk_constraint(name)["constrained_columns"] for name in metadata.tables}
    assert keys == {name: list(table.primary_key.columns.keys()) for name, table in metadata.tables.items()}


def test_income_keeps_its_rows_when_its_key_is_turned_round(engine: Engine):
    amounts = {"business": 2.5, "business_cost": 3, "property": 4, "transfer": 5, "members_now": 6, "members_year": 7}
    keys = [("b", date(2025, 1, 1)), ("a", date(2025, 1, 1)), ("a", date(2024, 12, 1))]
    rows = [{"household_code": home, "month": month, "wage": n, **amounts} for n, (home, month) in enumerate(keys)]
    with writing(engine) as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        config = _alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(insert(household_income), rows)
    assert inspect(engine).get_pk_constraint("household_income")["constrained_columns"] == ["household_code", "month"]
    migrate(engine)
    assert inspect(engine).get_pk_constraint("household_income")["constrained_columns"] == ["month", "household_code"]
    with engine.connect() as connection:
        held = connection.execute(select(household_income).order_by(household_income.c.wage)).mappings()
        assert [dict(row) for row in held] == rows


def test_migrating_twice_changes_nothing(engine: Engine):
    with writing(engine) as connection:
        connection.execute(insert(indicator_group).values(GROUP))
    migrate(engine)
    check_schema(engine)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(indicator_group)).scalar_one() == 1


def test_tables_of_another_revision_are_told_apart(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path}/new/guatu.sqlite")
    with pytest.raises(SchemaError, match="revision none"):
        check_schema(engine)
    migrate(engine)
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="revision 9999"):
        check_schema(engine)
    engine.dispose()


def test_a_load_that_fails_leaves_nothing_behind(engine: Engine):
    def load() -> None:
        with writing(engine) as connection:
            connection.execute(insert(indicator_group).values(GROUP))
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        load()
    with engine.connect() as connection:
        assert connection.execute(select(indicator_group)).all() == []


def test_a_reader_sees_the_last_load_while_the_next_one_runs(engine: Engine):
    with writing(engine) as writer:
        writer.execute(insert(indicator_group).values(GROUP))
        with engine.connect() as reader:
            assert reader.execute(select(indicator_group)).all() == []


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_sqlite_is_set_up_to_lose_nothing(engine: Engine):
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_new_database_s_folder_is_made_and_its_tables_are_not(tmp_path: Path):
    engine = open_engine(f"sqlite:///{tmp_path}/data/deep/guatu.sqlite")
    assert inspect(engine).get_table_names() == []
    assert (tmp_path / "data" / "deep" / "guatu.sqlite").exists()
    engine.dispose()
