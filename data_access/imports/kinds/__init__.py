"""The kinds of tables there are, in the order in which they build on each other."""

from data_access.imports.kind import Kind
from data_access.imports.kinds.campaign import CAMPAIGN, MILESTONES, TASKS
from data_access.imports.kinds.funds import FUNDS
from data_access.imports.kinds.guarantees import GUARANTEE_BASE, GUARANTEE_GAPS
from data_access.imports.kinds.households import HOUSEHOLDS
from data_access.imports.kinds.income import INCOME, INCOME_LINES
from data_access.imports.kinds.indicators import INDICATORS
from data_access.imports.kinds.project_gates import PROJECT_GATES, PROJECT_PROGRESS
from data_access.imports.kinds.projects import PROJECTS
from data_access.imports.kinds.regions import REGIONS
from data_access.imports.kinds.reports import REPORTS, TARGETS
from data_access.imports.kinds.reviews import REVIEWS

#: The kinds that a header row tells apart. A new kind is a description with its store function, added here.
TABLES: tuple[Kind, ...] = (
    REGIONS,
    CAMPAIGN,
    TASKS,
    MILESTONES,
    TARGETS,
    REPORTS,
    INDICATORS,
    HOUSEHOLDS,
    INCOME_LINES,
    INCOME,
    GUARANTEE_BASE,
    GUARANTEE_GAPS,
    REVIEWS,
    PROJECTS,
    PROJECT_GATES,
    PROJECT_PROGRESS,
    FUNDS,
)
