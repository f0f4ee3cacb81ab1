"""Text on figures: how wide it runs, where it breaks, how it is made safe, and what stands above and below a plot."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from charts.theme import SHAPES, Palette
from charts.words import ChartWords

LINE_HEIGHT = 1.3
_TITLE, _SUBTITLE, _SOURCE = 17, 13, 12
#: The ems of a Latin capital, and of any other Latin character; bold ones fit too.
_CAPITAL, _LATIN = 0.72, 0.57
#: What is never parted: figures and Latin words, and an opening bracket from what it opens.
_TOKENS = re.compile(r"[（《「『“‘]?(?:[!-~]+ ?|\S)|\s")
_CLOSING = frozenset("，。、；：！？）》」』”’%％·")


def em_width(text: str) -> float:
    """Return how many ems `text` is wide: one for a Chinese character, a little over half for a Latin one."""
    return sum(
        1.0 if east_asian_width(character) in "WFA" else _CAPITAL if character.isupper() else _LATIN
        for character in text
    )


def widest(texts: Sequence[str], size: float) -> float:
    """Return the pixels that the widest of `texts` takes at a font of `size` pixels; 0 without texts."""
    return max((em_width(text) for text in texts), default=0.0) * size


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Return `text` in lines of at most `width` pixels; no figure or Latin word is broken, no mark orphaned."""
    lines: list[str] = []
    line = ""
    for token in _TOKENS.findall(text):
        if line and token[0] not in _CLOSING and em_width(line + token.rstrip()) * size > width:
            lines.append(line.rstrip())
            line = ""
        line += token if line else token.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def shortened(text: str, width: float, size: float) -> str:
    """Return `text`, cut with an ellipsis where it would run wider than `width` pixels."""
    if em_width(text) * size <= width:
        return text
    while text and em_width(text + "…") * size > width:
        text = text[:-1]
    return text.rstrip() + "…"


def folded(text: str, width: float, size: float, lines: int) -> list[str]:
    """Return `text` in at most so many lines, each cut with an ellipsis where it would run wider than `width`."""
    parts = wrapped(text, width, size) if lines > 1 else [text]
    if len(parts) > lines:
        end = 0
        for part in parts[: lines - 1]:
            end = text.index(part, end) + len(part)
        parts = [*parts[: lines - 1], text[end:].strip()]
    return [shortened(part, width, size) for part in parts]


def safe(text: str) -> str:
    """Return `text` so that plotly shows it as it is and takes nothing in it for a tag."""
    return html.escape(text, quote=False)


def hover_text(text: str) -> str:
    """Return hover lines for plotly: the first one bold, a tab between a label and its value as a wide space."""
    first, *rest = text.split("\n")
    return "<br>".join([f"<b>{safe(first)}</b>", *(safe(line).replace("\t", "　") for line in rest)])


def coloured(text: str, colour: str) -> str:
    """Return safe text that plotly draws in `colour`."""
    return f'<span style="color:{colour}">{text}</span>'


@dataclass(frozen=True)
class Margins:
    """The pixels around a plot."""

    left: float
    right: float
    top: float
    bottom: float

    def layout(self) -> dict[str, float]:
        """Return them as plotly names them."""
        return {"l": self.left, "r": self.right, "t": self.top, "b": self.bottom, "pad": 0}


def block_of(
    words: ChartWords, palette: Palette, *, width: float, margins: Margins, key: Sequence[str] = ()
) -> tuple[Margins, list[dict[str, Any]]]:
    """Return `margins` widened by title, subtitle, key and source, and these as annotations.

    `width` is the figure's expected width in pixels: it only decides where lines break. `key` is lines that are already
    safe plotly text. `margins` are those that the plot itself asks for. Annotations, unlike a title, keep their
    distance in pixels from the plot whatever the figure's height.
    """
    size, small, source_size = palette.px(_TITLE), palette.px(_SUBTITLE), palette.px(_SOURCE)
    title = [f"<b>{safe(line)}</b>" for line in wrapped(words.title, width * 0.97, size)]
    below = [safe(line) for line in wrapped(words.subtitle, width * 0.97, small)] + list(key)
    source = [safe(line) for line in wrapped(words.source, width * 0.97, source_size)]
    title_height = len(title) * size * LINE_HEIGHT + palette.px(3) * bool(title)
    below_height = len(below) * small * 1.45
    top = margins.top + title_height + below_height + palette.px(6) * bool(title or below)
    bottom = margins.bottom + len(source) * source_size * LINE_HEIGHT + palette.px(6) * bool(source)
    blocks = (
        (title, 1, "top", top, size, palette.ink),
        (below, 1, "top", top - title_height, small, palette.muted),
        (source, 0, "bottom", -bottom, source_size, palette.muted),
    )
    annotations = [
        {
            "text": "<br>".join(lines),
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "xshift": -margins.left,
            "y": y,
            "yref": "paper",
            "yanchor": anchor,
            "yshift": shift,
            "align": "left",
            "showarrow": False,
            "font": {"size": size_px, "color": colour},
        }
        for lines, y, anchor, shift, size_px, colour in blocks
        if lines
    ]
    return Margins(margins.left, margins.right, top, bottom), annotations


def texts_at(
    x: Sequence[float | str],
    y: Sequence[float],
    texts: Sequence[str],
    colours: Sequence[str],
    size: float,
    position: str = "middle center",
) -> list[dict[str, Any]]:
    """Return `texts` at places of the plot, one trace a colour: a click would fade a trace of several colours."""
    traces = []
    for colour in dict.fromkeys(colours):
        own = [index for index, other in enumerate(colours) if other == colour]
        traces.append(
            {
                "type": "scatter",
                "mode": "text",
                "x": [x[index] for index in own],
                "y": [y[index] for index in own],
                "text": [safe(texts[index]) for index in own],
                "textposition": position,
                "textfont": {"size": size, "color": colour},
                "hoverinfo": "skip",
                "cliponaxis": False,
                "unselected": {"textfont": {"color": colour}},
            }
        )
    return traces


def lights_key(words: ChartWords, palette: Palette, present: Sequence[str], width: float) -> list[str]:
    """Return the key of the lights that are `present`, and of the plan mark, in lines of safe plotly text."""
    entries = [(SHAPES[light], palette.light(light), text) for light, text in words.lights if light in present]
    if words.plan:
        entries.append(("┃", palette.ink, words.plan))
    return key_lines(entries, palette, width)


def key_lines(entries: Sequence[tuple[str, str, str]], palette: Palette, width: float) -> list[str]:
    """Return a key's entries (sign, its colour, its meaning) in lines of safe plotly text, at most `width` wide."""
    lines: list[list[str]] = []
    room = 0.0
    for shape, colour, text in entries:
        # The shape, a space, and a wide space before the next one.
        wide = (em_width(text) + 2.3) * palette.px(_SUBTITLE)
        if wide > room:
            lines.append([])
            room = width
        lines[-1].append(f"{coloured(shape, colour)} {safe(text)}")
        room -= wide
    return ["　".join(parts) for parts in lines]


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Return `positions` (pixels) moved as little as possible (least squares) until all are `gap` or more apart."""
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    # With i gaps taken off the i-th, "at least a gap apart" is "never falling": pool whatever falls into its mean.
    pools: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        mean, count = positions[index] - rank * gap, 1
        while pools and pools[-1][0] > mean:
            other, others = pools.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        pools.append((mean, count))
    levels = [mean for mean, count in pools for _ in range(count)]
    placed = [0.0] * len(positions)
    for rank, index in enumerate(order):
        placed[index] = levels[rank] + rank * gap
    return placed
