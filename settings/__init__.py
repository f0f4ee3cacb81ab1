"""What a county sets: config.toml with the environment over it, as typed, frozen values.

A value from the environment is named GUATU_<TABLE>__<KEY>; GUATU_DATABASE_URL, GUATU_HOST and GUATU_PORT are short for
the three that installations set most.
"""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from settings.assessment import Assessment, AssessmentItem, Trust
from settings.base import Table
from settings.subjects import (
    Campaign,
    Funds,
    GuaranteeItem,
    Guarantees,
    Income,
    Monitoring,
    SpecialGroup,
    WideFigure,
    WideTable,
)

__all__ = [
    "ROOT",
    "Assessment",
    "AssessmentItem",
    "Database",
    "GuaranteeItem",
    "Monitoring",
    "Settings",
    "SettingsError",
    "SpecialGroup",
    "Trust",
    "WideFigure",
    "WideTable",
    "settings",
]

ROOT = Path(__file__).parents[1]
_CONFIG = ROOT / "config.toml"
_PREFIX = "GUATU_"
_SHORT = {"DATABASE_URL": ("database", "url"), "HOST": ("server", "host"), "PORT": ("server", "port")}


class SettingsError(ValueError):
    """config.toml or the environment holds a value that cannot be used; the text says which and why."""


class Server(Table):
    """Where the dashboard listens."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8501


class Database(Table):
    """Where the figures are; a relative SQLite path starts at the project's folder."""

    url: str = "sqlite:///data/guatu.sqlite"

    @property
    def absolute_url(self) -> str:
        """The URL with a relative SQLite path made absolute."""
        prefix = "sqlite:///"
        if self.url.startswith(prefix) and not self.url.startswith(prefix + "/"):
            return prefix + str(ROOT / self.url.removeprefix(prefix))
        return self.url


class Display(Table):
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
    #: A share of fewer persons asked carries a caution.
    small_sample: Annotated[int, Field(ge=1)] = 30


class Map(Table):
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
    #: Wide tables of the county's own, beside those of data_access/imports/kinds/wide.py; the same id replaces one.
    tables: tuple[WideTable, ...] = ()
    monitoring: Monitoring = Monitoring()
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
