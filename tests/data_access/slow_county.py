"""A whole county's income, guarantees and reviews from its households, in plain tables and plain sums.

Nothing here knows how the database keeps its sums: each household's row is read once, and every figure of a village, a
township or the county is summed from the households that live there. Matrices have a row a month, a column a household.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

import numpy as np
import pandas as pd
from sqlalchemy import Engine, text

AMOUNTS = ("wage", "business", "business_cost", "property", "transfer")
SOURCES = ("wage", "business", "property", "transfer", "business_cost")
SHARES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
FALLS = (10, 20, 30)
LEVELS = ("village", "township", "county")
YEAR_STARTS = 10
BAND = 500
KEY = ["region_code", "indicator", "period"]
_FIGURE = [*KEY, "numerator", "denominator", "reports"]


@dataclass(frozen=True)
class Slow:
    """The detail tables of a county, and what follows from them."""

    #: The places that households live in, by code: level, parent_code, name, position.
    places: pd.DataFrame
    #: By code: village, township, county, persons.
    homes: pd.DataFrame
    #: Month × household: yuan by source; the members now and for the year. Not a number where there is no row.
    amounts: dict[str, pd.DataFrame]
    members_now: pd.DataFrame
    members_year: pd.DataFrame
    lines: dict[int, float]
    #: household_code, item, persons.
    base: pd.DataFrame
    #: household_code, item, found_on, cleared_on, persons, and what is said of them.
    gaps: pd.DataFrame
    #: household_code, month.
    reviews: pd.DataFrame

    @cached_property
    def months(self) -> list[date]:
        return list(self.members_now.index)

    @cached_property
    def net(self) -> pd.DataFrame:
        a = self.amounts
        return a["wage"] + a["business"] + a["property"] + a["transfer"] - a["business_cost"]

    @cached_property
    def trailing(self) -> pd.DataFrame:
        """Net income of twelve months; none without all of them."""
        return year_of(self.net)

    @cached_property
    def each(self) -> pd.DataFrame:
        """Yuan a person and year, by household."""
        return self.trailing / self.members_year

    @cached_property
    def year_to_date(self) -> pd.DataFrame:
        """Net income since the first month of the income year; none without all of its months."""
        rows = {}
        for at, month in enumerate(self.months):
            passed = (month.month - YEAR_STARTS) % 12 + 1
            so_far = self.net.iloc[max(at - passed + 1, 0) : at + 1]
            rows[month] = so_far.sum(min_count=passed)
        return pd.DataFrame(rows).T

    def has_fallen(self, percent: int) -> pd.DataFrame:
        """Who has so many per cent less a person than a year before, or even less; whole numbers compare exactly."""
        before, then = self.trailing.shift(12), self.members_year.shift(12)
        return (before > 0) & (self.trailing * then * 100 <= before * self.members_year * (100 - percent))

    @cached_property
    def has_both_years(self) -> pd.DataFrame:
        return self.trailing.notna() & self.trailing.shift(12).notna()

    @cached_property
    def line(self) -> pd.Series:
        """The line of each month's year; none where none is set."""
        return pd.Series([self.lines.get(month.year, np.nan) for month in self.months], index=self.months)

    @cached_property
    def inner(self) -> list[str]:
        """The places that have places in them."""
        return list(self.places.index[self.places["level"] != "village"])

    @cached_property
    def some(self) -> list[str]:
        """Those, and every fourth village: where another question about the same rows is slow to ask everywhere."""
        return [*self.inner, *self.homes["village"].unique()[::4]]

    def within(self, place: str) -> pd.DataFrame:
        """The homes of a place."""
        return self.homes[self.homes[self.places.at[place, "level"]] == place]

    def children(self, place: str) -> list[str]:
        return self._in_order(self.places.index[self.places["parent_code"] == place])

    def villages(self, place: str) -> list[str]:
        return self._in_order(self.within(place)["village"].unique())

    def _in_order(self, codes: Sequence[str]) -> list[str]:
        return list(self.places.loc[codes, "position"].sort_values().index)

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Every row of `observation` that households make: numerator, denominator, reports, value."""
        rows = pd.concat([self.income_figures, self.guarantee_figures, self.review_figures])
        rows = rows.astype({"numerator": float, "denominator": float, "reports": int})
        rows["value"] = rows["numerator"] / rows["denominator"].fillna(1.0)
        return rows.set_index(KEY).sort_index()

    def ratios(self) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
        """Each indicator of income: what stands above and below the bar by household, with nulls in the same places."""
        whole, members = self.trailing.notna(), self.members_year
        yield "month", self.net, self.members_now
        yield "year", self.year_to_date, members.where(self.year_to_date.notna())
        yield "per_capita", self.trailing, members.where(whole)
        parts = {source: year_of(self.amounts[source]) for source in SOURCES}
        for source, amount in parts.items():
            yield source, amount.where(whole), members.where(whole)
        yield "wage_share", parts["wage"].where(whole), self.trailing
        yield "transfer_share", parts["transfer"].where(whole), self.trailing
        classified = whole.mul(self.line.notna(), axis=0)
        is_below = self.each.lt(self.line, axis=0).astype(float).where(classified)
        yield "below_line", is_below, is_below.notna().astype(float).where(classified)
        yield "below_line_persons", is_below * members, members.where(classified)
        both = self.has_both_years
        for percent in FALLS:
            yield f"fell_{percent}", self.has_fallen(percent).astype(float).where(both), both.astype(float).where(both)

    @cached_property
    def income_figures(self) -> pd.DataFrame:
        """All rows of income there must be, at all three levels: the columns of `_FIGURE`."""
        parts = []
        for name, *sides in self.ratios():
            above, below = (side.T.groupby(self.homes["village"]).sum(min_count=1) for side in sides)
            for level in LEVELS:
                place = self.above(level)
                sums = pd.DataFrame(
                    {
                        "numerator": above.groupby(place).sum(min_count=1).stack(),
                        "denominator": below.groupby(place).sum(min_count=1).stack(),
                        "reports": below.notna().groupby(place).sum().stack(),
                    }
                )
                table = sums[sums["denominator"].notna()].rename_axis(["region_code", "period"]).reset_index()
                parts.append(table.assign(indicator=f"income.{name}"))
        return pd.concat(parts)[_FIGURE]

    def above(self, level: str) -> pd.Series:
        """By village, the place of that level that it lies in."""
        return self.homes.drop_duplicates("village").set_index("village", drop=False)[level]

    @cached_property
    def bands(self) -> pd.DataFrame:
        """Households and persons of every band that holds any, by region_code, period and band_floor."""
        parts = []
        for month in self.months[11:]:
            own = self.each.loc[month].dropna()
            rows = self.homes.loc[own.index].assign(
                band_floor=(own // BAND * BAND).astype(int), members=self.members_year.loc[month]
            )
            for level in LEVELS:
                counted = rows.groupby([rows[level].rename("region_code"), "band_floor"])["members"]
                table = counted.agg(households="size", persons="sum").reset_index()
                parts.append(table.assign(period=month, persons=table["persons"].astype(int)))
        table = pd.concat(parts).set_index(["region_code", "period", "band_floor"]).sort_index()
        return table.astype("int64")[["households", "persons"]]

    @cached_property
    def quantiles(self) -> pd.DataFrame:
        """By place and month: the income of the household below which, itself included, each share of them lies."""
        parts = []
        for level in LEVELS:
            for place, homes in self.homes.groupby(level).groups.items():
                ordered = np.sort(self.each[homes].to_numpy(), axis=1)  # those without an income come last
                count = np.isfinite(ordered).sum(axis=1)
                of_place = {"region_code": place, "period": self.months}
                for name, share in SHARES.items():
                    at = np.ceil((count * share).round(9)).astype(int) - 1
                    of_place[name] = ordered[range(len(count)), at]
                parts.append(pd.DataFrame(of_place)[count > 0])
        return pd.concat(parts).set_index(["region_code", "period"])

    @cached_property
    def ledger_months(self) -> list[date]:
        """The months from the first gap to the newest entry of the ledger."""
        newest = max(self.gaps["found_on"].max(), self.gaps["cleared_on"].dropna().max())
        return [m.date() for m in pd.date_range(self.gaps["found_on"].min().replace(day=1), newest, freq="MS")]

    @cached_property
    def missing_homes(self) -> pd.DataFrame:
        """Who is without a guarantee at each month's end: period, household_code, item, persons.

        Two gaps of a household at once may be of the same person: it has at most as many as the item applies to.
        """
        parts = []
        for month in self.ledger_months:
            following = (pd.Timestamp(month) + pd.DateOffset(months=1)).date()
            still = self.gaps["cleared_on"].isna() | (self.gaps["cleared_on"] >= following)
            is_open = (self.gaps["found_on"] < following) & still
            held = self.gaps[is_open].groupby(["household_code", "item"], as_index=False)["persons"].sum()
            held = held.merge(self.base, on=["household_code", "item"], suffixes=("", "_at_most"))
            parts.append(held.assign(period=month, persons=held[["persons", "persons_at_most"]].min(axis=1)))
        return pd.concat(parts)[["period", "household_code", "item", "persons"]]

    @cached_property
    def guarantee_figures(self) -> pd.DataFrame:
        """All rows of guarantees there must be, at all three levels: the columns of `_FIGURE`."""
        first_days = [
            self.gaps.assign(period=[None if pd.isna(day) else day.replace(day=1) for day in self.gaps[column]])
            for column in ("found_on", "cleared_on")
        ]
        parts = []
        for level in LEVELS:
            place = self.homes[level].rename("region_code")
            applies = self.base.join(place, on="household_code").groupby(["region_code", "item"])["persons"].sum()
            grid = (
                applies.rename("applicable").reset_index().merge(pd.DataFrame({"period": self.ledger_months}), "cross")
            )
            key = ["region_code", "item", "period"]
            sides = zip(("open", "new", "cleared"), (self.missing_homes, *first_days), strict=True)
            for side, rows in sides:
                counted = rows.join(place, on="household_code").groupby(key)["persons"].sum().rename(side)
                grid = grid.join(counted, on=key).fillna({side: 0})
            with_item = self.base.join(self.homes["village"], on="household_code")[
                ["village", "item"]
            ].drop_duplicates()
            reporting = with_item.join(self.above(level).rename("region_code"), on="village")
            grid = grid.join(reporting.groupby(["region_code", "item"]).size().rename("reports"), on=key[:2])
            covered = grid["applicable"] - grid["open"]
            parts.append(grid.assign(indicator="", numerator=covered, denominator=grid["applicable"]))
            parts += [
                grid.assign(indicator=f".{side}", numerator=grid[side], denominator=np.nan)
                for side in ("open", "new", "cleared")
            ]
        table = pd.concat(parts)
        return table.assign(indicator="guarantee." + table["item"] + table["indicator"])[_FIGURE]

    @cached_property
    def review_figures(self) -> pd.DataFrame:
        """All rows of monitoring.reviewed in the months that households were reviewed in."""
        parts = []
        for month, rows in self.reviews.groupby("month"):
            by_village = self.homes.loc[rows["household_code"].unique()].groupby("village").size()
            registered = self.homes.groupby("village").size()[by_village.index]
            table = pd.DataFrame({"numerator": by_village, "denominator": registered, "reports": 1})
            parts += [
                table.groupby(self.above(level)).sum().rename_axis("region_code").reset_index().assign(period=month)
                for level in LEVELS
            ]
        return pd.concat(parts).assign(indicator="monitoring.reviewed")[_FIGURE]


def year_of(amounts: pd.DataFrame) -> pd.DataFrame:
    """Return the sum of each month and the eleven before it, null unless there are all twelve."""
    return sum((amounts.shift(back) for back in range(1, 12)), amounts)


def read_county(engine: Engine) -> Slow:
    """Read every household's rows of a database with three levels: county, township, village."""
    with engine.connect() as connection:

        def table(name: str, *days: str) -> pd.DataFrame:
            rows = pd.read_sql_query(text(f"SELECT * FROM {name}"), connection)
            return rows.assign(**{day: _days(rows[day]) for day in days})

        places = table("region").set_index("code")
        homes = table("household").set_index("code").rename(columns={"region_code": "village"})
        homes["township"] = homes["village"].map(places["parent_code"])
        homes["county"] = homes["township"].map(places["parent_code"])
        wide = _income(connection.connection.cursor())
        return Slow(
            places=places[places.index.isin(homes[list(LEVELS)].stack().unique())],
            homes=homes,
            amounts={name: wide[name] for name in AMOUNTS},
            members_now=wide["members_now"],
            members_year=wide["members_year"],
            lines=table("income_line").set_index("year")["amount"].to_dict(),
            base=table("guarantee_base"),
            gaps=table("guarantee_gap", "found_on", "cleared_on"),
            reviews=table("household_review", "month"),
        )


def _days(texts: pd.Series) -> pd.Series:
    return pd.Series([None if pd.isna(day) else date.fromisoformat(day) for day in texts], dtype=object)


def _income(cursor) -> dict[str, pd.DataFrame]:
    """Return a matrix of month × household for each column of household_income."""
    names = [*AMOUNTS, "members_now", "members_year"]
    table = "FROM household_income ORDER BY household_code, month"
    keys = pd.MultiIndex.from_tuples(cursor.execute(f"SELECT household_code, month {table}").fetchall())
    # Flat numbers are read three times as fast as rows.
    numbers = np.fromiter(chain.from_iterable(cursor.execute(f"SELECT {', '.join(names)} {table}")), float)
    wide = pd.DataFrame(numbers.reshape(-1, len(names)), keys, names).unstack(0)
    days = [date.fromisoformat(month) for month in wide.index]
    every_month = [day.date() for day in pd.date_range(min(days), max(days), freq="MS")]
    return {name: wide[name].set_axis(days).reindex(every_month) for name in names}
