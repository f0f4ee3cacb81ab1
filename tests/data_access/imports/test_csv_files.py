from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_access.imports.csv_files import decoded, read_csv
from data_access.imports.errors import FileError

TEXT = "代码,名称\r\n990101,云岭县\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_that_offices_use(tmp_path: Path, encoding: str):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    sheet = read_csv(path)
    assert [[sheet.cell(row, column) for column in (0, 1)] for row in (0, 1)] == [
        ["代码", "名称"],
        ["990101", "云岭县"],
    ]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters(tmp_path: Path, delimiter: str):
    path = tmp_path / "a.csv"
    path.write_text(TEXT.replace(",", delimiter), encoding="utf-8")
    assert len(read_csv(path).columns) == 2


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8")[:-4] + b"\xff\xff\r\n",
        TEXT.encode("utf-16"),
        "代码,名称\n云岭".encode().decode("cp1252", "replace").encode(),
        "代码,名称".encode("gbk").decode("latin-1").encode(),
        "代码\ufffd,名称".encode(),
        b"\x00\x01",
    ],
)
def test_broken_characters_are_refused_and_not_stored(data: bytes):
    with pytest.raises(FileError, match="characters"):
        decoded(data)


def test_an_open_quotation_mark_is_told_with_its_line(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text('代码,名称\n990101,"云岭县\n', encoding="utf-8")
    with pytest.raises(FileError, match="quotation"):
        read_csv(path)


def test_rows_of_unequal_length_are_filled(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n1\n1,2,3,4\n", encoding="utf-8")
    sheet = read_csv(path)
    assert (sheet.height, len(sheet.columns), sheet.cell(1, 3)) == (3, 4, None)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_sheet_or_refused(tmp_path_factory, data: bytes):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    with suppress(FileError):
        read_csv(path)
