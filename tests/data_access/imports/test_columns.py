"""A large table is read column by column and comes to the same as the same table read cell by cell."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.imports import cell_types
from data_access.imports.batch import Batch
from data_access.imports.checking import checked_rows
from data_access.imports.columns import LargeColumn, read_large_csv, read_parquet
from data_access.imports.errors import CellError
from data_access.imports.headers import recognise
from data_access.imports.kinds import TABLES
from data_access.imports.kinds.income import INCOME
from data_access.imports.sheets import Column, Sheet

HEADERS = ["户编号", "月份", "工资性收入(元)", "生产经营性收入(万元)", "财产性收入", "转移性收入", "生产经营性支出"]
HEADERS += ["当前家庭人口数", "备注"]

amounts = st.one_of(
    st.floats(-5, 1e16, allow_nan=False).map(lambda n: format(n, ".6g")),
    st.decimals(0, 99_999, places=2).map(str),
    st.sampled_from(
        ["", "/", "无", "1,200", "１２", " 7", "+5", "-0", "1e3", "1e400", "nan", "很多", "#REF!", "12.", ".5"]
    ),
)
rows = st.tuples(
    st.sampled_from(["H1", "0H2", "", "合计", "1E+15"]),
    st.sampled_from(["202401", "2024-02", "2024", ""]),
    *([amounts] * 5),
    st.sampled_from(["3", "4.0", "2.5", "0", "", "三", "9999999999"]),
    st.sampled_from(["", "小计", "12", "x"]),
)


def taken(sheet: Sheet) -> Batch:
    (found,) = recognise(sheet, TABLES)
    assert found.kind is INCOME
    return checked_rows(INCOME, [found])


def plain(table: pd.DataFrame) -> list[list[Any]]:
    cells: list[list[Any]] = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    return cells


@given(st.lists(rows, max_size=30))
def test_text_by_column_is_typed_and_refused_as_cell_by_cell(table: list[tuple[str, ...]]):
    columns = [[header, *(row[at] for row in table)] for at, header in enumerate(HEADERS)]
    slow = taken(Sheet("a", [Column.of(cell or None for cell in cells) for cells in columns]))
    fast = taken(Sheet("a", [LargeColumn(pa.chunked_array([pa.array(cells)])) for cells in columns]))
    assert plain(fast.rows) == plain(slow.rows)
    assert (fast.read, fast.subtotals, fast.refusals) == (slow.read, slow.subtotals, slow.refusals)
    assert fast.rows.index.tolist() == slow.rows.index.tolist()


@given(st.lists(st.none() | st.floats(-10, 1e16) | st.sampled_from([1.0, 3.0, 12.25]), min_size=1, max_size=20))
def test_numbers_by_column_are_typed_and_refused_as_cell_by_cell(numbers: list[float | None]):
    count = len(numbers)
    texts: dict[str, list[str]] = {"户编号": ["H1"] * count, "月份": ["202401"] * count}
    slow = [Column.of([name, *cells]) for name, cells in texts.items()]
    slow += [Column.of([name, *numbers]) for name in HEADERS[2:8]]
    fast = [LargeColumn(pa.chunked_array([pa.array(cells)]), name) for name, cells in texts.items()]
    fast += [LargeColumn(pa.chunked_array([pa.array(numbers, pa.float64())]), name) for name in HEADERS[2:8]]
    by_cell, by_column = taken(Sheet("a", slow)), taken(Sheet("a", fast))
    assert plain(by_column.rows) == plain(by_cell.rows)
    assert by_column.refusals == by_cell.refusals


@pytest.mark.parametrize(
    "kind", [cell_types.number(minimum=0), cell_types.number(minimum=-2, maximum=8), cell_types.integer(minimum=1)]
)
@given(number=st.floats(-10, 1e16) | st.integers(-3, 2**33).map(float), unit=st.sampled_from(["", "元", "万元"]))
def test_what_a_type_takes_as_it_is_it_would_parse_to_the_same(kind: cell_types.Type, number: float, unit: str):
    assert kind.takes
    try:
        parsed = kind.parse(number, unit)
    except CellError:
        parsed = None
    assert not kind.takes(np.array([number]), unit)[0] or parsed == number


def test_cells_are_shown_as_they_were_written():
    column = LargeColumn(pa.chunked_array([pa.array(["工资", "1,200", ""]), pa.array(["007"])]))
    assert [column.cell(row) for row in range(column.height)] == ["工资", "1,200", None, "007"]
    assert [column.values[code] for code in column.codes] == ["工资", "1,200", None, "007"]
    above = LargeColumn(pa.chunked_array([pa.array([1.5, None])]), "工资")
    assert [above.cell(row) for row in range(above.height)] == ["工资", 1.5, None]
    assert [above.values[code] for code in above.codes] == ["工资", 1.5, None]


def test_a_column_of_words_is_no_column_of_numbers():
    assert LargeColumn(pa.chunked_array([pa.array(["工资", "甲", "乙", "3"])])).numbers(1) is None
    numbers = LargeColumn(pa.chunked_array([pa.array(["工资", "1", "", "乙", "3"])])).numbers(1)
    assert numbers
    assert numbers.is_odd.tolist() == [False, False, True, False]
    assert LargeColumn(pa.chunked_array([], pa.string()), "工资").numbers(1) is not None


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_an_empty_table_has_its_header(tmp_path: Path, ending: str):
    table = pd.DataFrame({"户编号": pd.Series([], dtype=str), "月份": pd.Series([], dtype=str)})
    path = tmp_path / f"a.{ending}"
    if ending == "csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path)
    sheet = read_large_csv(path) if ending == "csv" else read_parquet(path)
    assert sheet
    assert (sheet.height, sheet.text(0, 1)) == (1, "月份")
