"""What a map shows beside the pointer, although its shapes come by URL and know only their code and name.

Streamlit fills `{field}` in a tooltip from the picked shape's properties, and nothing else. So the tooltip holds the
card of every unit, hidden, and one style rule, completed by the picked unit's `{key}`, shows its card. What the cards
have in common (labels, what all values of a line end with) is said once, as generated content: it halves what is sent.
"""

import html
import re
from typing import Any

import pandas as pd

from charts.theme import FONT, Palette

#: With more units than this the cards outweigh the page; only the name is shown.
MOST_CARDS = 800
_PLAIN_KEY = re.compile(r"(?!x-)[A-Za-z0-9_-]+")


def key_of(code: str) -> str:
    """Return `code` as it can stand in a style rule: itself if it is plain, else "x-" and its bytes in hex.

    The features behind a map's `geometry_url` carry it as their property `key`.
    """
    return code if _PLAIN_KEY.fullmatch(code) else "x-" + code.encode().hex()


def tooltip(
    children: pd.DataFrame, palette: Palette, *, centre: tuple[float, float], name_property: str = "name"
) -> dict[str, Any]:
    """Return pydeck's tooltip for `children`, one card each, in the palette's colours.

    Columns read: code, hover (lines; the first is the card's head; a tab parts a label from its value), longitude,
    latitude. A unit east of `centre` (longitude, latitude) opens its card westwards, one south of it upwards, so that
    none is cut off.
    """
    card = (
        f"background:{palette.surface};color:{palette.ink};border:1px solid {palette.outline};border-radius:6px;"
        f"padding:{palette.px(8):g}px {palette.px(12):g}px;font:{palette.px(14):g}px/1.55 {FONT};width:max-content;"
        "box-shadow:0 2px 10px rgba(0,0,0,.25);font-variant-numeric:tabular-nums"
    )
    base = {"background": "none", "padding": "0"}
    if len(children) > MOST_CARDS:
        return {"html": f"<div style='{card}'>{{{name_property}}}</div>", "style": base}
    cards, rules = _cards(children, centre)
    # {key} stands once and first: Streamlit puts a field's value where the field first appears.
    style = (
        ".gt>*{display:none}.gt>.u{key}{display:block}"
        f".gt{{position:absolute}}.gt>*{{{card};margin:12px}}.gt>.e{{transform:translateX(calc(-100% - 24px))}}"
        ".gt>.s{transform:translateY(calc(-100% - 24px))}"
        ".gt>.e.s{transform:translate(calc(-100% - 24px),calc(-100% - 24px))}"
        ".gt p{display:flex;margin:0;font:inherit;white-space:pre}.gt p:first-child{font-weight:700}"
        f".gt p:before{{flex:1;margin-right:1.6em;color:{palette.muted}}}"
    )
    return {"html": f"<style>{style}{rules}</style><div class=gt>{cards}</div>", "style": base}


def _cards(children: pd.DataFrame, centre: tuple[float, float]) -> tuple[str, str]:
    """Return the cards of `children` and the style rules that write what the cards of one layout have in common."""
    units = [_lines(text) for text in children["hover"]]
    layouts: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for labels, values in units:
        layouts.setdefault(labels, []).append(values)
    rules: list[str] = []
    endings: dict[tuple[str, ...], list[str]] = {}
    for number, (labels, members) in enumerate(layouts.items()):
        endings[labels] = [_shared_ending(line) for line in zip(*members, strict=True)]
        for line, (label, ending) in enumerate(zip(labels, endings[labels], strict=True), start=1):
            place = f".gt .l{number} p:nth-child({line})"
            rules += [f"{place}:before{{content:{_css(label)}}}"] * bool(label)
            rules += [f"{place}:after{{content:{_css(ending)}}}"] * bool(ending)
    number_of = {labels: number for number, labels in enumerate(layouts)}
    cards = []
    for code, longitude, latitude, (labels, values) in zip(
        children["code"], children["longitude"].astype(float), children["latitude"].astype(float), units, strict=True
    ):
        side = " e" * bool(longitude > centre[0]) + " s" * bool(latitude < centre[1])
        lines = "".join(
            f"<p>{_text(value.removesuffix(ending))}" for value, ending in zip(values, endings[labels], strict=True)
        )
        cards.append(f"<div class='u{key_of(code)} l{number_of[labels]}{side}'>{lines}</div>")
    return "".join(cards), "".join(rules)


def _lines(hover: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the labels and the values of a card's lines; a line without a tab, such as the head, has the label ""."""
    parts = [line.split("\t", 1) if "\t" in line else ["", line] for line in hover.split("\n")]
    return tuple(label for label, _ in parts), tuple(value for _, value in parts)


def _shared_ending(values: tuple[str, ...]) -> str:
    """Return what all of `values` end with; "" for a single card, which has nothing to share."""
    first, last = min(backwards := [value[::-1] for value in values]), max(backwards)
    shared = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:shared][::-1] if len(values) > 1 else ""


def _text(text: str) -> str:
    """Return data text for HTML, with braces out of reach of Streamlit's own {field}s."""
    return html.escape(text).replace("{", "&#123;").replace("}", "&#125;")


def _css(text: str) -> str:
    """Return `text` as a CSS string in which nothing can end the string, the rule or the style element."""
    return "'" + re.sub(r"[\\\"'<>&{}\x00-\x1f]", lambda found: f"\\{ord(found.group()):x} ", text) + "'"
