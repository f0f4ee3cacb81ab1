"""The campaign: done against target and plan by task, place and day; its pace; the villages behind and who answers."""

from datetime import timedelta

import streamlit as st

from charts.campaign import plan_against_actual
from charts.heatmap import task_heatmap
from charts.lines import Mark
from charts.theme import PLOT_CONFIG
from data_access.campaign import campaign_on, days_of, forecast_of, pace_of, tasks_of, village_tasks
from data_access.indicators import children_of, dictionary, figures_of, matrix_of, shortfalls
from pages.cards import card, fact
from pages.day_map import day_map
from pages.footnote import download, footnote
from pages.place import bound, go_to, here
from wording.figures import count_of, labelled, value_of
from wording.headlines import behind_headline, campaign_headline, figure_headline, heatmap_headline, pace_headline
from wording.tables import task_table
from wording.titles import chart_words, day_ticks

# A table of 1,900 rows is 400 kB a rerun, and nobody reads it: 100 are 20 kB.
_FARTHEST = 100

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
config = place.settings.campaign
campaign = campaign_on(snapshot, on)
if campaign is None or campaign.reported_to is None:
    later = campaign_on(snapshot, place.until)
    if later and later.reported_to:
        st.header(_("No campaign had reported by {day}").format(day=words.date(on)))
        st.write(_("Choose a later day above."))
    else:
        st.header(_("No campaign has been handed in yet"))
        st.write(_("Hand in the campaign's workbooks: its days, key tasks, village targets and reports."))
    st.stop()
entries = dictionary(snapshot)
tasks = tasks_of(snapshot, campaign.id)
top = st.container()
left, controls = st.columns([1, 2.6], vertical_alignment="center")
lead = campaign.indicator
choices = [lead, *tasks["indicator"]]
chosen = left.selectbox(
    _("Key task"),
    choices,
    format_func=lambda key: _("All tasks") if key == lead else words.pick(entries[key].name, entries[key].name_en),
    **bound("task", choices, lead),
)
entry = entries[chosen]

# Fetch
figures = figures_of(snapshot, region.code, on, place.complete_from)
figure = next(figures[figures["indicator"] == chosen].itertuples(index=False))
levels = place.levels
children = children_of(snapshot, around.code, chosen, on, place.complete_from, place.shown_level)
days = days_of(snapshot, region.code, chosen, campaign)
pace = pace_of(days, on, campaign.end_on, config.pace_days)
villages = village_tasks(snapshot, region.code, campaign, on)
if chosen != lead:
    villages = villages[villages["indicator"] == chosen].reset_index(drop=True)
silent = villages.loc[villages["silent_days"] > config.silent_days, "code"].nunique()
lights = children_of(snapshot, region.code, chosen, on, place.complete_from, "village")["light"].value_counts()

# Show
with top:
    parts = figures[figures["indicator"] == chosen] if place.is_last else children
    finding = figure_headline(words, entry, figure, shortfalls(parts, entry), "" if place.is_last else levels[0])
    st.header(campaign_headline(words, campaign, finding))
    with st.grid(6, gap="small"):
        remaining = _("{n} days left, to {day}").format(n=campaign.days - campaign.day, day=words.day(campaign.end_on))
        fact(_("Day of the campaign"), _("Day {day}").format(day=campaign.day), remaining)
        card(place, entry, figure)
        needed = _("needed: {pace}").format(pace=words.distance(pace.needed))
        fact(_("Done a day, last {n} days").format(n=config.pace_days), words.distance(pace.present), needed)
        finish = words.day(pace.finish_on) if pace.finish_on else _("not in sight")
        fact(_("Finished at this pace"), finish, _("deadline {day}").format(day=words.day(campaign.end_on)))
        far, behind = (count_of(words, "village", int(lights.get(light, 0))) for light in ("red", "amber"))
        fact(_("Villages far behind"), far, _("and {amber} behind, of {n}").format(amber=behind, n=int(lights.sum())))
        never = _("never reported: {n}").format(n=int(lights.get("grey", 0)))
        fact(_("Silent for over {n} days").format(n=config.silent_days), count_of(words, "village", silent), never)

if st.session_state.pop("rewind", False):
    st.session_state["day"] = 1
day_map(place, campaign, entry, levels, controls)

curve = forecast_of(days, on, config.pace_days).rename(columns={"period": "day"})
marks = [Mark(campaign.start_on + timedelta(days=campaign.day - 1), _("today"), strong=True)]
marks += [Mark(campaign.exam_on, _("assessment"))] if campaign.exam_on else []
end = curve["forecast_mid"].dropna().tail(1)
st.plotly_chart(
    plan_against_actual(
        curve,
        chart_words(words, entry, pace_headline(words, campaign, pace)),
        place.palette,
        marks=marks,
        ticks=day_ticks(words, campaign),
        done_label=value_of(words, entry, figure.value),
        forecast_label="".join(value_of(words, entry, value) for value in end),
        width=place.px(1200),
    ),
    theme=None,
    key="curve",
    config=dict(PLOT_CONFIG),
)

matrix = matrix_of(snapshot, around.code, tuple(tasks["indicator"]), on, place.complete_from)
cells = labelled(words, entry, matrix).rename(columns={"indicator": "task"})
cells["task_name"] = [words.pick(entries[key].name, entries[key].name_en) for key in cells["task"]]


def open_cell() -> None:
    """Go to the region and the task of the cell that was clicked."""
    points = st.session_state["heatmap"]["selection"]["points"]
    if points:
        st.query_params["task"], code = points[0]["customdata"]
        go_to(code)


measured = _("Done of each task, in %; the colour says how far ahead of or behind its plan")
st.plotly_chart(
    task_heatmap(
        cells,
        chart_words(words, entry, heatmap_headline(words, cells), measured),
        place.palette,
        width=place.px(1200),
    ),
    theme=None,
    key="heatmap",
    on_select=open_cell,
    selection_mode="points",
    config=dict(PLOT_CONFIG),
)

st.subheader(behind_headline(words, villages, config.silent_days))
farthest = villages.head(_FARTHEST)
table = task_table(words, farthest)
picked = st.dataframe(
    table,
    hide_index=True,
    on_select="rerun",
    selection_mode="single-row",
    key=f"behind-{region.code}-{chosen}",
    height=420 if len(table) > 10 else "auto",
)
if picked["selection"]["rows"]:
    go_to(farthest.at[picked["selection"]["rows"][0], "code"])
    st.rerun()
if len(villages) > _FARTHEST:
    st.caption(
        _("The {n} farthest behind of {m}; choose a township or a task to see the others.").format(
            n=_FARTHEST, m=words.number(len(villages))
        )
    )
download(place, table, _("Villages and tasks"))
footnote(place, entry, figure)
