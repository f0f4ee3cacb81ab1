import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.imports import cell_types
from data_access.imports.checking import _value
from data_access.imports.errors import CellError
from data_access.imports.kinds import TABLES

CELLS = st.one_of(
    st.text(),
    st.floats(),
    st.from_regex(r"[-+¥]?[\d,]+\.?\d*%?", fullmatch=True),
    st.sampled_from(["#DIV/0!", "1.23E+17", "０１２", "１２３．５％", "1e999", "-0", "\ud800", "=1+1", "琛屾斂"]),
)


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("1,234.5", "", 1234.5),
        ("1,2345", "", 12345),
        ("１２３．５", "", 123.5),
        ("−3", "", -3),
        ("12%", "", 0.12),
        ("¥ 1,200", "元", 1200),
        ("1.23", "万元", 12300),
        (0.1, "亿元", 1e7),
        (5, "户", 5),
        (" 7 ", "", 7),
    ],
)
def test_numbers_as_offices_write_them(cell: str | float, unit: str, value: float):
    assert cell_types.number(is_money=True).parse(cell, unit) == pytest.approx(value)


@pytest.mark.parametrize("cell", ["1,5", "12户", "一百", "1.2.3", "1 或 2", "", "1e400", 1e300])
def test_what_is_no_number_is_refused(cell: str | float):
    with pytest.raises(CellError):
        cell_types.number().parse(cell, "")


def test_only_money_is_turned_by_its_unit():
    assert cell_types.number().parse("3", "万元") == 3


@pytest.mark.parametrize(
    ("cell", "unit", "value"), [(45, "%", 0.45), ("45%", "%", 0.45), ("45%", "", 0.45), (0.45, "", 0.45), ("1", "", 1)]
)
def test_a_share_by_cell_or_header(cell: str | float, unit: str, value: float):
    assert cell_types.share.parse(cell, unit) == value


@pytest.mark.parametrize(("cell", "unit"), [(45, ""), ("101%", ""), (-1, "%")])
def test_a_share_outside_0_to_1_is_refused(cell: str | float, unit: str):
    with pytest.raises(CellError, match="outside 0 to 1"):
        cell_types.share.parse(cell, unit)


def test_codes_keep_their_zeros_and_lose_their_decimal_point():
    assert cell_types.code().parse("０４００１", "") == "04001"
    assert cell_types.code().parse(990101001001.0, "") == "990101001001"


@pytest.mark.parametrize("cell", [1.23e17, "1.23E+17", "9.90101E+11"])
def test_a_code_that_excel_rounded_is_refused(cell: str | float):
    with pytest.raises(CellError, match="rounded"):
        cell_types.code().parse(cell, "")


@pytest.mark.parametrize(("cell", "reason"), [(-1, "negative"), (1.5, "whole"), (2**31, "larger")])
def test_counts_are_whole_and_not_negative(cell: float, reason: str):
    with pytest.raises(CellError, match=reason):
        cell_types.integer().parse(cell, "")


def test_an_error_of_excel_is_not_a_blank():
    with pytest.raises(CellError, match="formula"):
        cell_types.checked("#DIV/0!")


@given(CELLS, st.sampled_from(["", "%", "万元", "户"]))
def test_no_cell_of_any_kind_raises_anything_but_a_refusal(cell: str | float, unit: str):
    for kind in TABLES:
        for field in kind.fields:
            try:
                value = _value(cell, field, unit)
            except CellError:
                continue
            assert value is None or value == value
            assert not isinstance(value, float) or math.isfinite(value)
