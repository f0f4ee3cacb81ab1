"""The fictional campaign and its ten key tasks, which `tasks.toml` lists."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

CAMPAIGN_ID = "DG100"
START, END, EXAM = date(2026, 9, 28), date(2027, 1, 5), date(2026, 12, 31)


@dataclass(frozen=True)
class Task:
    """One key task; `tasks.toml` says what its fields mean."""

    id: str
    name: str
    name_en: str
    detail: str
    unit: str
    unit_en: str
    office: str
    milestones: list[tuple[int, int]]
    coverage: float
    per_household: float
    spread: float
    least: int
    decimals: int
    problems: list[str]

    @property
    def deadline(self) -> date:
        """The day of the last milestone."""
        return on_day(self.milestones[-1][0])


TASKS = tuple(Task(**entry) for entry in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["task"])


def on_day(day: int) -> date:
    """Return the date of a day of the campaign, counted from 1."""
    return START + timedelta(days=day - 1)
