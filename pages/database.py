"""The database that the pages read."""

import streamlit as st
from sqlalchemy import Engine

from data_access.database import check_schema, open_engine
from data_access.snapshot import Snapshot, latest
from settings import settings


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """Return the process's engine. Raises SchemaError or an SQLAlchemy error where the database cannot be used."""
    opened = open_engine(settings().database.absolute_url)
    check_schema(opened)
    return opened


def newest() -> Snapshot:
    """Return the snapshot of the data as they stand."""
    return latest(engine())
