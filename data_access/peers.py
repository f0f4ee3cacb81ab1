"""A region among its peers: those of its own level under the same parent, or like it under none."""

from datetime import date

import pandas as pd
from sqlalchemy import select

from data_access.indicators import dictionary, trend_of
from data_access.regions import Region, children, region_of, roots
from data_access.schema import observation
from data_access.snapshot import Snapshot, cached
from data_access.writing import frame


@cached
def peer_indicators(snapshot: Snapshot, code: str, on: date) -> list[str]:
    """Return the indicators that the region and at least one peer have a figure of by a day, in dictionary order."""
    peers = [peer.code for peer in _peers(snapshot, code)]
    reported = (
        select(observation.c.indicator, observation.c.region_code)
        .where(observation.c.region_code.in_(peers), observation.c.period <= on, observation.c.numerator.is_not(None))
        .distinct()
    )
    with snapshot.connect() as connection:
        pairs = frame(connection, reported)
    by_indicator = pairs.groupby("indicator")["region_code"].agg(set)
    return [
        key
        for key in dictionary(snapshot)
        if key in by_indicator.index and code in by_indicator[key] and len(by_indicator[key]) > 1
    ]


@cached
def peers_of(snapshot: Snapshot, code: str, indicator_id: str, on: date) -> pd.DataFrame:
    """Return one row per peer of the region, itself included, in rank order, at the newest period the region has.

    Columns: code, name, name_en, period, numerator, denominator, value, before (the value of the last period before
    that any of them has), rank (1 is best; ties share it; null without a figure), rank_before, period_before.
    """
    columns = ["code", "name", "name_en", "period", "numerator", "denominator", "value", "before"]
    own = trend_of(snapshot, code, indicator_id, None, on)
    own = own[own["value"].notna()]
    if own.empty:
        return pd.DataFrame(columns=[*columns, "rank", "rank_before", "period_before"])
    period = own["period"].iloc[-1]
    peers = _peers(snapshot, code)
    series = [trend_of(snapshot, peer.code, indicator_id, None, period).assign(code=peer.code) for peer in peers]
    figures = pd.concat([one for one in series if len(one)], ignore_index=True)
    earlier = figures.loc[figures["value"].notna() & (figures["period"] < period), "period"]
    period_before = earlier.max() if len(earlier) else None
    now = figures.loc[figures["period"] == period, ["code", "numerator", "denominator", "value"]]
    past = figures.loc[figures["period"] == period_before, ["code", "value"]].rename(columns={"value": "before"})
    names = pd.DataFrame([(peer.code, peer.name, peer.name_en) for peer in peers], columns=columns[:3])
    table = names.merge(now, how="left", on="code").merge(past, how="left", on="code")
    table = table.assign(period=period, period_before=period_before)
    sign = 1.0 if dictionary(snapshot)[indicator_id].direction == "up" else -1.0
    for value, rank in (("value", "rank"), ("before", "rank_before")):
        table[rank] = (table[value].astype(float).round(9) * sign).rank(method="min", ascending=False)
    return table.sort_values("rank", kind="stable", na_position="last", ignore_index=True)


def _peers(snapshot: Snapshot, code: str) -> list[Region]:
    own = region_of(snapshot, code)
    if own is None:
        return []
    siblings = children(snapshot, own.parent_code) if own.parent_code else roots(snapshot)
    return [region for region in siblings if region.level == own.level]
