import subprocess
import sys
from pathlib import Path

import pytest

from data_access import __main__ as command_line

ROOT = Path(__file__).parents[3]
FIGURES = ["指标", "乡镇", "村", "时期", "分子", "分母"]
GOOD = ["guarantee.medical", "石岭镇", "上村", "2025-01", 9, 10]
BAD = ["guarantee.medical", "石岭镇", "无名村", "2025-01", 9, 10]


@pytest.fixture
def run(engine, monkeypatch, capsys):
    """Run the command line on the test's database; return its exit code, output and errors."""

    def _run(*arguments: object, database: str | None = None) -> tuple[int, str, str]:
        url = str(engine.url) if database is None else database
        monkeypatch.setattr(sys, "argv", ["data_access", *map(str, arguments), *(["--database", url] if url else [])])
        code = command_line.main()
        return code, *capsys.readouterr()

    return _run


def test_what_was_taken_changed_and_refused_is_told(county, run, write):
    code, out, err = run("import", write("a.xlsx", [["序号", *FIGURES], [1, *GOOD], [2, *BAD]]), "--lang", "en")
    assert (code, err) == (1, "")
    assert "a.xlsx\n  Indicator figures: rows read 2, taken 1, changed 1, refused 1\n" in out
    assert "Columns not used: 序号" in out
    assert "Sheet1 D3 “无名村”: No village has this name here." in out
    assert "a.refused.xlsx" in out


def test_it_speaks_chinese_by_default(county, run, write):
    code, out, _ = run("import", write("a.xlsx", [FIGURES, GOOD]))
    assert code == 0
    assert "指标" in out


def test_exit_codes(county, run, write, tmp_path):
    good, bad = write("good.xlsx", [FIGURES, GOOD]), write("bad.xlsx", [FIGURES, BAD])
    assert run("import", good, "--lang", "en")[0] == 0
    code, out, _ = run("import", good, "--lang", "en")
    assert code == 0
    assert "Nothing changed: all of this was known already." in out
    assert run("import", good, bad)[0] == 1
    assert run("import", bad)[0] == 2
    assert run("import", good, bad, "--strict")[0] == 2


def test_a_database_that_cannot_be_used_is_told(run, write, tmp_path):
    path = write("a.xlsx", [FIGURES, GOOD])
    code, _, err = run("import", path, "--lang", "en", database=f"sqlite:///{tmp_path}/new.sqlite")
    assert code == 3
    assert "migrate" in err
    (tmp_path / "no.sqlite").write_bytes(b"this is no database" * 100)
    assert run("loads", database=f"sqlite:///{tmp_path}/no.sqlite")[0] == 3
    assert run("loads", database="nonsense")[0] == 3


@pytest.mark.parametrize(
    "arguments", [["import"], ["import", "missing.xlsx"], ["import", "--crs", "bd09", "."], ["fly"]]
)
def test_wrong_usage(run, arguments):
    assert run(*arguments, database="")[0] == 4


def test_migrate_makes_a_database_that_can_be_used(run, tmp_path):
    url = f"sqlite:///{tmp_path}/new/guatu.sqlite"
    assert run("migrate", database=url)[0] == 0
    assert run("loads", database=url)[:2] == (0, "")


def test_loads_and_rebuild(county, run):
    code, out, _ = run("loads", "--last", "2", "--lang", "en")
    assert code == 0
    assert [line.split("  ")[0] for line in out.splitlines()] == ["5", "4"]
    assert "base.xlsx" in out
    assert run("rebuild")[0] == 0


def test_the_help_tells_the_exit_codes():
    asked = subprocess.run(
        [sys.executable, "-m", "data_access", "import", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for code in range(5):
        assert f"  {code}  " in asked.stdout
