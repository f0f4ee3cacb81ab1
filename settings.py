"""What a county sets: config.toml with the environment over it, as typed, frozen values.

A value from the environment is named GUATU_<TABLE>__<KEY>; GUATU_DATABASE_URL, GUATU_HOST and GUATU_PORT are short for
the three that installations set most.
"""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

ROOT = Path(__file__).parent
_CONFIG = ROOT / "config.toml"
_PREFIX = "GUATU_"
_SHORT = {"DATABASE_URL": ("database", "url"), "HOST": ("server", "host"), "PORT": ("server", "port")}


class SettingsError(ValueError):
    """config.toml or the environment holds a value that cannot be used; the text says which and why."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(_Table):
    """Where the dashboard listens."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8501


class Database(_Table):
    """Where the figures are; a relative SQLite path starts at the project's folder."""

    url: str = "sqlite:///data/guatu.sqlite"

    @property
    def absolute_url(self) -> str:
        """The URL with a relative SQLite path made absolute."""
        prefix = "sqlite:///"
        if self.url.startswith(prefix) and not self.url.startswith(prefix + "/"):
            return prefix + str(ROOT / self.url.removeprefix(prefix))
        return self.url


class Display(_Table):
    """What a screen shows before its reader chooses."""

    title: str = "挂图作战"
    title_en: str = "Guatu"
    language: Literal["zh_CN", "en"] = "zh_CN"
    #: The region a page opens with; left empty, the widest one there is.
    region: str = ""
    #: How much larger everything is with size=large in the URL: for a projector seen from ten metres.
    large_scale: Annotated[float, Field(ge=1, le=2)] = 1.4
    #: A period counts as reported from this share of units on; a thinner one is named, not shown.
    complete_from: Annotated[float, Field(gt=0, le=1)] = 0.5


class Campaign(_Table):
    """How the campaign's pace is judged."""

    #: A village that has not reported for longer than this is named.
    silent_days: Annotated[int, Field(ge=1)] = 7
    #: The present pace is measured over so many days.
    pace_days: Annotated[int, Field(ge=2)] = 14


class Income(_Table):
    """How income is reckoned."""

    #: The month with which an income year begins (said to run from October to September; the county says).
    year_starts_month: Annotated[int, Field(ge=1, le=12)] = 10


class GuaranteeItem(_Table):
    """One of the guarantees beside food and clothing. `aliases` are other words that workbooks use for it."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    name: Annotated[str, Field(min_length=1)]
    name_en: Annotated[str, Field(min_length=1)]
    aliases: tuple[str, ...] = ()


class Guarantees(_Table):
    """What must be guaranteed; documents call the set 三保障和饮水安全, 四保障 or "3+1"."""

    items: tuple[GuaranteeItem, ...] = (
        GuaranteeItem(id="education", name="义务教育", name_en="Compulsory education", aliases=("教育", "控辍保学")),
        GuaranteeItem(
            id="medical", name="基本医疗", name_en="Medical insurance", aliases=("医疗", "医保", "基本医疗保险")
        ),
        GuaranteeItem(id="housing", name="住房安全", name_en="Safe housing", aliases=("住房", "安全住房")),
        GuaranteeItem(id="water", name="饮水安全", name_en="Safe drinking water", aliases=("饮水", "安全饮水")),
    )

    @field_validator("items")
    @classmethod
    def _once(cls, items: tuple[GuaranteeItem, ...]) -> tuple[GuaranteeItem, ...]:
        _refuse_repeated([item.id for item in items])
        return items


Level = Literal["province", "prefecture", "county", "township", "village"]


class Scale(_Table):
    """What gives full marks and what none; which of them is higher says whether more is better."""

    full: float
    zero: float

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.full == self.zero:
            raise ValueError("full and zero marks cannot be given for the same value")
        return self


class LevelScale(Scale):
    """Another scale at one level; a weight of 0 leaves the item out there."""

    weight: Annotated[float, Field(ge=0)] | None = None


class AssessmentItem(Scale):
    """One figure that counts in the score.

    `measure` is what the scale speaks of: the indicator's value, its "growth" on the year before in percent (of rates:
    in points), or its numerator in percent of the "plan".
    """

    indicator: Annotated[str, Field(min_length=1)]
    part: str
    weight: Annotated[float, Field(gt=0)]
    measure: Literal["value", "growth", "plan"] = "value"
    levels: dict[Level, LevelScale] = Field(default_factory=dict)


class AssessmentPart(_Table):
    """A part of the score, one colour in the chart."""

    id: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1)]
    name_en: Annotated[str, Field(min_length=1)]


class Aim(AssessmentPart):
    """One of the lights: it is as good as the worst of its indicators."""

    indicators: Annotated[tuple[str, ...], Field(min_length=1)]


def _item(part: str, indicator: str, weight: float, zero: float, full: float, measure: Any = "value") -> AssessmentItem:
    return AssessmentItem(indicator=indicator, part=part, weight=weight, full=full, zero=zero, measure=measure)


def _aim(id_: str, name: str, name_en: str, *indicators: str) -> Aim:
    return Aim(id=id_, name=name, name_en=name_en, indicators=indicators)


class Assessment(_Table):
    """How places are scored, and the six lights of 两好两升两确保. The weights are Guatu's, not any province's."""

    #: Parts of the score, at most as many as a chart has colours.
    parts: Annotated[tuple[AssessmentPart, ...], Field(max_length=6)] = (
        AssessmentPart(id="monitoring", name="监测帮扶", name_en="Monitoring"),
        AssessmentPart(id="guarantee", name="三保障和饮水安全", name_en="Guarantees"),
        AssessmentPart(id="industry", name="产业就业", name_en="Industry and jobs"),
        AssessmentPart(id="income", name="增收", name_en="Income"),
        AssessmentPart(id="environment", name="人居环境", name_en="Environment"),
        AssessmentPart(id="satisfaction", name="满意度", name_en="Satisfaction"),
    )
    items: tuple[AssessmentItem, ...] = (
        _item("monitoring", "monitoring.reviewed", 15, 90, 100),
        _item("guarantee", "guarantee.education", 6, 95, 100),
        _item("guarantee", "guarantee.medical", 6, 98, 100),
        _item("guarantee", "guarantee.housing", 6, 98, 100),
        _item("guarantee", "guarantee.water", 6, 98, 100),
        _item("industry", "funds.paid", 12, 60, 100, "plan"),
        _item("industry", "employment.workers", 8, 95, 102),
        _item("income", "income.per_capita", 12, 0, 10, "growth"),
        _item("income", "income.fell_20", 6, 5, 0),
        _item("environment", "environment.toilets", 6, 60, 95),
        _item("environment", "environment.cleanup", 5, 50, 100),
        _item("satisfaction", "satisfaction.rate", 8, 80, 98),
        _item("satisfaction", "governance.publicity", 4, 80, 100),
    )
    lights: Annotated[tuple[Aim, ...], Field(max_length=6)] = (
        _aim("industry", "产业好", "Good industry", "funds.paid", "employment.workers"),
        _aim("environment", "环境好", "Good environment", "environment.toilets", "environment.cleanup"),
        _aim("income", "收入提升", "Income up", "income.per_capita"),
        _aim("satisfaction", "满意度提升", "Satisfaction up", "satisfaction.rate"),
        _aim(
            "no_return",
            "确保不发生规模性返贫",
            "No return to poverty",
            "monitoring.reviewed",
            "income.fell_20",
            "guarantee.education",
            "guarantee.medical",
            "guarantee.housing",
            "guarantee.water",
        ),
        _aim("transition", "确保平稳过渡", "Smooth transition", "governance.publicity", "funds.projects_finished"),
    )
    #: A place with fewer households than this carries a caution: one household more or less moves its rates.
    small_households: Annotated[int, Field(ge=0)] = 200
    #: A place is ranked once this share of the weight that applies to it has been reported.
    ranked_from: Annotated[float, Field(gt=0, le=1)] = 0.6

    @model_validator(mode="after")
    def _fits(self) -> Self:
        parts = [part.id for part in self.parts]
        _refuse_repeated(parts)
        _refuse_repeated([item.indicator for item in self.items])
        _refuse_repeated([light.id for light in self.lights])
        if unknown := sorted({item.part for item in self.items} - set(parts)):
            raise ValueError(f"no such part: {', '.join(unknown)}")
        if not self.items:
            raise ValueError("there is no item to score by")
        return self


class Trust(_Table):
    """When a figure is doubted."""

    #: A figure is doubted that moved by more than so many of its usual deviations (median of absolute deviations),
    jump_deviations: Annotated[float, Field(gt=0)] = 6.0
    #: and by at least so much: points of a rate, percent of an amount.
    least_jump: Annotated[float, Field(ge=0)] = 10.0
    #: One that is the same in so many periods while nearly all others moved.
    copied_periods: Annotated[int, Field(ge=2)] = 3
    #: Rates that may pass 100 %, because the numerator is no part of the denominator.
    may_exceed: tuple[str, ...] = ("employment.workers", "income.wage_share", "income.transfer_share")


def _refuse_repeated(ids: list[str]) -> None:
    if twice := {one for one in ids if ids.count(one) > 1}:
        raise ValueError(f"these stand more than once: {', '.join(sorted(twice))}")


class Map(_Table):
    """What lies under the map, and the caption that a published map must carry."""

    #: XYZ address of raster tiles with {z}, {x}, {y}: a tile server, 天地图 with its key; empty: none but `folder`'s.
    basemap: str = ""
    #: A folder of raster tiles named z/x/y.png, served by this server; empty: none.
    folder: str = ""
    #: Shown under the map, for instance 审图号：GS(2026)0000号; empty: no caption.
    approval: str = ""

    @property
    def tiles(self) -> str:
        """The address of the tiles under the map; empty: no basemap."""
        return self.basemap or ("/tiles/{z}/{x}/{y}.png" if self.folder else "")


class Settings(BaseSettings):
    """All of it. Unknown tables and keys are refused, so that a typing error is not taken for a default."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix=_PREFIX, env_nested_delimiter="__")

    server: Server = Server()
    database: Database = Database()
    display: Display = Display()
    campaign: Campaign = Campaign()
    income: Income = Income()
    guarantees: Guarantees = Guarantees()
    assessment: Assessment = Assessment()
    trust: Trust = Trust()
    map: Map = Map()
    #: Read by Streamlit, not by us.
    theme: dict[str, object] = Field(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic passes them by name
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over config.toml."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _CONFIG)


@cache
def settings() -> Settings:
    """Return the settings of this process. Raises SettingsError with one clear line per wrong value."""
    given = {name.upper().removeprefix(_PREFIX): name for name in os.environ if name.upper().startswith(_PREFIX)}
    paths = {key: _SHORT.get(key) or tuple(key.lower().split("__")) for key in given}
    unknown = [given[key] for key, path in paths.items() if path[0] not in Settings.model_fields]
    if unknown:
        raise SettingsError("\n".join(f"environment: {name}: there is no such setting" for name in unknown))
    short: dict[str, Any] = {}
    for key in _SHORT.keys() & given.keys():
        table, name = _SHORT[key]
        short.setdefault(table, {})[name] = os.environ[given[key]]
    try:
        return Settings(**short)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{_CONFIG.name}: {error}") from error
    except ValidationError as error:
        raise SettingsError("\n".join(_line(wrong, set(paths.values())) for wrong in error.errors())) from error


def _line(wrong: ErrorDetails, from_environment: set[tuple[str, ...]]) -> str:
    source = "environment" if wrong["loc"] in from_environment else _CONFIG.name
    return f"{source}: {'.'.join(map(str, wrong['loc']))}: {wrong['msg']}"
