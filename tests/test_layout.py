"""The walls stand where they should: who may import whom, how long a module is, what the tree may not hold."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import streamlit.config
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
LONGEST_MODULE = 350
LONGEST_PAGE = 180
CODE = [
    path
    for top in ("app.py", "i18n.py", "charts", "data_access", "demo", "locales", "pages", "settings", "wording")
    for path in ([ROOT / top] if top.endswith(".py") else sorted((ROOT / top).rglob("*.py")))
]


OURS = {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in CODE}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> set[str]:
    """Return the top-level names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def third_party(path: Path) -> set[str]:
    return imported(path) - sys.stdlib_module_names - OURS


def requirement(text: str) -> str:
    """Return the name of a requirement as an index spells it."""
    return re.split(r"[<>=[]", text)[0].lower().replace("_", "-")


@pytest.fixture(scope="module")
def tree() -> dict[str, str]:
    """The text of every file of the repository, by its path."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    files = [ROOT / name for name in listed.split("\0") if name]
    held = {}
    for file in files:
        try:
            held[named(file)] = file.read_text()
        except (UnicodeDecodeError, FileNotFoundError):  # a workbook or a font; a file removed but not yet committed
            continue
    return held


def test_the_arrows_point_one_way(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_logo=True, no_cache=True) == 0


@pytest.mark.parametrize("path", [p for p in CODE if named(p).startswith(("i18n", "settings/"))], ids=named)
def test_what_stands_at_the_bottom_imports_nothing_of_ours(path):
    assert imported(path) & ((OURS | {"streamlit"}) - {"settings"}) == set()


@pytest.mark.parametrize("path", [p for p in CODE if named(p).startswith("charts/")], ids=named)
def test_a_chart_imports_only_what_draws(path):
    assert imported(path) - sys.stdlib_module_names <= {"charts", "numpy", "pandas", "plotly", "pydeck"}


@pytest.mark.parametrize("path", [p for p in CODE if named(p).startswith("pages/")], ids=named)
def test_a_page_holds_no_sql(path):
    taken = {
        alias.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy"
        for alias in node.names
    }
    assert taken <= {"Engine", "SQLAlchemyError"}


def test_the_project_names_what_it_imports_and_imports_what_it_names():
    sources = packages_distributions()
    used = {requirement(sources[name][0]) for path in CODE for name in third_party(path)}
    assert used == {requirement(each) for each in PROJECT["dependencies"]}


@pytest.mark.parametrize("path", CODE, ids=named)
def test_a_module_stays_small(path):
    longest = LONGEST_PAGE if named(path).startswith("pages/") else LONGEST_MODULE
    assert len(path.read_text().splitlines()) <= longest


@pytest.mark.parametrize("path", [p for p in CODE if named(p).startswith(("pages/", "wording/"))], ids=named)
def test_a_page_names_no_colour_and_lets_no_markup_through(path):
    text = path.read_text()
    assert not re.search(r"""["'](#[0-9a-fA-F]{3,8}|rgba?\(.*?)["']""", text)
    assert "unsafe_allow" not in text


@pytest.mark.parametrize("path", CODE, ids=named)
def test_no_module_is_a_drawer_for_odds_and_ends(path):
    assert not re.search(r"utils?|helpers?|common|misc", path.stem)


def test_the_tree_names_no_package_registry_and_no_home(tree):
    registry = re.compile(r"\b(pypi|pythonhosted|npmjs|debian)\.(org|com|net)\b")
    home = re.compile(r"(?<![\w.])/(home|root|Users)/\w")
    assert [name for name, text in tree.items() if registry.search(text) or home.search(text)] == []


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_holds_exact_versions_and_nothing_else(lock):
    lines = [line for line in (ROOT / lock).read_text().splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_the_lock_has_what_the_project_names():
    locked = {requirement(line) for line in (ROOT / "requirements.txt").read_text().splitlines()}
    assert {requirement(each) for each in PROJECT["dependencies"]} <= locked


def test_streamlit_knows_every_option_it_is_given():
    """Streamlit passes over an option that it does not know, with a line in the log at most."""
    given = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    known = streamlit.config.get_config_options()
    assert [f"{table}.{key}" for table, keys in given.items() for key in keys if f"{table}.{key}" not in known] == []
