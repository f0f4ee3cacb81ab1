"""What a county sets: config.toml with the environment over it, as typed, frozen values.

A value from the environment is named GUATU_<TABLE>__<KEY>; GUATU_DATABASE_URL, GUATU_HOST and GUATU_PORT are short for
the three that installations set most.
"""

import os
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
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


class Funds(_Table):
    """By when the year's money should be paid: 序时进度."""

    #: [month, percent]: by the end of the month so much of the year's allocation should be paid. Straight lines lie
    #: between them, from nothing before January to all of it in December; empty: a twelfth a month.
    curve: tuple[tuple[Annotated[int, Field(ge=1, le=12)], Annotated[float, Field(ge=0, le=100)]], ...] = ()

    @field_validator("curve")
    @classmethod
    def _rises(cls, curve: tuple[tuple[int, float], ...]) -> tuple[tuple[int, float], ...]:
        if any(m >= later or p > more for (m, p), (later, more) in pairwise(curve)):
            raise ValueError("months must rise, and percents must not fall")
        return curve

    def due_share(self, month: int) -> float:
        """Return the share (0 to 1) of the year's money that should be paid by the end of a month (1 to 12)."""
        points = [(0, 0.0), *self.curve, *([] if self.curve and self.curve[-1][0] == 12 else [(12, 100.0)])]
        (first, low), (last, high) = next((a, b) for a, b in pairwise(points) if b[0] >= month)
        return (low + (high - low) * (month - first) / (last - first)) / 100


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
        ids = [item.id for item in items]
        if twice := {one for one in ids if ids.count(one) > 1}:
            raise ValueError(f"these items stand more than once: {', '.join(sorted(twice))}")
        return items


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
    funds: Funds = Funds()
    guarantees: Guarantees = Guarantees()
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
