"""What the documents say must be there, and what is there they must say."""

import re
from pathlib import Path

import pytest

from data_access.imports.dictionary import Indicator, Target
from data_access.imports.kinds import TABLES
from data_access.schema import metadata
from settings import WideFigure, WideTable
from tests.conftest import ROOT

DATA = (ROOT / "docs" / "data.md").read_text("utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_and_column_is_documented(table):
    section = re.search(rf"^### {table.name}\n(.*?)(?=^##|\Z)", DATA, re.MULTILINE | re.DOTALL)
    assert section, f"docs/data.md has no section “{table.name}”"
    documented = set(re.findall(r"^\| (\w+)(?: \(key\))? \|", section[1], re.MULTILINE)) - {"column"}
    assert documented == {column.name for column in table.columns}


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.id)
def test_every_header_of_a_workbook_is_documented(kind):
    row = next(line for line in DATA.splitlines() if line.startswith("| ") and f" {kind.id} |" in line)
    for field in kind.fields:
        assert field.header in row or field.header in ("县", "乡镇", "村", "行政区划代码"), field.header


def test_the_example_of_an_indicator_has_every_key():
    example = DATA.split("## An indicator of your own")[1].split("## Tables")[0]
    for key in [*Indicator.model_fields, *Target.model_fields]:
        assert re.search(rf"^\s+{key} = ", example, re.MULTILINE), key


def test_the_example_of_a_wide_table_has_every_key():
    example = DATA.split("### Several counts a row")[1].split("## Tables")[0]
    for key in [*WideTable.model_fields, *WideFigure.model_fields]:
        if key != "figures":
            assert re.search(rf"^[\s#]+{key} = ", example, re.MULTILINE), key


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target


def test_every_duty_is_held_by_a_test_that_exists():
    rows = [line for line in (ROOT / "docs" / "features.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) > 30
    for row in rows[1:]:
        named = re.findall(r"(tests/[\w/]+\.py)(?:::(\w+))?", row.split("|")[3])
        assert named, row
        for path, test in named:
            assert (ROOT / path).exists(), row
            assert f"def {test}" in (ROOT / path).read_text("utf-8"), row
