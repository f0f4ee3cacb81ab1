import pandas as pd
import pytest

from data_access.imports.errors import CellError
from data_access.imports.places import Gazetteer

COLUMNS = ["code", "level", "name", "name_en", "township_code", "county_code"]


@pytest.fixture
def gazetteer() -> Gazetteer:
    rows = [
        ("c", "county", "云岭县", "Yunling County", None, "c"),
        ("t1", "township", "石岭镇", "Shiling", "t1", "c"),
        ("t2", "township", "青塘乡", "Qingtang", "t2", "c"),
        ("t3", "township", "青塘镇", None, "t3", "c"),
        ("v1", "village", "上村", "Shangcun", "t1", "c"),
        ("v2", "village", "上村", None, "t2", "c"),
        ("v3", "village", "桥头社区", None, "t1", "c"),
        ("v4", "village", "桥头村", None, "t1", "c"),
        ("v5", "village", "青塘", None, "t2", "c"),
        ("v6", "village", "直属村", None, None, "c"),
    ]
    return Gazetteer(pd.DataFrame(rows, columns=COLUMNS))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"township": "石岭镇", "village": "上村"}, "v1"),
        ({"township": "石岭", "village": "上村村委会"}, "v1"),
        ({"township": "石岭镇人民政府", "village": "上村村民委员会"}, "v1"),
        ({"township": "石岭镇", "village": "桥头社区居委会"}, "v3"),
        ({"township": "石岭镇", "village": "桥头居委会"}, "v3"),
        ({"township": "石岭镇", "village": "桥头村委会"}, "v4"),
        ({"township": "青塘乡", "village": "青塘村"}, "v5"),
        ({"county": "云岭县", "township": "青塘乡", "village": " 上　村 "}, "v2"),
        ({"township": "石岭镇"}, "t1"),
        ({"county": "云岭"}, "c"),
        ({"village": "直属村"}, "v6"),
        ({"county": "yunling county", "township": "SHILING", "village": "shangcun"}, "v1"),
    ],
)
def test_names_as_offices_write_them(gazetteer: Gazetteer, given: dict[str, str], code: str):
    assert gazetteer.named(given) == code


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"township": "石岭镇", "village": "下村"}, "No village"),
        ({"township": "白云镇", "village": "上村"}, "No township"),
        ({"county": "他县", "village": "上村"}, "No county"),
        ({"village": "上村"}, "regions have this name"),
        ({"township": "石岭镇", "village": "桥头"}, "regions have this name"),
        # 青塘镇 is there: 青塘乡's village must not be taken for its own.
        ({"township": "青塘镇", "village": "上村"}, "No village"),
        ({"township": "青塘", "village": "下村"}, "No village"),
    ],
)
def test_what_is_unknown_or_not_unique_is_refused(gazetteer: Gazetteer, given: dict[str, str], reason: str):
    with pytest.raises(CellError, match=reason):
        gazetteer.named(given)


def test_a_code_must_agree_with_the_names_beside_it(gazetteer: Gazetteer):
    assert gazetteer.coded("v1", {"township": "石岭", "village": "上村村委会"}) == "v1"
    for names in ({"village": "下村"}, {"township": "青塘乡", "village": "上村"}):
        with pytest.raises(CellError, match="belongs to"):
            gazetteer.coded("v1", names)
    with pytest.raises(CellError, match="belongs to"):
        gazetteer.coded("t1", {"village": "上村"})
    with pytest.raises(CellError, match="No region"):
        gazetteer.coded("x", {})
