"""Titles, legends and marks of charts, as the texts that charts take."""

from collections.abc import Iterable
from datetime import date, timedelta

from charts.classes import Measure
from charts.words import ChartWords, MapWords
from data_access.campaign import Campaign
from data_access.indicators import Indicator
from i18n import Words
from wording.figures import LIGHTS, unit_of, value_of


def chart_words(words: Words, entry: Indicator, title: str, subtitle: str = "") -> ChartWords:
    """Return the texts of a chart of one indicator under a finding; its subtitle says what is measured."""
    measured = "{name} ({unit})" if unit_of(words, entry) else "{name}"
    name = words.pick(entry.name, entry.name_en)
    return ChartWords(
        title=title,
        subtitle=subtitle or measured.format(name=name, unit=unit_of(words, entry)),
        source=words.gettext("Source: {source}").format(source=words.pick(entry.source, entry.source_en)),
        unit=unit_of(words, entry),
        actual=words.gettext("Actual"),
        plan=words.gettext("Plan"),
        forecast=words.gettext("At the present pace"),
        last_year=words.gettext("Last year"),
        lights=tuple((light, words.say(text)) for light, text in LIGHTS.items()),
    )


def map_words(words: Words, entry: Indicator, measure: Measure) -> MapWords:
    """Return the texts of a map's legend for the limits of its classes."""
    limits = measure.limits
    if measure.column == "gap":
        far, near, _, ahead = (words.number(abs(limit), 1 if limit % 1 else 0) for limit in limits)
        texts = (
            words.gettext("behind > {points}").format(points=far),
            words.gettext("behind {near}–{far}").format(near=near, far=far),
            words.gettext("behind < {points}").format(points=near),
            words.gettext("on plan, to +{points}").format(points=ahead),
            words.gettext("ahead > {points}").format(points=ahead),
        )
    else:
        first, second, third, fourth = (value_of(words, entry, limit) for limit in limits)
        texts = (f"< {first}", f"{first} –", f"{second} –", f"{third} –", f"≥ {fourth}")
    return MapWords(
        texts,
        words.gettext("not reported"),
        words.gettext("no plan"),
        words.gettext("none here"),
        words.gettext("not on the map"),
    )


def day_ticks(words: Words, campaign: Campaign) -> list[tuple[date, str]]:
    """Return an axis tick every twenty days of a campaign, as in 第 40 天 11月6日."""
    days = [1, *range(20, campaign.days, 20), campaign.days]
    dates = ((n, campaign.start_on + timedelta(days=n - 1)) for n in days)
    return [(day, words.gettext("Day {day}").format(day=n) + "\n" + words.day(day)) for n, day in dates]


def period_ticks(words: Words, entry: Indicator, periods: Iterable[date], most: int = 6) -> list[tuple[date, str]]:
    """Return at most `most` evenly spaced ticks of periods, the last one included."""
    known = list(periods)
    step = max(1, -(-len(known) // most))
    return [(day, words.period(day, entry.frequency)) for day in known[::-1][::step][::-1]]
