from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, func, insert, inspect, select, text

from data_access.database import SchemaError, check_schema, migrate, open_engine, writing
from data_access.schema import indicator_group, metadata

GROUP = {"id": "group", "name": "组", "name_en": "Group", "position": 0}


def test_migrations_come_to_the_tables_of_the_schema(engine: Engine):
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


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
