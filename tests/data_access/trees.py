"""Trees of regions of every shape: a parent is of any wider level, so that levels are skipped, or missing."""

from hypothesis import strategies as st

from data_access.schema import LEVELS

#: Each region's parent; None at the top.
Tree = dict[str, str | None]

REGIONS = {
    "P": "province",
    "F1": "prefecture",
    "F2": "prefecture",
    "C1": "county",
    "C2": "county",
    "T1": "township",
    "T2": "township",
    "T3": "township",
    "V1": "village",
    "V2": "village",
    "V3": "village",
    "V4": "village",
}


def _parents(code: str) -> st.SearchStrategy[str | None]:
    level = LEVELS.index(REGIONS[code])
    return st.sampled_from([None, *(other for other in REGIONS if LEVELS.index(REGIONS[other]) < level)])


trees: st.SearchStrategy[Tree] = st.fixed_dictionaries({code: _parents(code) for code in REGIONS})
moves: st.SearchStrategy[Tree] = st.fixed_dictionaries({}, optional={code: _parents(code) for code in REGIONS})


def ancestors(tree: Tree, code: str) -> list[str]:
    """The regions above one, the nearest first."""
    parent = tree[code]
    return [] if parent is None else [parent, *ancestors(tree, parent)]


def rows_of(tree: Tree) -> list[dict[str, str | None]]:
    """Rows of the region table."""
    return [{"code": code, "level": REGIONS[code], "parent_code": parent} for code, parent in tree.items()]
