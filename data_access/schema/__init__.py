"""The shared database's tables. `docs/data.md` describes every column for those who fill it or put a view in its place.

Codes are opaque text; money is yuan; every table has its natural key. Only `household_identity` names a person of a
household, so that a database role can be refused it.
"""

from data_access.schema.base import ANY_LEVEL, LEVELS, RECKONED, metadata
from data_access.schema.campaign import campaign, campaign_task, task_milestone, task_report, task_target
from data_access.schema.figures import (
    indicator,
    indicator_group,
    indicator_target,
    load,
    observation,
    region,
    region_shape,
)
from data_access.schema.households import (
    case_measure,
    case_risk,
    guarantee_base,
    guarantee_gap,
    household,
    household_identity,
    household_income,
    household_review,
    income_band,
    income_line,
    monitoring_case,
)
from data_access.schema.projects import fund_flow, project, project_progress, project_stage, rectification

__all__ = [
    "ANY_LEVEL",
    "LEVELS",
    "RECKONED",
    "campaign",
    "campaign_task",
    "case_measure",
    "case_risk",
    "fund_flow",
    "guarantee_base",
    "guarantee_gap",
    "household",
    "household_identity",
    "household_income",
    "household_review",
    "income_band",
    "income_line",
    "indicator",
    "indicator_group",
    "indicator_target",
    "load",
    "metadata",
    "monitoring_case",
    "observation",
    "project",
    "project_progress",
    "project_stage",
    "rectification",
    "region",
    "region_shape",
    "task_milestone",
    "task_report",
    "task_target",
]
