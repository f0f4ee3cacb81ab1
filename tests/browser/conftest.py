"""A real server over a copy of the demo county, and a real Chromium whose every complaint fails the test."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.servers import serving

HERE = Path(__file__).parent
SETTLE_MILLISECONDS = 30_000

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--disable-background-networking",
    # A request that would leave this machine finds no address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
LOCAL_HOSTS = ("127.0.0.1", "localhost")
LOCAL_SCHEMES = ("about", "blob", "data")

# On a deep link Streamlit asks below the page's name first whether the server is there, and takes the 404 for a no.
BASE_PATH_PROBE = re.compile(r"/(campaign|income|guarantees|village)/_stcore/(health|host-config)$")

# Without a GPU picking takes longer than the 250 ms that deck.gl gives a tap.
SLOW_CLOCK = "const now = Date.now.bind(Date), start = now(); Date.now = () => start + (now() - start) / 10;"


class Server(NamedTuple):
    """A running server: where it answers, and the database that it shows."""

    url: str
    database_url: str


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last and in one worker, beside nothing that takes their processor time."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
    items.sort(key=lambda item: item.path.is_relative_to(HERE))


@pytest.fixture(scope="session")
def server(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server as `make run` starts it, over its own copy of the demo county, which tests may load into."""
    folder = tmp_path_factory.mktemp("server")
    database_url = f"sqlite:///{shutil.copy(demo_database, folder / 'guatu.sqlite')}"
    with serving(database_url, folder / "log") as address:
        yield Server(f"http://{address}", database_url)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("The browser tests need Chromium: apt-get install chromium fonts-noto-cjk", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page of 1366×768. Any console error, page error or request that leaves this machine fails the test."""
    complaints: list[str] = []

    def check_address(url: str) -> None:
        parts = urlsplit(url)
        if parts.hostname not in LOCAL_HOSTS and parts.scheme not in LOCAL_SCHEMES:
            complaints.append(f"a request left this machine: {url}")

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not BASE_PATH_PROBE.search(message.location["url"]):
            complaints.append(f"{message.text} {message.location['url']}")

    context = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.on("request", lambda request: check_address(request.url))
    context.on("console", hear)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    page.on("websocket", lambda websocket: check_address(websocket.url))
    yield page
    seen = list(complaints)  # what closing the page adds is not the test's
    context.close()
    assert not seen, "\n".join(seen)


@pytest.fixture
def slow_clock(page: Page) -> None:
    """Slow the page's clock down, so that a click on the map is taken for one; ask for it before the page opens."""
    page.add_init_script(SLOW_CLOCK)


@pytest.fixture
def settle() -> Callable[[Page], None]:
    """A function that waits until Streamlit has run the script and drawn what it sent."""

    def wait(page: Page) -> None:
        page.wait_for_selector(
            '[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=SETTLE_MILLISECONDS
        )
        page.wait_for_function(
            "() => !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')", timeout=SETTLE_MILLISECONDS
        )

    return wait


@pytest.fixture
def visit(page: Page, server: Server, settle: Callable[[Page], None]) -> Callable[[str], Page]:
    """A function that opens a path of the server in the page and waits until it stands still."""

    def open_path(path: str) -> Page:
        page.goto(server.url + path)
        settle(page)
        return page

    return open_path
