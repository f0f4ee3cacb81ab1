"""One place on one page: every indicator with trend and rank among siblings, its tasks with owners and deadlines."""

from itertools import groupby

import streamlit as st

from charts.theme import PLOT_CONFIG
from charts.trends import trend
from data_access.campaign import campaign_on, village_tasks
from data_access.indicators import children_of, dictionary, figures_of, ranks_of, shortfalls, trend_of
from pages.cards import card, history_of, lines_of
from pages.footnote import download, footnote
from pages.panel import map_of, ranking_of
from pages.place import bound, here
from wording.figures import count_of, value_of
from wording.headlines import figure_headline, place_headline, trend_headline
from wording.tables import task_table
from wording.titles import chart_words, period_ticks

_FARTHEST, _CARDS = 100, 6

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
entries = dictionary(snapshot)

# Fetch
figures = figures_of(snapshot, region.code, on, place.complete_from)
campaign = campaign_on(snapshot, on)
of_tasks = figures["indicator"].map(
    lambda key: entries[key].group_id == "campaign" and not (campaign and key == campaign.indicator)
)
shown = figures[(figures["light"] != "grey") & ~of_tasks]
ranks = ranks_of(snapshot, region.code, on, place.complete_from).set_index("indicator")
level = place.levels[0]

# Show
st.header(place_headline(words, place.name(region), shown))
if shown.empty:
    st.write(_("Nothing has been reported for {name} up to {day}.").format(name=place.name(region), day=words.date(on)))
    st.stop()
groups = [list(rows) for _, rows in groupby(shown.itertuples(index=False), lambda row: entries[row.indicator].group_id)]
for line in lines_of(groups, _CARDS):
    free = _CARDS - sum(map(len, line))
    columns = st.columns([len(group) for group in line] + ([free] if free > 0 else []), gap="small")
    for column, group in zip(columns, line, strict=False):
        first = entries[group[0].indicator]
        with column, st.container(gap="xxsmall"):
            st.markdown(f"**{words.pick(first.group_name, first.group_name_en)}**")
            with st.grid(min(len(group), _CARDS), gap="small"):
                for row in group:
                    entry = entries[row.indicator]
                    among = ""
                    # Counts of places of different size have no fair order.
                    if row.indicator in ranks.index and entry.denominator_name is not None:
                        rank, siblings = (words.number(n) for n in ranks.loc[row.indicator])
                        among = _("rank {rank} of {n}").format(rank=rank, n=siblings)
                    card(place, entry, row, history_of(place, entry, row), among)

choices = shown["indicator"].tolist()
chosen = st.selectbox(
    _("Indicator"),
    choices,
    format_func=lambda key: words.pick(entries[key].name, entries[key].name_en),
    **bound("indicator", choices, choices[0]),
    width=360,
)
entry = entries[chosen]
figure = next(shown[shown["indicator"] == chosen].itertuples(index=False))
children = children_of(snapshot, around.code, chosen, on, place.complete_from, place.shown_level)
left, right = st.columns([1.15, 1])
with left:
    map_of(place, entry, children, level, f"map-{around.code}-{chosen}")
with right:
    parts = shown[shown["indicator"] == chosen] if place.is_last else children
    title = figure_headline(words, entry, figure, shortfalls(parts, entry), "" if place.is_last else level)
    ranking_of(place, entry, children, title, f"ranking-{around.code}-{chosen}")

series = trend_of(snapshot, region.code, chosen, None, figure.period)
series["label"] = [value_of(words, entry, value) for value in series["value"]]
st.plotly_chart(
    trend(
        series, chart_words(words, entry, trend_headline(words, entry, figure)), place.palette,
        ticks=period_ticks(words, entry, series["period"]), width=place.px(1200),
    ),
    theme=None, key=f"trend-{chosen}", config=dict(PLOT_CONFIG),
)  # fmt: skip

if campaign:
    tasks = village_tasks(snapshot, region.code, campaign, on)
    st.subheader(
        _("Key tasks, who answers for them and by when: {n}").format(
            n=count_of(words, "village", tasks["code"].nunique())
        )
    )
    table = task_table(words, tasks.head(_FARTHEST))
    st.dataframe(table, hide_index=True, height=420 if len(table) > 10 else "auto")
    download(place, table, _("Villages and tasks"))
footnote(place, entry, figure)
