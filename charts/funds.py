"""Where money comes from, through whose hands it goes, and what it is for."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.lettering import Margins, block_of, hover_text, safe, widest
from charts.theme import Palette, figure_of, rgba
from charts.words import ChartWords

_NODE, _TEXT, _LINE, _GAP = 16, 14, 1.35, 4
#: Pixels of air between two nodes of a short column: more tears it apart.
_MOST_AIR = 30
#: How much taller the plot is than the names of its longest column, and its least height.
_ROOM, _LEAST = 1.3, 300
#: The share of the figure that names may take on both sides in one line, and of a column's breadth between the nodes.
_SIDES, _BETWEEN = 0.36, 0.55


def fund_flows(
    flows: pd.DataFrame,
    words: ChartWords,
    palette: Palette,
    *,
    totals: Mapping[str, str] | None = None,
    width: float = 1200,
    height: float | None = None,
) -> go.Figure:
    """Return ribbons of money from where it comes to where it goes, through what lies between.

    Columns read, a row a ribbon: origin, target (names of nodes: one name is one node, wherever it stands), value
    (yuan; ribbons of nothing are left out), label (the amount as it is written); hover where there is one. `totals` is
    each node's amount as it is written beside its name. Nodes that only give stand on the left, those that only take on
    the right, each column in the order of first appearance. A ribbon has the colour of its source; past the node where
    the sources mix it is grey. The figure grows beyond `height` where names would meet.
    Words used: title, subtitle, source.
    """
    flows = flows[flows["value"].astype(float) > 0]
    nodes = _nodes(flows).assign(total="")
    nodes["said"] = nodes["total"] = [(totals or {}).get(name, "") for name in nodes["name"]]
    size, air = palette.px(_TEXT), palette.px(10)
    sides = [nodes["column"] == column for column in (0, 2)]
    inner = nodes["column"] == 1
    # Where there is little room, the names at the sides break in two, and those between lose their totals.
    between = " " if sum(_widest(nodes[side], " ", size) for side in sides) < _SIDES * width else "\n"
    left, right = (_widest(nodes[side], between, size) + air for side in sides)
    plot = Margins(left, right, air, air)
    margins, annotations = block_of(words, palette, width=width, margins=plot)
    wide = max(width - margins.left - margins.right, 1.0)
    if _widest(nodes[inner], " ", size) > _BETWEEN * wide / 2:
        nodes.loc[inner, "total"] = ""
    nodes["text"] = nodes["name"] + np.where(inner, " ", between) + nodes["total"]
    nodes["line"] = (nodes["text"].str.count("\n") + 1) * size * _LINE
    gap = palette.px(_GAP)
    longest = (nodes["line"] + gap).groupby(nodes["column"]).sum().max() if len(nodes) else 0.0
    tall = max(longest * _ROOM, palette.px(_LEAST), (height or 0.0) - margins.top - margins.bottom)
    per_yuan = _scale(nodes, tall, gap)
    nodes["y"] = [middle / tall for middle in _middles(nodes, per_yuan, tall, gap, palette.px(_MOST_AIR))]
    half = palette.px(_NODE) / 2 / wide
    # Plotly reckons a place from a node's middle, and takes 0 for none.
    nodes["x"] = half + nodes["column"] / 2 * (1 - 2 * half)
    return figure_of(
        palette,
        [_sankey(flows, nodes, _pad(nodes, per_yuan, tall), palette)] if len(flows) else [],
        height=round(margins.top + margins.bottom + tall),
        margin=margins.layout(),
        annotations=[*annotations, *(_name(node, half, palette) for node in nodes.itertuples())],
        xaxis={"visible": False},
        yaxis={"visible": False},
    )


def _sankey(flows: pd.DataFrame, nodes: pd.DataFrame, pad: float, palette: Palette) -> dict[str, Any]:
    colours = dict(zip(nodes.loc[nodes["column"] == 0, "name"], cycle(palette.series), strict=False))
    tints = [colours.get(origin, palette.outline) for origin in flows["origin"]]
    at = {name: index for index, name in enumerate(nodes["name"])}
    hover = flows["hover"] if "hover" in flows else flows["label"]
    return {
        "type": "sankey",
        "arrangement": "fixed",
        "node": {
            # Without plotly's own labels, which run into each other: the names are annotations.
            "x": nodes["x"].tolist(),
            "y": nodes["y"].tolist(),
            "thickness": palette.px(_NODE),
            "pad": pad,
            "color": [colours.get(name, palette.outline) for name in nodes["name"]],
            "line": {"width": 0},
            "customdata": [
                hover_text(f"{name}\n{said}".strip()) for name, said in zip(nodes["name"], nodes["said"], strict=True)
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        "link": {
            "source": [at[name] for name in flows["origin"]],
            "target": [at[name] for name in flows["target"]],
            "value": flows["value"].astype(float).tolist(),
            "color": [rgba(tint, 0.4) for tint in tints],
            "hovercolor": [rgba(tint, 0.75) for tint in tints],
            "customdata": [hover_text(text) for text in hover],
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    }


def _nodes(flows: pd.DataFrame) -> pd.DataFrame:
    """Return the nodes: name, column (0 only gives, 1 does both, 2 only takes), through (yuan); by column."""
    amount = flows["value"].astype(float)
    given, taken = amount.groupby(flows["origin"]).sum(), amount.groupby(flows["target"]).sum()
    names = pd.Index(dict.fromkeys([*flows["origin"], *flows["target"]]))
    gives, takes = names.isin(given.index), names.isin(taken.index)
    through = np.maximum(given.reindex(names).fillna(0.0), taken.reindex(names).fillna(0.0))
    nodes = pd.DataFrame({"name": names, "column": takes * (2 - gives.astype(int)), "through": through.to_numpy()})
    return nodes.sort_values("column", kind="stable", ignore_index=True)


def _widest(nodes: pd.DataFrame, between: str, size: float) -> float:
    """Return the pixels of the widest name with its total, `between` them a blank or a break."""
    # A total is bold, and a little wider than its letters.
    texts = [
        f"{name}{between}{total}".strip().split("\n") for name, total in zip(nodes["name"], nodes["total"], strict=True)
    ]
    return 1.03 * widest([line for lines in texts for line in lines], size)


def _slots(nodes: pd.DataFrame, per_yuan: float, gap: float) -> pd.Series:
    """Return the pixels that each node takes: its own height, or its name's where that is higher, and a gap."""
    return (nodes["through"] * per_yuan).clip(lower=nodes["line"]) + gap


def _scale(nodes: pd.DataFrame, tall: float, gap: float) -> float:
    """Return the most pixels a yuan with which every column still fits into `tall`."""
    if nodes.empty:
        return 0.0
    low, high = 0.0, tall / nodes.groupby("column")["through"].sum().max()
    for _ in range(40):
        middle = (low + high) / 2
        fits = _slots(nodes, middle, gap).groupby(nodes["column"]).sum().max() <= tall
        low, high = (middle, high) if fits else (low, middle)
    return low


def _pad(nodes: pd.DataFrame, per_yuan: float, tall: float) -> float:
    """Return the distance of nodes from which plotly reckons just `per_yuan`: it takes no scale itself."""
    columns = nodes.groupby("column")["through"].agg(["sum", "size"])
    rest = (tall - per_yuan * columns["sum"]) / (columns["size"] - 1).where(columns["size"] > 1)
    return float(rest.min()) if rest.notna().any() else 0.0


def _middles(nodes: pd.DataFrame, per_yuan: float, tall: float, gap: float, most_air: float) -> list[float]:
    """Return the pixels from the top to each node's middle: what a column leaves parts its nodes, a little at most."""
    middles: list[float] = []
    for _, column in _slots(nodes, per_yuan, gap).groupby(nodes["column"]):
        left, gaps = tall - column.sum(), len(column) - 1
        air = min(left / gaps, most_air) if gaps else 0.0
        top = (left - air * gaps) / 2
        for slot in column:
            middles.append(top + slot / 2)
            top += slot + air
    return middles


def _name(node: Any, half: float, palette: Palette) -> dict[str, Any]:
    """Return a node's name with its total: outside of the first and the last column, on a veil between."""
    name, total = safe(node.name), f"<b>{safe(node.total)}</b>" if node.total else ""
    is_first = node.column == 0
    veil = {"bgcolor": rgba(palette.background, 0.72), "borderpad": 1} if node.column == 1 else {}
    return {
        "xref": "paper",
        "yref": "paper",
        "x": node.x - half if is_first else node.x + half,
        "y": 1 - node.y,
        "xanchor": "right" if is_first else "left",
        "yanchor": "middle",
        "align": "right" if is_first else "left",
        "xshift": palette.px(-5 if is_first else 5),
        "text": f"{name}<br>{total}" if "\n" in node.text else f"{name} {total}".strip(),
        "showarrow": False,
        "font": {"size": palette.px(_TEXT), "color": palette.ink},
    } | veil
