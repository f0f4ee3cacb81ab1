"""The kinds of tables there are, in the order in which they build on each other."""

from functools import cache

from data_access.imports.kind import Kind
from data_access.imports.kinds.campaign import CAMPAIGN, MILESTONES, TASKS
from data_access.imports.kinds.cases import CASES
from data_access.imports.kinds.funds import FUNDS
from data_access.imports.kinds.guarantees import GUARANTEE_BASE, GUARANTEE_GAPS
from data_access.imports.kinds.households import HOUSEHOLDS
from data_access.imports.kinds.income import INCOME, INCOME_LINES
from data_access.imports.kinds.indicators import INDICATORS
from data_access.imports.kinds.measures import MEASURES
from data_access.imports.kinds.problems import PROBLEMS
from data_access.imports.kinds.project_gates import PROJECT_GATES, PROJECT_PROGRESS
from data_access.imports.kinds.projects import PROJECTS
from data_access.imports.kinds.regions import REGIONS
from data_access.imports.kinds.reports import REPORTS, TARGETS
from data_access.imports.kinds.reviews import REVIEWS
from data_access.imports.kinds.wide import EMPLOYMENT, SATISFACTION, kind_of
from settings import settings

#: The kinds that a header row tells apart. A new kind is a description with its store function, added here.
TABLES: tuple[Kind, ...] = (
    REGIONS,
    CAMPAIGN,
    TASKS,
    MILESTONES,
    TARGETS,
    REPORTS,
    INDICATORS,
    EMPLOYMENT,
    SATISFACTION,
    HOUSEHOLDS,
    INCOME_LINES,
    INCOME,
    GUARANTEE_BASE,
    GUARANTEE_GAPS,
    REVIEWS,
    CASES,
    MEASURES,
    PROBLEMS,
    PROJECTS,
    PROJECT_GATES,
    PROJECT_PROGRESS,
    FUNDS,
)


@cache
def tables() -> tuple[Kind, ...]:
    """Return these kinds with the county's own wide tables, which replace ours of the same id."""
    own = {table.id: kind_of(table) for table in settings().tables}
    return (*(own.pop(kind.id, kind) for kind in TABLES), *own.values())
