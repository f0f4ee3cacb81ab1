"""Pages run by AppTest on the demo county, without a server or a browser."""

from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from settings import settings
from tests.conftest import ROOT, url_of

Open = Callable[..., AppTest]
FRAME = str(ROOT / "pages" / "frame.py")
#: By the keys that the frame gives them, in its order.
PAGES = (
    "overview",
    "campaign",
    "income",
    "guarantees",
    "projects",
    "monitoring",
    "rectification",
    "livelihood",
    "assessment",
    "village",
)


@pytest.fixture
def pages_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A function that lets pages read a database URL."""

    def use(url: str) -> None:
        monkeypatch.setenv("GUATU_DATABASE__URL", url)
        settings.cache_clear()
        st.cache_resource.clear()

    yield use
    settings.cache_clear()
    st.cache_resource.clear()


@pytest.fixture
def visit(pages_on: Callable[[str], None], demo_database) -> Open:
    """A function that runs a page ("overview", "campaign", "village") with query parameters on the demo county."""
    pages_on(url_of(demo_database))

    def run(page: str = "overview", **params: str) -> AppTest:
        app = AppTest.from_file(FRAME, default_timeout=30)
        for name, value in params.items():
            app.query_params[name] = value
        if page != "overview":
            app.run()
            app.switch_page(f"{page}.py")
            for name, value in params.items():
                app.query_params[name] = value
        return app.run()

    return run


def texts(app: AppTest) -> str:
    """Return everything that a page says in native elements."""
    kinds = ("header", "subheader", "markdown", "caption", "metric", "warning", "error", "info", "button")
    parts = []
    for kind in kinds:
        for element in app.get(kind):
            parts += [str(getattr(element, name, "") or "") for name in ("label", "value", "delta")]
    return "\n".join(parts)
