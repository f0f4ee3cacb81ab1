"""The year-end standing in words: score, rank and what moved them, the six lights, the rules in plain words."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from data_access.indicators import Indicator
from i18n import N_, Words
from wording.figures import base_of, count_of, standing_of, value_of

_MEASURES = {
    "growth": N_("{name}, growth in a year"),
    "plan": N_("{name}, in % of plan"),
}


def score_entry(words: Words) -> Indicator:
    """Return the dictionary entry under which a score is shown on a map and in a ranking."""
    name = words.gettext("Assessment score")
    text = words.gettext("What a place has of the weight that was reported for it, out of 100.")
    source = words.gettext("the indicators named, weighted as config.toml says")
    return Indicator(
        id="assessment.score", group_id="assessment", name=name, name_en=name, numerator_name=name,
        numerator_name_en=name, numerator_unit="分", numerator_unit_en="points", denominator_name=None,
        denominator_name_en=None, unit="分", unit_en="points", factor=1.0, decimals=1, direction="up", frequency="day",
        level="village", is_sample=False, formula=text, formula_en=text, source=source, source_en=source,
        amber_points=10.0, position=0, group_name=name, group_name_en=name,
    )  # fmt: skip


def points(words: Words, value: float | None) -> str:
    """Return a score with its unit."""
    return words.gettext("{n} points").format(n=words.number(value, 1))


def signed(words: Words, value: float) -> str:
    """Return a change with its sign; a dash when it is not known."""
    return ("+" if round(value, 1) > 0 else "") + words.number(value, 1)


def league_headline(words: Words, name: str, own: Any, scores: pd.DataFrame) -> str:
    """Return a region's score, who leads, who is last and who moved most; `scores` is a `scores_of` of its places."""
    ranked = scores[scores["rank"].notna()]
    finding = _own(words, name, own)
    if len(ranked) < 2:
        return finding
    first, last = (words.pick(r["name"], r["name_en"]) for r in (ranked.iloc[0], ranked.iloc[-1]))
    text = words.gettext("{finding}: {first} leads with {best}, {last} is last with {worst}")
    finding = text.format(
        finding=finding, first=first, best=words.number(ranked["score"].iloc[0], 1), last=last,
        worst=words.number(ranked["score"].iloc[-1], 1),
    )  # fmt: skip
    moved = ranked[ranked["change"].notna()]
    if moved.empty or round(moved["change"].abs().max(), 1) == 0:
        return finding
    most = moved.loc[moved["change"].abs().idxmax()]
    text = words.gettext("{finding}; {name} moved most, {change} in a month")
    return text.format(
        finding=finding, name=words.pick(most["name"], most["name_en"]), change=signed(words, most["change"])
    )


def _own(words: Words, name: str, own: Any) -> str:
    if own.score != own.score:
        return words.gettext("{name} has no score: none of the items has been reported").format(name=name)
    return words.gettext("{name} {score}").format(name=name, score=points(words, own.score))


def place_headline(words: Words, name: str, own: Any, around: str, level: str, siblings: int) -> str:
    """Return a last-level place's score and its rank among its siblings, now and a month before."""
    finding = _own(words, name, own)
    if own.rank != own.rank:
        return finding
    text = words.gettext("{finding}: no. {rank} of {places} in {around}")
    finding = text.format(
        finding=finding, rank=words.number(own.rank), places=count_of(words, level, siblings), around=around
    )
    if own.rank_before != own.rank_before:
        return finding
    return words.gettext("{finding}, no. {rank} a month before").format(
        finding=finding, rank=words.number(own.rank_before)
    )


def standing_note(words: Words, own: Any, trust: Any) -> str:
    """Return what a score stands on; `own` is a row of `scores_of`, `trust` one of `trust_of`."""
    parts = []
    if own.change == own.change:
        parts.append(words.gettext("{change} points in a month").format(change=signed(words, own.change)))
    if own.reported == own.reported:
        share = words.number(own.reported * 100) + "%"
        parts.append(words.gettext("stands on {share} of the weight that applies").format(share=share))
    if own.is_small:
        text = words.gettext("only {n} households: read it with caution")
        parts.append(text.format(n=words.number(own.households)))
    if trust.checked:
        text = words.ngettext("{n} figure in doubt", "{n} figures in doubt", trust.doubts)
        parts.append(text.format(n=words.number(trust.doubts)))
    return " · ".join(parts)


def ranking_title(words: Words, scores: pd.DataFrame, level: str) -> str:
    """Return how many places are ranked and how far first and last lie apart."""
    ranked = scores.loc[scores["rank"].notna(), "score"]
    if ranked.empty:
        return words.gettext("Too little has been reported to rank anybody")
    text = words.gettext("{places} ranked, {n} points between first and last")
    return text.format(places=count_of(words, level, len(ranked)), n=words.number(ranked.iloc[0] - ranked.iloc[-1], 1))


def aim_standing(words: Words, entry: Indicator, row: Any) -> str:
    """Return how a light's worst indicator stands: against plan or target, else against the year before."""
    if row.basis != "year":
        return standing_of(words, entry, row)
    change = words.points(row.year_change)
    if entry.unit != "%":
        before = row.value - row.year_change
        change = signed(words, row.year_change / before * 100) + "%" if before > 0 else signed(words, row.year_change)
    return words.gettext("{change} in a year").format(change=change)


def aim_note(words: Words, entry: Indicator | None, row: Any) -> str:
    """Return what a light stands on: its worst indicator with its base, of how many, and how many are silent."""
    if entry is None:
        return words.gettext("none of its {n} indicators can be judged").format(n=words.number(row.asked))
    name, (numbers, _) = words.pick(entry.name, entry.name_en), base_of(words, entry, row)
    parts = [words.gettext("{name} {value}").format(name=name, value=numbers)]
    if row.known > 1:
        parts.append(words.gettext("worst of {n}").format(n=words.number(row.known)))
    if row.silent:
        parts.append(words.gettext("{n} not reported").format(n=words.number(row.silent)))
    return " · ".join(parts)


def item_name(words: Words, entry: Indicator | None, key: str, measure: str) -> str:
    """Return an item's name: its indicator's, and what of it is measured."""
    name = words.pick(entry.name, entry.name_en) if entry else key
    return words.gettext(_MEASURES[measure].text).format(name=name) if measure in _MEASURES else name


def moved_headline(words: Words, name: str, own: Any, moved: pd.DataFrame, entries: dict[str, Indicator]) -> str:
    """Return by how much a place's score moved in a month and which item moved it most; `moved` is a `moved_by`."""
    if own.change != own.change:
        return words.gettext("{name} had no score a month before").format(name=name)
    text = words.gettext("{name} {change} points in a month")
    finding = text.format(name=name, change=signed(words, own.change))
    most = moved.iloc[0] if len(moved) else None
    if most is None or round(abs(most["moved"]), 1) == 0:
        return finding
    item = item_name(words, entries.get(most["indicator"]), most["indicator"], most["measure"])
    text = words.gettext("{finding}, most by {item} ({points})")
    return text.format(finding=finding, item=item, points=signed(words, most["moved"]))


def score_headline(words: Words, name: str, series: pd.DataFrame) -> str:
    """Return how a place's score moved over the months of a `score_over_time`."""
    if len(series) < 2:
        return words.gettext("Too few months with a score to show a line")
    first, last = series.iloc[0], series.iloc[-1]
    text = words.gettext("{name} {score}, {change} since {period}")
    return text.format(
        name=name,
        score=points(words, last["value"]),
        change=signed(words, last["value"] - first["value"]),
        period=words.period(first["period"], "month"),
    )


def lost_headline(words: Words, lost: pd.DataFrame, parts: Sequence[tuple[str, str]]) -> str:
    """Return which part costs the places most, on average; `lost` has a column of lost points for each of `parts`."""
    if lost.empty:
        return words.gettext("Nobody has a score")
    means = lost[[key for key, _ in parts]].fillna(0.0).mean()
    worst = means.idxmax()
    text = words.gettext("{part} costs most: {n} of 100 points on average")
    return text.format(part=dict(parts)[worst], n=words.number(means[worst], 1))


def rules_note(words: Words, ranked_from: float, small_households: int) -> str:
    """Return how a score comes about, in plain words with the county's own limits."""
    text = words.gettext(
        "each item is worth nothing at its zero mark and its whole weight at its full mark, in proportion between "
        "them. The score is what a place has of the weight reported for it, out of 100; what is not reported counts "
        "neither as none nor as full. Ranked is who has reported {share} of the weight or more; equal scores share a "
        "rank. Fewer than {n} households carry a caution. Weights and marks are the county's own (config.toml)."
    )
    return text.format(share=words.number(ranked_from * 100) + "%", n=words.number(small_households))


def peers_headline(words: Words, entry: Indicator, peers: pd.DataFrame, code: str) -> str:
    """Return a region's place among its peers; `peers` is a `peers_of`."""
    own = peers[peers["code"] == code].iloc[0]
    first = peers.iloc[0]
    text = words.gettext("{name} {value}: no. {rank} of {n}, first is {first} with {best}")
    finding = text.format(
        name=words.pick(entry.name, entry.name_en), value=value_of(words, entry, own["value"]),
        rank=words.number(own["rank"]), n=words.number(peers["rank"].notna().sum()),
        first=words.pick(first["name"], first["name_en"]), best=value_of(words, entry, first["value"]),
    )  # fmt: skip
    if pd.isna(own["rank_before"]):
        return finding
    return words.gettext("{finding}; no. {rank} the time before").format(
        finding=finding, rank=words.number(own["rank_before"])
    )
