"""Which page shows which group of indicators: links lead there, and Livelihood shows what no other page does."""

from collections.abc import Collection

from data_access.indicators import Indicator

#: Groups with a page of their own, by the key that the frame gives it; a group that a county adds has none.
PAGE_OF_GROUP = {
    "campaign": "campaign",
    "income": "income",
    "guarantee": "guarantees",
    "funds": "projects",
    "monitoring": "monitoring",
    "problems": "rectification",
    "assessment": "assessment",
}
_REST = "livelihood"


def page_of(group: str, pages: Collection[str]) -> str:
    """Return the key of the page that shows a group, among those that there are."""
    page = PAGE_OF_GROUP.get(group, _REST)
    return page if page in pages else _REST


def is_left_over(group: str, pages: Collection[str]) -> bool:
    """Tell whether no page but Livelihood shows a group."""
    return page_of(group, pages) == _REST


def link_to(entry: Indicator | None, pages: Collection[str]) -> tuple[str, dict[str, str]]:
    """Return the page that shows an indicator, and what its address says so that it is the one chosen there.

    Without an indicator: where the campaign's silent villages are.
    """
    if entry is None:
        return "campaign", {}
    page = page_of(entry.group_id, pages)
    if page == "campaign":
        return page, {"task": entry.id}
    if page == "guarantees":
        return page, {"item": entry.id.split(".")[1]}
    return page, {} if page in ("income", "assessment") else {"indicator": entry.id}
