"""The money of projects in words: by level and use, against the year, and against the works."""

import pandas as pd

from data_access.indicators import Indicator
from i18n import N_, Words
from wording.figures import base_of, said_of

_SOURCES = {
    "central": N_("Central funds"),
    "provincial": N_("Provincial funds"),
    "prefecture": N_("Prefecture funds"),
    "county": N_("County funds"),
}


def projects_count(words: Words, n: float) -> str:
    """Return a number of projects, as in 12 个项目."""
    return words.ngettext("{n} project", "{n} projects", int(n)).format(n=words.number(n))


def yuan(words: Words, value: float) -> str:
    """Return an amount of money."""
    return words.amount(value, "元")


def percent(words: Words, value: float) -> str:
    """Return a rate to one decimal."""
    return words.amount(value, "%", 1)


def curve_headline(words: Words, curve: pd.DataFrame) -> str:
    """Return where the present pace of payment leads by the year's end; `curve` is a `year_curve`."""
    end = curve["forecast"].iloc[-1]
    if end != end:
        return words.gettext("Nothing has been allocated this year yet")
    if round(end, 1) >= 100:
        return words.gettext("At the present pace all of it is paid by the end of the year")
    text = words.gettext("At the present pace {value} is paid by the end of the year, {distance} short")
    return text.format(value=percent(words, end), distance=words.distance(100 - end))


def curve_names(words: Words, curve: pd.DataFrame) -> tuple[str, str, str, str]:
    """Return the names of plan, paid, works and forecast with the figures that they end with."""

    def last(column: str) -> str:
        known = curve[column].dropna()
        return percent(words, known.iloc[-1]) if len(known) else ""

    names = (
        (words.gettext("Plan"), "plan"),
        (words.gettext("Paid"), "paid"),
        (words.gettext("Works done"), "physical"),
        (words.gettext("At the present pace"), "forecast"),
    )
    plan, paid, physical, forecast = (f"{name} {last(column)}".strip() for name, column in names)
    return plan, paid, physical, forecast


def sources_headline(words: Words, rows: pd.DataFrame) -> str:
    """Return which level's money is paid slowest; `rows` are those of `figures_of`, with name."""
    known = rows[rows["value"].notna()]
    if known.empty:
        return words.gettext("Nothing has been allocated this year yet")
    least = known.loc[known["value"].idxmin()]
    text = words.gettext("{name} lag most: {value} paid")
    return text.format(name=least["name"], value=percent(words, least["value"]))


def source_name(words: Words, source: str) -> str:
    """Return what the money of one level of government is called."""
    return words.say(_SOURCES[source])


def axes_rows(words: Words, pairs: pd.DataFrame, paid: Indicator, physical: Indicator) -> pd.DataFrame:
    """Return the rows of `charts.dots.dots` from a `matrix_of` the two: paid, built; the farthest apart first."""
    by = {key: part.set_index("code") for key, part in pairs.groupby("indicator")}
    money, works = by[paid.id], by[physical.id]
    rows = pd.DataFrame(
        {
            "code": money.index,
            "name": [words.pick(row.name, row.name_en) for row in money.itertuples()],
            "first": money["value"].to_numpy(),
            "second": works["value"].to_numpy(),
            "first_label": [said_of(words, paid, row) for row in money.itertuples()],
            "second_label": [said_of(words, physical, row) for row in works.itertuples()],
        }
    )
    label = words.gettext("{name}\nPaid\t{paid}\nWorks done\t{works}")
    bases = zip(
        (base_of(words, paid, row)[0] for row in money.itertuples()),
        (base_of(words, physical, row)[0] for row in works.itertuples()),
        strict=True,
    )
    rows["hover"] = [
        label.format(name=r.name, paid=f"{r.first_label} ({one})", works=f"{r.second_label} ({other})")
        for r, (one, other) in zip(rows.itertuples(), bases, strict=True)
    ]
    # Where neither is known nothing lies apart, and the row says nothing.
    rows = rows[rows["first"].notna() | rows["second"].notna()]
    order = (rows["first"] - rows["second"]).abs().sort_values(ascending=False, na_position="last", kind="stable")
    return rows.loc[order.index].reset_index(drop=True)


def axes_headline(words: Words, rows: pd.DataFrame) -> str:
    """Return where money runs ahead of the works and where it runs behind; `rows` are `axes_rows`."""
    apart = (rows["first"] - rows["second"]).dropna()
    if apart.empty or (apart.max() <= 0 and apart.min() >= 0):
        return words.gettext("Money and works go together")
    ahead, behind = rows.loc[apart.idxmax()], rows.loc[apart.idxmin()]
    if apart.max() <= 0:
        text = words.gettext("Works run ahead of the money, by {distance} in {behind}")
        return text.format(behind=behind["name"], distance=words.distance(-apart.min()))
    if apart.min() >= 0:
        text = words.gettext("Money runs ahead of the works, by {distance} in {ahead}")
        return text.format(ahead=ahead["name"], distance=words.distance(apart.max()))
    text = words.gettext("Money runs ahead of the works in {ahead} ({more}), farthest behind in {behind} ({less})")
    less, more = words.points(apart.min()), words.points(apart.max())
    return text.format(ahead=ahead["name"], more=more, behind=behind["name"], less=less)


def flow_rows(words: Words, flows: pd.DataFrame, own: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the ribbons of a `flows_of` (source to place to kind), and each node's amount with what of it is paid.

    `own` is the code of the region itself, whose own projects stand beside its parts.
    """
    _ = words.gettext
    is_alone = flows["place_code"].eq(own).all()
    place = [
        name if is_alone or code != own else _("{name} itself").format(name=name)
        for code, name in ((r.place_code, words.pick(r.place, r.place_en)) for r in flows.itertuples())
    ]
    kind = flows["kind"].astype(object).where(flows["kind"].notna(), _("kind not given"))
    named = flows.assign(place=place, kind=kind, source=[source_name(words, source) for source in flows["source"]])
    parts = []
    for origin, target in (("source", "place"), ("place", "kind")):
        sums = named.groupby([origin, target], sort=False, as_index=False)[["allocated", "paid"]].sum()
        parts.append(sums.rename(columns={origin: "origin", target: "target", "allocated": "value"}))
    ribbons = pd.concat(parts, ignore_index=True)
    ribbons["label"] = [yuan(words, value) for value in ribbons["value"]]
    said = _("{origin} → {target}\nAllocated\t{value}\nPaid\t{paid} ({rate})")
    rate = (ribbons["paid"] / ribbons["value"] * 100).map(lambda value: percent(words, value))
    ribbons["hover"] = [
        said.format(origin=r.origin, target=r.target, value=r.label, paid=yuan(words, r.paid), rate=share)
        for r, share in zip(ribbons.itertuples(), rate, strict=True)
    ]
    totals = {
        name: yuan(words, value)
        for column in ("source", "place", "kind")
        for name, value in named.groupby(column, sort=False)["allocated"].sum().items()
    }
    return ribbons, totals


def flow_headline(words: Words, flows: pd.DataFrame) -> str:
    """Return how much money there is, which level gives most of it, and what most of it is for."""
    total = flows["allocated"].sum()
    by_source, by_kind = (flows.groupby(column)["allocated"].sum() for column in ("source", "kind"))
    text = words.gettext("{total} in all: {share} are {source}")
    said = text.format(
        total=yuan(words, total),
        share=percent(words, by_source.max() / total * 100),
        source=source_name(words, by_source.idxmax()).lower(),
    )
    if by_kind.empty:
        return said
    text = words.gettext("{said}; {share} go into {kind}")
    return text.format(said=said, share=percent(words, by_kind.max() / total * 100), kind=by_kind.idxmax())


def benefit_rows(words: Words, modes: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `charts.bars.plan_bars` from a `benefit_of`: households by mode, with the yuan they got."""
    _ = words.gettext
    names = modes["mode"].astype(object).where(modes["mode"].notna(), _("mode not given"))
    rows = pd.DataFrame(
        {"code": names, "name": names, "value": modes["households"], "plan_value": float("nan"), "light": "none"}
    )
    said = [
        (words.number(r.households), yuan(words, r.benefit), projects_count(words, r.projects))
        for r in modes.itertuples()
    ]
    rows["label"] = [
        _("{n} households, {yuan}").format(n=n, yuan=y) if r else n
        for (n, y, _p), r in zip(said, modes["benefit"] > 0, strict=True)
    ]
    rows["hover"] = [
        f"{name}\n{projects}\t{label}"
        for name, label, (_n, _y, projects) in zip(names, rows["label"], said, strict=True)
    ]
    return rows


def benefit_headline(words: Words, modes: pd.DataFrame) -> str:
    """Return by which mode most households benefit; `modes` is a `benefit_of`."""
    known = modes[modes["mode"].notna()]
    total = words.number(modes["households"].sum())
    if known.empty:
        return words.gettext("{n} households benefit; by which mode is not given").format(n=total)
    text = words.gettext("{n} households benefit, most by mode through {mode} ({most})")
    return text.format(n=total, mode=known["mode"].iloc[0], most=words.number(known["households"].iloc[0]))
