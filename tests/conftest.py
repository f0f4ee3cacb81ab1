"""What tests in every folder ask for: an empty database, the demo county, the real files."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from data_access.database import migrate, open_engine
from tests.data_access.slow_county import Slow, read_county

ROOT = Path(__file__).parents[1]

# A developer's own settings must not reach the tests.
for variable in [name for name in os.environ if name.startswith(("GUATU_", "STREAMLIT_"))]:
    del os.environ[variable]

# The same examples in every run; `--hypothesis-profile=default` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


def url_of(database: Path) -> str:
    return f"sqlite:///{database}"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty database with all its tables."""
    engine = open_engine(url_of(tmp_path / "guatu.sqlite"))
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo county's database file, built once for all workers as `make run` builds it. Not to be written."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    folder.mkdir(exist_ok=True)
    database, built = folder / "guatu.sqlite", folder / "built"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            outcome = subprocess.run(
                [sys.executable, "-m", "demo", "--if-empty"],
                cwd=ROOT,
                env=os.environ | {"GUATU_DATABASE_URL": url_of(database)},
                stdin=subprocess.DEVNULL,
                check=False,
                capture_output=True,
                text=True,
            )
            if outcome.returncode:
                pytest.fail(f"the demo county could not be built:\n{outcome.stdout}{outcome.stderr}", pytrace=False)
            built.touch()
    return database


@pytest.fixture(scope="session")
def demo_engine(demo_database: Path) -> Iterator[Engine]:
    """The demo county, shared by all tests that only read."""
    engine = open_engine(url_of(demo_database))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def slow(demo_engine: Engine) -> Slow:
    """The demo county's households, read through: for tests of the group "households", which one worker runs."""
    return read_county(demo_engine)


@pytest.fixture
def demo_copy(demo_database: Path, tmp_path: Path) -> Iterator[Engine]:
    """The demo county for a test that writes."""
    engine = open_engine(url_of(Path(shutil.copy(demo_database, tmp_path / "demo.sqlite"))))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real files that stands beside the repository."""
    folder = ROOT.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.fail("This test reads real files from ../shared/real, and that folder is not there.", pytrace=False)
    return folder
