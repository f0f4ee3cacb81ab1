"""What all tables of config.toml share."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table whose values do not change, and whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def refuse_twice(ids: list[str]) -> None:
    """Raise ValueError for an id that stands more than once."""
    if twice := {one for one in ids if ids.count(one) > 1}:
        raise ValueError(f"these stand more than once: {', '.join(sorted(twice))}")
