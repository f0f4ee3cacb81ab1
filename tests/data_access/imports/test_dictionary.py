from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from data_access.schema import LEVELS, indicator, indicator_group, indicator_target

from .conftest import DICTIONARY

SHIPPED = Path(__file__).parents[3] / "data_access" / "indicators.toml"


@pytest.fixture
def dictionary(tmp_path: Path):
    def _dictionary(text: str) -> Path:
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _dictionary


def test_the_shipped_dictionary_is_whole(engine, take):
    report = take(SHIPPED)
    assert report.is_whole, report.kinds[0].refusals
    assert report.taken == report.changed > 20
    assert take(SHIPPED).changed == 0


def test_entries_are_stored_in_their_order(county):
    with county.connect() as connection:
        rows = connection.execute(
            select(indicator).where(indicator.c.group_id == "guarantee").order_by(indicator.c.position)
        ).all()
        targets = connection.execute(select(indicator_target)).all()
        groups = connection.execute(select(indicator_group.c.id)).scalars().all()
    assert [row.id for row in rows] == ["guarantee.medical", "stock"]
    assert (rows[0].denominator_name, rows[1].denominator_name, rows[1].amber_points) == ("应参保人数", None, 10)
    assert {row.level for row in targets} == set(LEVELS)
    assert {(row.since, row.target) for row in targets} == {(date(2025, 1, 1), 100.0)}
    assert "guarantee" in groups


def test_a_target_of_its_own_level_goes_before_one_for_all(engine, take, dictionary):
    own = '\n  [[indicator.target]]\n  level = "village"\n  since = 2025-01-01\n  target = 90\n'
    assert take(
        dictionary(DICTIONARY.replace('[[indicator]]\nid = "stock"', own + '\n[[indicator]]\nid = "stock"'))
    ).is_whole
    with engine.connect() as connection:
        targets = {row.level: row.target for row in connection.execute(select(indicator_target))}
    assert targets == {**dict.fromkeys(LEVELS, 100.0), "village": 90.0}


@pytest.mark.parametrize(
    ("old", "new", "cell", "reason"),
    [
        ('unit = "%"', 'unitt = "%"', "indicator[1].unitt", "This key is unknown."),
        ('unit = "%"\n', "", "indicator[1].unit", "This key is missing."),
        ('direction = "up"', 'direction = "left"', "indicator[1].direction", "This must be one of: {choices}."),
        ("factor = 100", 'factor = "100"', "indicator[1].factor", "This is not a number."),
        (
            "since = 2025-01-01",
            'since = "2025"',
            "indicator.target[1].since",
            "A date without quotation marks is needed, such as 2025-01-01.",
        ),
        ('denominator_en = "should be enrolled"\n', "", "indicator[1].denominator_en", "This key is missing."),
        (
            'id = "guarantee.medical"',
            'id = "task.T01"',
            "indicator[1].id",
            "Names that begin with task. or campaign. belong to the campaign's own indicators.",
        ),
        (
            'group = "guarantee"\nname = "基本',
            'group = "none"\nname = "基本',
            "indicator[1].group",
            "No group has this id.",
        ),
    ],
)
def test_an_entry_is_refused_with_its_key_and_the_rest_goes_in(
    engine, take, refused, dictionary, old, new, cell, reason
):
    assert old in DICTIONARY
    report = take(dictionary(DICTIONARY.replace(old, new, 1)))
    assert refused(report)[cell] == reason
    with engine.connect() as connection:
        assert "stock" in connection.execute(select(indicator.c.id)).scalars().all()


def test_a_sample_without_a_denominator_is_refused(take, refused, dictionary):
    report = take(dictionary(DICTIONARY.replace('level = "township"', 'level = "township"\nis_sample = true')))
    assert refused(report) == {"indicator[2].denominator": "A sample needs a denominator: how many were asked."}


def test_an_indicator_twice_is_refused(engine, take, refused, dictionary):
    report = take(dictionary(DICTIONARY.replace('id = "stock"', 'id = "guarantee.medical"')))
    assert "The same entry stands in rows {rows}." in refused(report).values()


def test_level_and_frequency_stay_once_there_are_figures(county, take, write, refused, dictionary):
    take(
        write(
            "a.xlsx",
            [["指标", "乡镇", "村", "时期", "分子", "分母"], ["guarantee.medical", "石岭镇", "上村", "2025-01", 9, 10]],
        )
    )
    report = take(
        dictionary(
            DICTIONARY.replace('frequency = "month"', 'frequency = "year"').replace("decimals = 1", "decimals = 2")
        )
    )
    assert "can no longer be changed" in refused(report)["indicator[1].frequency"]


@pytest.mark.parametrize(
    "text", ["x = ", "other = 5", "group = 5", "[[indicator]]\ntarget = 5", "[[group]]\nid = 'a'\n[extra]"]
)
def test_what_is_no_dictionary_is_refused_as_a_whole(take, dictionary, text):
    report = take(dictionary(text))
    assert len(report.problems) == 1
    assert report.kinds == []
