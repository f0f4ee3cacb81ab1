"""Colours, type sizes and the bare figure that every chart is built on; no other module names a colour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go

#: The first of these that the reader's machine has; all of them write simplified Chinese.
FONT = "Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, PingFang SC, sans-serif"

#: The shape that says a light again, for a washed-out projector and for those who do not tell red from green.
SHAPES: Mapping[str, str] = {"green": "●", "amber": "▲", "red": "■", "grey": "○"}

#: What pages hand to plotly beside the figure: no tool bar, no zooming by wheel in the middle of a page that scrolls.
PLOT_CONFIG: Mapping[str, object] = {"displayModeBar": False, "displaylogo": False, "scrollZoom": False}


@dataclass(frozen=True)
class Palette:
    """One theme's colours as #rrggbb, and the factor by which its type and marks grow (1.5 suits a projector).

    `sequential` and `diverging` hold five classes each, from least to most and from far behind to far ahead; the fourth
    diverging colour is "at plan". `lights` are used for lights and nothing else.
    """

    name: str
    background: str
    surface: str
    ink: str
    muted: str
    grid: str
    accent: str
    accent_light: str
    lights: Mapping[str, str]
    sequential: tuple[str, str, str, str, str]
    diverging: tuple[str, str, str, str, str]
    not_reported: str
    hatch: str
    no_plan: str
    outline: str
    series: tuple[str, ...]
    scale: float = 1.0

    def px(self, size: float) -> float:
        """Return a size of the 1366x768 design in this palette's pixels, to half a pixel."""
        return round(size * self.scale * 2) / 2

    def scaled(self, scale: float) -> "Palette":
        """Return the same colours with type and marks `scale` times as large."""
        return replace(self, scale=scale)

    def light(self, light: str) -> str:
        """Return a light's colour; "none" (no plan and no target to be measured by) is the accent."""
        return self.lights.get(light, self.accent)


LIGHT = Palette(
    name="light",
    background="#fafaf7",
    surface="#ffffff",
    ink="#1b222b",
    muted="#56606d",
    grid="#e3e5e3",
    accent="#1f5aa6",
    accent_light="#7fa6d6",
    lights={"green": "#1f8a4c", "amber": "#bd8300", "red": "#c4242b", "grey": "#858d97"},
    sequential=("#cfe0f3", "#9fc0e6", "#6799d0", "#3570b1", "#174a86"),
    diverging=("#ab3f00", "#e8883f", "#f8cfa4", "#ffffff", "#43a8a6"),
    not_reported="#e6e8e9",
    hatch="#9aa2ab",
    no_plan="#d5d9dc",
    outline="#6b7580",
    series=("#1f5aa6", "#7a4fa3", "#9a5b7a", "#4f6473", "#7d6a4f", "#2b7f95"),
)

DARK = Palette(
    name="dark",
    background="#12171d",
    surface="#1b222b",
    ink="#eceff3",
    muted="#a3aebb",
    grid="#2b343f",
    accent="#6fb1ff",
    accent_light="#3f6ea6",
    lights={"green": "#45b97c", "amber": "#e5ac2f", "red": "#f2685f", "grey": "#7f8994"},
    sequential=("#22405f", "#2d5f93", "#4285c4", "#74b0e6", "#c2e0fb"),
    diverging=("#ff9b4a", "#c46a25", "#7a4a26", "#46505c", "#2f9c9a"),
    not_reported="#1b222b",
    hatch="#5c6673",
    no_plan="#2a323c",
    outline="#8a95a3",
    series=("#6fb1ff", "#b794e6", "#d795b4", "#9fb4c4", "#c4ad88", "#62c0d6"),
)


def rgba(colour: str, alpha: float) -> str:
    """Return a #rrggbb colour for plotly with an opacity, `alpha`, from 0 to 1."""
    red, green, blue = rgb(colour)
    return f"rgba({red},{green},{blue},{alpha:g})"


def rgb(colour: str) -> list[int]:
    """Return a #rrggbb colour as deck.gl wants it: three numbers from 0 to 255."""
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def mixed(colour: str, ground: str, share: float) -> str:
    """Return the #rrggbb colour of a `share` (0 to 1) of `colour` on `ground`."""
    return "#" + "".join(
        f"{round(over * share + under * (1 - share)):02x}" for over, under in zip(rgb(colour), rgb(ground), strict=True)
    )


def text_on(fill: str, palette: Palette) -> str:
    """Return the palette's ink or background, whichever reads better on `fill`."""
    candidates = (palette.ink, palette.background)
    return max(candidates, key=lambda colour: contrast(colour, fill))


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two #rrggbb colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def hatching(palette: Palette, where: Iterable[bool]) -> dict[str, Any]:
    """Return a bar trace's pattern: hatched `where` a unit did not report, plain elsewhere."""
    return {
        "shape": ["/" if missing else "" for missing in where],
        "fgcolor": palette.hatch,
        "size": palette.px(6),
        "solidity": 0.16,
        "fillmode": "overlay",
    }


def figure_of(
    palette: Palette, traces: Sequence[dict[str, Any]], *, xaxis: dict[str, Any], yaxis: dict[str, Any], **layout: Any
) -> go.Figure:
    """Return a figure of `traces` in the palette's type on a see-through ground, its axes bare but for what is given.

    Traces and layout come as plain dicts, checked by plotly once: every later change to a figure costs it milliseconds.
    """
    bare = {"fixedrange": True, "showgrid": False, "zeroline": False, "showline": False}
    text = {"family": FONT, "size": palette.px(13), "color": palette.ink}
    fixed = {
        # plotly's own template is 7 kB in every figure, and fights with the palette.
        "template": {},
        "font": text,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": palette.surface, "bordercolor": palette.outline, "align": "left", "font": text},
        "xaxis": bare | xaxis,
        "yaxis": bare | yaxis,
    }
    return go.Figure({"data": list(traces), "layout": fixed | layout})
