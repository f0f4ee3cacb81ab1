"""What all tables share."""

from sqlalchemy import MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: From the widest to the narrowest; a parent is always of a wider level, but levels may be missing.
LEVELS = ("province", "prefecture", "county", "township", "village")
#: In place of an indicator's level: it is reckoned from a ledger, whose entries may belong to a region of any level.
ANY_LEVEL = "any"
#: The levels at which such an indicator is reckoned from the entries (rollups/entries.py); above, it is summed.
RECKONED = ("county", "township", "village")
