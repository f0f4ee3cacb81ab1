import html
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from charts.theme import LIGHT
from charts.tooltips import MOST_CARDS, key_of, tooltip

NASTY = "{name}&<script>\"村\\'"


class Cards(HTMLParser):
    """What a browser makes of a tooltip: its tags, and the text of each unit's lines."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.lines, self.style, self._unit = set(), {}, "", None
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        names = dict(attrs).get("class", "")
        if tag == "div" and names.startswith("u"):
            self._unit = names.split()[0][1:]
            self.lines[self._unit] = []
        if tag == "p":
            self.lines[self._unit].append("")

    def handle_data(self, data):
        if self._unit is None:
            self.style += data
        else:
            self.lines[self._unit][-1] += data


def shown(source, key):
    """Return the lines that the card of `key` shows, generated content included: (label, value)."""
    cards = Cards(source)
    layout = re.search(rf"class='u{re.escape(key)} (l\d+)", source)[1]  # type: ignore[index]  # every card has one

    def generated(line, where):
        found = re.search(rf"\.gt \.{layout} p:nth-child\({line}\):{where}{{content:'(.*?)'}}", cards.style)
        return re.sub(r"\\([0-9a-f]+) ", lambda hit: chr(int(hit.group(1), 16)), found.group(1)) if found else ""

    return [(generated(n, "before"), text + generated(n, "after")) for n, text in enumerate(cards.lines[key], start=1)]


def filled(source, **properties):
    """Do what Streamlit 1.67 does with a tooltip's {fields}: each found field is replaced where it first appears."""
    for field in re.findall(r"{.*?}", source):
        if field[1:-1] in properties:
            source = source.replace(field, html.escape(properties[field[1:-1]]), 1)
    return source


def test_every_card_says_exactly_its_hover(children):
    source = tooltip(children, LIGHT, centre=(107.6, 30.4))["html"]
    for row in children.itertuples():
        head, *rest = row.hover.split("\n")
        assert shown(source, row.code) == [("", head), *(tuple(line.split("\t")) for line in rest)]


def test_only_the_picked_unit_is_shown(children):
    source = filled(tooltip(children, LIGHT, centre=(107.6, 30.4))["html"], key="990101002", name="青塘镇")
    assert ".gt>*{display:none}.gt>.u990101002{display:block}" in source
    assert "{key}" not in source


def test_data_cannot_leave_its_place(children):
    rows = children.assign(hover=[f"{NASTY}{n}\n{NASTY}\t{NASTY}{n}" for n in range(6)])
    source = tooltip(rows, LIGHT, centre=(107.6, 30.4))["html"]
    assert Cards(source).tags == {"style", "div", "p"}
    assert shown(source, "990101003") == [("", f"{NASTY}2"), (NASTY, f"{NASTY}2")]
    after = filled(source, key="990101003", name="never", label="never")
    assert "never" not in after


def test_codes_of_any_kind_have_distinct_plain_keys():
    codes = ["990101001", "A-1_b", "x-61", "石岭", "a b", "a'b", "", "a"]
    keys = [key_of(code) for code in codes]
    assert len(set(keys)) == len(codes)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", key) for key in keys)
    assert keys[:2] == codes[:2]


def test_cards_open_towards_the_middle(children):
    source = tooltip(children, LIGHT, centre=(107.6, 30.35))["html"]
    sides = dict(re.findall(r"class='u(\d+) l\d+([ es]*)'", source))
    assert sides["990101001"].split() == ["s"]
    assert sides["990101003"].split() == []
    assert sides["990101005"].split() == ["e"]


def test_many_units_show_only_their_name(children):
    many = pd.concat([children] * 140, ignore_index=True)
    assert len(many) > MOST_CARDS
    source = tooltip(many, LIGHT, centre=(0, 0), name_property="name_en")["html"]
    assert filled(source, name_en="Shiling").endswith(">Shiling</div>")
    assert len(source) < 600


def test_what_cards_share_is_sent_once(children):
    villages = pd.concat([children] * 39, ignore_index=True)
    villages["code"] = [f"{990101001001 + n}" for n in range(len(villages))]
    villages["hover"] = [
        f"石岭镇 上坝村\n完成率\t{n / 3:.1f}%\n已完成 / 目标\t{n} / 240 户\n"
        f"计划\t67.3%\n与计划相差\t-{n / 7:.1f} 个百分点\n"
        f"名次\t第 {n} 名，共 234 个村\n最近上报\t11月{n % 30 + 1}日"
        for n in range(len(villages))
    ]
    sent = len(json.dumps(tooltip(villages, LIGHT, centre=(107.6, 30.4))))
    assert sent < 34_000
    assert sent < len(json.dumps(villages["hover"].tolist())) * 0.6


@pytest.mark.parametrize("rows", [0, 1])
def test_few_units_are_no_error(children, rows):
    assert "html" in tooltip(children.iloc[:rows], LIGHT, centre=(0, 0))
