"""The ledger of problems counted one by one, as slowly and plainly as can be."""

from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

START = date(2026, 3, 2)


class Problem(NamedTuple):
    """A row of the ledger, as the columns of `rectification` say."""

    region_code: str
    found_on: date
    deadline: date | None = None
    fixed_on: date | None = None
    verified_on: date | None = None
    rechecked_on: date | None = None
    relapsed_on: date | None = None
    evidence: str | None = None
    source: str = "考核"
    category: str | None = None
    office: str | None = None
    owner: str | None = None


@st.composite
def problems(draw: st.DrawFn, places: list[str]) -> Problem:
    """Problems with days that can have followed each other, as an import takes them; relapses are frequent."""
    found = START + timedelta(days=draw(st.integers(0, 30)))
    after = st.integers(0, 20)

    def later(day: date) -> date:
        return day + timedelta(days=draw(after))

    deadline = later(found) if draw(st.booleans()) else None
    fixed = verified = rechecked = relapsed = None
    if draw(st.integers(0, 3)):
        fixed = later(found)
        verified = later(fixed) if draw(st.booleans()) else None
        if draw(st.booleans()):
            rechecked = later(verified or fixed)
            if draw(st.booleans()):
                relapsed = rechecked
                if draw(st.booleans()):
                    fixed = relapsed + timedelta(days=1 + draw(after))
                    verified = later(fixed) if draw(st.booleans()) else verified
    return Problem(
        draw(st.sampled_from(places)),
        found,
        deadline,
        fixed,
        verified,
        rechecked,
        relapsed,
        draw(st.sampled_from([None, "照片"])),
        draw(st.sampled_from(["考核", "巡视"])),
        draw(st.sampled_from([None, "资金", "监测"])),
        draw(st.sampled_from([None, "水利局", "财政局"])),
        draw(st.sampled_from([None, "张三", "李四"])),
    )


def has_come(day: date | None, on: date) -> bool:
    return day is not None and day <= on


def is_relapsed(one: Problem, on: date) -> bool:
    return has_come(one.found_on, on) and has_come(one.relapsed_on, on)


def is_fixed(one: Problem, on: date) -> bool:
    if not has_come(one.fixed_on, on) or not has_come(one.found_on, on):
        return False
    return not is_relapsed(one, on) or one.fixed_on > one.relapsed_on  # type: ignore[operator]


def is_open(one: Problem, on: date) -> bool:
    return one.found_on <= on and not is_fixed(one, on)


def is_verified(one: Problem, on: date) -> bool:
    return is_fixed(one, on) and has_come(one.verified_on, on) and one.verified_on >= one.fixed_on  # type: ignore[operator]


def is_overdue(one: Problem, on: date) -> bool:
    return is_open(one, on) and one.deadline is not None and one.deadline < on


def is_on_time(one: Problem, on: date) -> bool:
    return is_fixed(one, on) and has_come(one.deadline, on) and one.fixed_on <= one.deadline  # type: ignore[operator]


def newest(ledger: list[Problem]) -> date:
    days = [[p.found_on, p.fixed_on, p.verified_on, p.rechecked_on, p.relapsed_on] for p in ledger]
    return max(day for each in days for day in each if day)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def figures(here: list[Problem], on: date) -> dict[str, tuple[float, float | None, float | None]]:
    """Numerator, denominator and plan of each indicator, of these problems as they stand on a day."""
    found = [p for p in here if p.found_on <= on]
    fixed = [p for p in found if is_fixed(p, on)]
    due = [p for p in found if has_come(p.deadline, on)]
    ever = [p for p in found if has_come(p.verified_on, on)]
    rechecked = [p for p in found if has_come(p.rechecked_on, on)]
    return {
        "problems.open": (len(found) - len(fixed), None, None),
        "problems.fixed": (len(fixed), len(found), len(due)),
        "problems.verified": (sum(is_verified(p, on) for p in fixed), len(fixed), None),
        "problems.rechecked": (sum(p in rechecked for p in ever), len(ever), None),
        "problems.relapsed": (sum(is_relapsed(p, on) for p in found), len(rechecked), None),
        "problems.on_time": (sum(is_on_time(p, on) for p in due), len(due), None),
        "problems.overdue": (sum(is_overdue(p, on) for p in found), None, None),
        "problems.evidence": (sum(p.evidence is not None for p in fixed), len(fixed), None),
    }
