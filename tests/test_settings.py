import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import settings as module
from settings import ROOT, Database, Settings, SettingsError, settings


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Settings are read once a process; here, once a test."""
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The config.toml of the test, still empty."""
    path = tmp_path / "config.toml"
    path.touch()
    monkeypatch.setattr(module, "_CONFIG", path)
    return path


def wrong(read: str | bytes, config: Path) -> list[str]:
    """The lines that the start stops with."""
    config.write_bytes(read.encode() if isinstance(read, str) else read)
    with pytest.raises(SettingsError) as stopped:
        settings()
    return str(stopped.value).splitlines()


def test_the_config_that_is_shipped_holds_the_defaults():
    shipped = settings()
    for table in set(Settings.model_fields) - {"theme"}:
        assert getattr(shipped, table) == type(getattr(shipped, table))()


def test_special_groups_are_the_county_s_and_stand_once(config: Path):
    alone = '[[monitoring.groups]]\nid = "alone"\nname = "独居"\nname_en = "Alone"\ntag = "独居"\n'
    config.write_text("[monitoring]\nverify_days = 10\n" + alone)
    given = settings().monitoring
    assert (given.verify_days, given.measure_days, [group.id for group in given.groups]) == (10, 30, ["alone"])
    settings.cache_clear()
    (said,) = wrong(alone * 2, config)
    assert "these stand more than once: alone" in said


def test_an_empty_or_missing_config_gives_the_defaults(config: Path):
    given = settings()
    assert (given.server.host, given.server.port, given.display.language) == ("127.0.0.1", 8501, "zh_CN")
    settings.cache_clear()
    config.unlink()
    assert settings() == given


def test_values_of_the_config_are_taken(config: Path):
    config.write_text('[display]\nregion = "990101"\ncomplete_from = 0.8\n[theme]\nprimaryColor = "teal"\n')
    given = settings()
    assert (given.display.region, given.display.complete_from) == ("990101", 0.8)
    assert given.theme == {"primaryColor": "teal"}


@pytest.mark.parametrize(
    ("read", "line"),
    [
        ("[display]\ncomplet_from = 0.8", "config.toml: display.complet_from: Extra inputs are not permitted"),
        ("[dispaly]\nregion = '99'", "config.toml: dispaly: Extra inputs are not permitted"),
        (
            "[display]\ncomplete_from = 1.5",
            "config.toml: display.complete_from: Input should be less than or equal to 1",
        ),
        ("[display]\nlanguage = 'fr'", "config.toml: display.language: Input should be 'zh_CN' or 'en'"),
        ("[campaign]\npace_days = 1", "config.toml: campaign.pace_days: Input should be greater than or equal to 2"),
        (
            "[[tables]]\nid='t'\nname='表'\naliases={'其他'=['别的']}\nfigures=[{indicator='a', numerator='数'}]",
            "config.toml: tables.0: Value error, aliases of columns that no figure names: 其他",
        ),
        (
            "[funds]\ncurve = [[6, 60], [3, 30]]",
            "config.toml: funds.curve: Value error, months must rise, and percents must not fall",
        ),
        ("[server]\nport = 70000", "config.toml: server.port: Input should be less than or equal to 65535"),
    ],
)
def test_a_typo_in_the_config_stops_with_a_line_that_names_it(config: Path, read: str, line: str):
    assert wrong(read, config) == [line]


PART = "[[assessment.parts]]\nid = 'p'\nname = '部分'\nname_en = 'Part'\n"
ITEM = "[[assessment.items]]\nindicator = 'a'\npart = 'p'\nweight = 1\nzero = 0\nfull = 9\n"


def test_a_county_weighs_its_own_items(config: Path):
    config.write_text(PART + ITEM + "levels.village = {zero = 1, full = 2, weight = 0}\n")
    (item,) = settings().assessment.items
    assert (item.measure, item.levels["village"].weight, item.levels["village"].full) == ("value", 0, 2)


@pytest.mark.parametrize(
    ("read", "line"),
    [
        (PART + ITEM.replace("= 9", "= 0"), "items.0: Value error, full and zero marks cannot be given for the same"),
        (PART + ITEM.replace("'p'", "'q'"), "assessment: Value error, no such part: q"),
        (PART + ITEM + ITEM, "assessment: Value error, these stand more than once: a"),
        (PART + PART + ITEM, "assessment: Value error, these stand more than once: p"),
        (PART + ITEM.replace("weight = 1", "weight = 0"), "items.0.weight: Input should be greater than 0"),
        (PART + ITEM + "meassure = 'plan'\n", "items.0.meassure: Extra inputs are not permitted"),
        (PART + ITEM + "levels.hamlet = {zero = 1, full = 2}\n", "items.0.levels.hamlet.[key]: Input should be"),
        ("[assessment]\nitems = []", "assessment: Value error, there is no item to score by"),
        ("[assessment]\nranked_from = 0", "assessment.ranked_from: Input should be greater than 0"),
        ("[trust]\ncopied_periods = 1", "trust.copied_periods: Input should be greater than or equal to 2"),
        ("[trust]\nmay_exeed = []", "trust.may_exeed: Extra inputs are not permitted"),
    ],
)
def test_a_typo_in_the_assessment_stops_with_a_line_that_names_it(config: Path, read: str, line: str):
    (said,) = wrong(read, config)
    assert line in said


def test_the_parts_are_no_more_than_a_chart_has_colours(config: Path):
    parts = "".join(PART.replace("'p'", f"'p{n}'") for n in range(7))
    (said,) = wrong(parts + ITEM.replace("'p'", "'p1'"), config)
    assert "assessment.parts: " in said


def test_the_shipped_items_and_lights_are_in_the_shipped_dictionary():
    entries = tomllib.loads((ROOT / "data_access" / "indicators.toml").read_text("utf-8"))["indicator"]
    table = Settings.model_fields["assessment"].default
    asked = {item.indicator for item in table.items} | {key for light in table.lights for key in light.indicators}
    assert asked | set(Settings.model_fields["trust"].default.may_exceed) <= {entry["id"] for entry in entries}
    assert sum(item.weight for item in table.items) == 100


def test_each_wrong_value_has_its_line(config: Path):
    assert len(wrong("[server]\nport = 0\n[campaign]\nsilent_days = 0\nsilent = 1", config)) == 3


@pytest.mark.parametrize(
    "read", ["[display\nregion = '99'", "[display]\nregion = 99 01", "[display]\ntitle = '挂图'".encode("gbk")]
)
def test_a_config_that_is_no_toml_stops_with_one_line(config: Path, read: str | bytes):
    (line,) = wrong(read, config)
    assert line.startswith("config.toml: ")
    assert re.search(r"line \d|position \d", line)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("GUATU_PORT", "eighty", "environment: server.port: Input should be a valid integer"),
        ("GUATU_SERVER__PORT", "0", "environment: server.port: Input should be greater than or equal to 1"),
        ("GUATU_SERVER__PROT", "80", "environment: server.prot: Extra inputs are not permitted"),
        ("GUATU_DATABSE_URL", "sqlite://", "environment: GUATU_DATABSE_URL: there is no such setting"),
        ("GUATU_SEVRER__PORT", "80", "environment: GUATU_SEVRER__PORT: there is no such setting"),
    ],
)
def test_a_typo_in_the_environment_stops_with_a_line_that_names_it(
    config: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
):
    monkeypatch.setenv(name, value)
    (said,) = wrong("", config)
    assert said.startswith(line)


def test_the_environment_goes_before_the_config(config: Path, monkeypatch: pytest.MonkeyPatch):
    config.write_text("[server]\nport = 8600\nhost = '0.0.0.0'\n[campaign]\nsilent_days = 3")
    monkeypatch.setenv("GUATU_SERVER__PORT", "8700")
    monkeypatch.setenv("GUATU_CAMPAIGN__SILENT_DAYS", "5")
    given = settings()
    assert (given.server.port, given.server.host, given.campaign.silent_days) == (8700, "0.0.0.0", 5)


def test_short_names_from_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUATU_DATABASE_URL", "postgresql+psycopg://guatu@db/guatu")
    monkeypatch.setenv("GUATU_HOST", "0.0.0.0")
    monkeypatch.setenv("GUATU_PORT", "9000")
    given = settings()
    assert (given.server.host, given.server.port) == ("0.0.0.0", 9000)
    assert given.database.absolute_url == "postgresql+psycopg://guatu@db/guatu"


def test_short_names_leave_no_trace_in_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUATU_PORT", "9000")
    assert settings().server.port == 9000
    settings.cache_clear()
    monkeypatch.delenv("GUATU_PORT")
    assert settings().server.port == 8501


@pytest.mark.parametrize(
    ("url", "absolute"),
    [
        ("sqlite:///data/guatu.sqlite", f"sqlite:///{ROOT}/data/guatu.sqlite"),
        ("sqlite:////srv/guatu.sqlite", "sqlite:////srv/guatu.sqlite"),
        ("postgresql+psycopg://guatu@db/guatu", "postgresql+psycopg://guatu@db/guatu"),
    ],
)
def test_a_relative_sqlite_path_starts_at_the_project(url: str, absolute: str):
    assert Database(url=url).absolute_url == absolute


def test_settings_cannot_be_changed(config: Path):
    with pytest.raises(ValueError, match="frozen"):
        settings().server.port = 80  # type: ignore[misc]


@pytest.mark.parametrize(
    ("curve", "shares"),
    [
        ("[]", {1: 1 / 12, 6: 0.5, 12: 1.0}),
        ("[[3, 30], [6, 60], [9, 80], [11, 92]]", {1: 0.1, 3: 0.3, 4: 0.4, 9: 0.8, 10: 0.86, 11: 0.92, 12: 1.0}),
        ("[[12, 95]]", {6: 0.475, 12: 0.95}),
    ],
)
def test_money_is_due_along_the_countys_curve_or_a_twelfth_a_month(config: Path, curve: str, shares: dict[int, float]):
    config.write_text(f"[funds]\ncurve = {curve}\n")
    due = settings().funds.due_share
    assert {month: due(month) for month in shares} == pytest.approx(shares)
