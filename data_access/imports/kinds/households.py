"""脱贫户/监测对象: the register of households. Who they are goes into a table of its own."""

import pandas as pd

from data_access.imports.batch import Batch
from data_access.imports.cell_types import Cell, Type, code, integer, text
from data_access.imports.errors import CellError
from data_access.imports.homes import villages_of
from data_access.imports.kind import PLACE, Context, Field, Kind
from data_access.imports.kinds.storing import known
from data_access.imports.text import plain
from data_access.schema import household, household_identity, region
from data_access.writing import upsert
from i18n import N_

_IDENTITY = ("name", "id_number", "phone")
_DETAILS = ("kind", "monitored_kind", "persons", "tags")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
# An identity card; a certificate of disability, with its class, or issued anew.
_LENGTHS = (18, 20, 22)


def has_right_check_digit(number: str) -> bool:
    """Tell whether the 18th character of an ID number is the one that its first 17 ask for."""
    if not number[:17].isdecimal():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECK_DIGITS[total % 11] == number[17]


def _id_number(cell: Cell, unit: str) -> str:
    number: str = plain(code().parse(cell, unit)).upper()
    if len(number) not in _LENGTHS:
        raise CellError(N_("An ID document's number has 18, 20 or 22 characters."))
    if not has_right_check_digit(number):
        raise CellError(N_("The check digit of this ID number is wrong: one of its digits was mistyped."))
    return number


def _resolve(batch: Batch, context: Context) -> None:
    level = batch.rows["region_code"].map(known(context.connection, region, "level"))
    places = tuple(field.name for field in PLACE)
    batch.refuse(level != "village", places, N_("A household belongs to a village."))


def _store(batch: Batch, context: Context) -> int:
    rows, connection = batch.rows, context.connection
    before = villages_of(connection)
    details = rows[["code", "region_code", *(name for name in _DETAILS if name in rows)]]
    changed = upsert(connection, household, details)
    then = changed["code"].map(before)
    has_moved = then != changed["region_code"]  # also where it is new
    context.touched.villages |= {*changed["region_code"][has_moved], *then[has_moved].dropna()}
    # Its cases go with it, and it may belong to another special group now.
    context.ledgers["cases"] |= {*changed["region_code"], *then.dropna()}

    given = [name for name in _IDENTITY if name in rows]
    identities = rows[["code", *given]].rename(columns={"code": "household_code"}).dropna(how="all", subset=given)
    renamed = upsert(connection, household_identity, identities) if given else pd.DataFrame()
    return len({*changed["code"], *renamed.get("household_code", ())})


HOUSEHOLDS = Kind(
    id="households",
    title=N_("Households"),
    fields=(
        Field("code", "户编号", code(), ("农户编号", "户编码", "户号", "household_code"), required=True),
        *PLACE,
        Field("kind", "户类型", text(40), ("农户类型", "kind"), expected=True, mark=True),
        Field("monitored_kind", "监测对象类别", text(40), ("监测类别", "monitored_kind")),
        Field("persons", "人数", integer(), ("家庭人口数", "家庭人口", "人口数", "persons")),
        Field("tags", "标签", text(2000), ("特殊群体", "tags")),
        Field("name", "姓名", text(100), ("户主姓名", "户主")),
        Field("id_number", "证件号码", Type(_id_number), ("户主证件号码", "身份证号", "身份证号码")),
        Field("phone", "户联系电话", code(), ("联系电话", "电话", "手机号")),
    ),
    key=("code",),
    resolve=_resolve,
    store=_store,
)
