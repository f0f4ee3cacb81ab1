"""The year-end standing: who leads, who is last and what moved them, the six lights, and which figures are doubted."""

import streamlit as st

from data_access.assessment import lights_of, marks_of, rules, scores_of
from data_access.indicators import dictionary, figures_of
from data_access.trust import failed_checks, trust_of
from pages.assessment_charts import lost_by_part, moved_in_a_month
from pages.assessment_lights import light_cards, peers_chart
from pages.footnote import download
from pages.panel import map_of, ranking_of
from pages.place import bound, go_to, here
from wording.assessment import (
    league_headline,
    place_headline,
    points,
    ranking_title,
    rules_note,
    score_entry,
    standing_note,
)
from wording.figures import count_of, level_name
from wording.league import items_table, league_rows, league_table, left_out
from wording.trust import DOUBT, doubted, doubts_table, trust_headline

_DOUBTS = 100

# Ask
place = here()
_, words = place.words.gettext, place.words
snapshot, region, around, on = place.snapshot, place.region, place.around, place.on
entries = dictionary(snapshot)
if figures_of(snapshot, region.code, on, place.complete_from)["value"].isna().all():
    st.header(_("{name}: nothing has been reported up to {day}").format(name=place.name(region), day=words.date(on)))
    st.write(_("Choose a later day or a wider region above."))
    st.stop()
top = st.container()
line = st.container(horizontal=True, vertical_alignment="center")
level = place.levels[0]
if len(place.levels) > 1:
    level = line.segmented_control(
        _("On the map"),
        place.levels,
        required=True,
        format_func=lambda key: _("by {level}").format(level=level_name(words, key)),
        **bound("level", place.levels, level),
    )

# Fetch
period = (on, place.complete_from)
scores = scores_of(snapshot, around.code, *period, level)
if around.level == "township":
    scores = scores.assign(township=None)  # the page's own: it need not be said with every village
marks = marks_of(snapshot, around.code, *period, level)
siblings = scores_of(snapshot, place.path[-2].code, *period, region.level) if len(place.path) > 1 else None
alone = scores_of(snapshot, region.code, *period, region.level)
own = next((alone if siblings is None else siblings.query("code == @region.code")).itertuples(index=False))
own_marks = marks_of(snapshot, region.code, *period, region.level)
failed = failed_checks(snapshot, region.code, *period)
trust = next(trust_of(snapshot, region.code, *period, region.level).itertuples(index=False))
signs, notes = doubted(words, scores, failed_checks(snapshot, around.code, *period), entries)
league = league_rows(words, scores, on, signs, notes)
entry, rule = score_entry(words), rules()

# Show
with top:
    name = place.name(region)
    if place.is_last and siblings is not None:
        st.header(place_headline(words, name, own, place.name(place.path[-2]), region.level, len(siblings)))
    else:
        st.header(league_headline(words, name, own, scores))
    light_cards(place, lights_of(snapshot, region.code, *period), entries)

line.caption(standing_note(words, own, trust))
left, right = st.columns([1.15, 1], gap="medium")
with left:
    map_of(place, entry, league, level, f"map-{around.code}-{level}")
with right:
    ranking_of(place, entry, league, ranking_title(words, scores, level), f"ranking-{around.code}-{level}")
key = _("Behind the score: rank, ranks gained or lost in a month; {sign} a figure in doubt.").format(sign=DOUBT)
st.caption("　".join(part for part in (key, left_out(words, marks, entries)) if part))

lost_by_part(place, scores, marks)
moved_in_a_month(place, scores, entries)

st.subheader(_("The league table: {places}").format(places=count_of(words, level, len(scores))))
in_doubt = trust_of(snapshot, around.code, *period, level).set_index("code")["doubts"]
table = league_table(words, scores, marks, in_doubt, entries)
tenths = st.column_config.NumberColumn(format="%.1f")
picked = st.dataframe(
    table,
    hide_index=True,
    placeholder="",
    on_select="rerun",
    selection_mode="single-row",
    key=f"league-{around.code}-{level}",
    height=530 if len(table) > 14 else "content",
    column_config={_("Score"): tenths, _("In a month"): tenths},
)
if picked["selection"]["rows"]:
    go_to(scores.at[picked["selection"]["rows"][0], "code"])
    st.rerun()
download(place, table, _("League table"))

if own.score == own.score:
    st.subheader(_("How {name} comes to {score}").format(name=name, score=points(words, own.score)))
else:
    st.subheader(_("The items of the score"))
st.write(entry.formula)
parts = {part.id: words.pick(part.name, part.name_en) for part in rule.parts}
table = items_table(words, own_marks, parts, entries)
formats = {_("Measured"): tenths, _("Points"): tenths}
st.dataframe(table, hide_index=True, placeholder="", height="content", column_config=formats)
download(place, table, _("Items"))

st.subheader(trust_headline(words, trust, failed))
st.caption(
    _(
        "Checked is every figure that a score or a light stands on: reported like the others, not more than all, no "
        "jump out of proportion to its own history, not the same again and again, not all exactly 100%. A doubt is a "
        "question to the place, not a verdict; the figure still counts."
    )
)
if not failed.empty:
    table = doubts_table(words, failed, entries)
    st.dataframe(table.head(_DOUBTS), hide_index=True, height=320 if len(table) > 8 else "auto")
    download(place, table, _("Failed checks"))

peers_chart(place, entries)
st.caption(
    _("Definition: {formula}").format(formula=rules_note(words, rule.ranked_from, rule.small_households))
    + "　"
    + _("Source: {source}").format(source=words.pick(entry.source, entry.source_en))
)
