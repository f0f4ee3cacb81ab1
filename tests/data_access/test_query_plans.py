"""No query reads through the tables that grow with every load: each finds its rows by an index."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, Engine, event

from data_access import assessment
from data_access.assessment import marks_of
from data_access.campaign import Campaign, campaign_on, village_tasks
from data_access.database import writing
from data_access.history import history_of, periods_of_children, townships_of
from data_access.households_at_risk import households_at_risk
from data_access.indicators import children_of, figures_of, matrix_of, newest_period, ranks_of, trend_of
from data_access.peers import peer_indicators, peers_of
from data_access.problems import problems_in
from data_access.projects import flows_of, gates_of, projects_within
from data_access.regions import bounds_of, places_on_map, units_under
from data_access.rollups import households
from data_access.rollups.campaigns import refresh_tasks
from data_access.rollups.household_months import number_of, read
from data_access.rollups.households import Touched
from data_access.rollups.income import IDS
from data_access.rollups.regions import spell_ancestors
from data_access.snapshot import Snapshot
from data_access.trust import failed_checks, trust_of
from settings import Assessment, AssessmentItem, Settings
from tests.data_access.slow_households import Month, back

START, ON = date(2025, 9, 28), date(2025, 10, 20)
TASKS = {"a": "2025", "b": "2025", "c": "2024", "d": "2024"}
GROWING = (
    "observation",
    "task_report",
    "household_income",
    "project_stage",
    "project_progress",
    "fund_flow",
    "project",
    "rectification",
)
#: The names that queries give these tables when they read them twice.
ALIASES = ("figures", "earlier")

#: Twenty-five months of income, the newest last.
MONTHS = [back(date(2025, 10, 1), n) for n in range(25)][::-1]

Put = Callable[..., Any]

# Plans are SQLite's own words.
pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@pytest.fixture(params=["as it is", "analyzed"])
def county(request: pytest.FixtureRequest, shared: Engine, fill: Callable[..., Snapshot]) -> Snapshot:
    """A county with a campaign, in a database that knows how its rows are spread, and in one that does not."""
    villages = [f"V{n}" for n in range(60)]
    snapshot = fill(
        region=[
            {"code": "C", "level": "county"},
            *({"code": f"T{n}", "level": "township", "parent_code": "C"} for n in range(6)),
            *({"code": f"V{n}", "level": "village", "parent_code": f"T{n % 6}"} for n in range(60)),
        ],
        campaign=[
            {"id": "2024", "start_on": date(2024, 9, 28), "end_on": date(2024, 11, 1)},
            {"id": "2025", "start_on": START, "end_on": date(2025, 11, 1)},
        ],
        campaign_task=[
            {"id": t, "campaign_id": c, "start_on": START, "deadline": date(2025, 11, 1), "position": 1}
            for t, c in TASKS.items()
        ],
        indicator=[{"id": id_} for id_ in (*IDS, "enrolled")],
        household=[{"code": f"H{n}", "region_code": f"V{n % 60}"} for n in range(180)],
        household_income=[
            {"household_code": f"H{n}", "month": month, **Month(wage=900)._asdict()}
            for month in MONTHS
            for n in range(180)
        ],
        observation=[
            {
                "region_code": v,
                "indicator": "enrolled",
                "period": date(2025, month, 1),
                "numerator": 1.0,
                "denominator": 2.0,
            }
            for v in villages
            for month in (8, 9)
        ],
        task_target=[{"task_id": t, "region_code": v, "target": 10.0} for t in TASKS for v in villages],
        task_report=[
            {"task_id": t, "region_code": v, "reported_on": START + timedelta(days=day), "done": 1.0}
            for t in TASKS
            for v in villages
            for day in (1, 10)
        ],
        project=[{"code": v, "name": v, "year": 2025, "region_code": v} for v in villages],
        project_stage=[{"project_code": v, "stage": "listed", "reached_on": START} for v in villages],
        project_progress=[{"project_code": v, "reported_on": START, "physical": 0.5} for v in villages],
        rectification=[
            {"source": "s", "number": v, "region_code": v, "found_on": START, "description": "d"} for v in villages
        ],
        fund_flow=[
            {"document": "d", "project_code": v, "as_of": START, "source": "county", "allocated": 1.0} for v in villages
        ],
    )
    with writing(shared) as connection:
        refresh_tasks(connection, TASKS)
        households.rebuild(connection)
        if request.param == "analyzed":
            connection.exec_driver_sql("ANALYZE")
        else:
            connection.exec_driver_sql("DROP TABLE IF EXISTS sqlite_stat1")
    shared.dispose()  # a connection keeps the statistics it has read
    return snapshot


def names_one(statement: str) -> bool:
    """Whether it reads or writes a growing table; a plan of others names them only for the foreign keys."""
    return any(table in statement for table in GROWING)


@pytest.fixture
def scans(shared: Engine) -> Iterator[list[str]]:
    """Every step of a query plan, from now on, that reads through one of the growing tables."""
    found: list[str] = []

    def explain(
        _connection: Connection, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if not many and statement.startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")) and names_one(statement):
            own = cursor.connection.cursor()
            steps = [row[3] for row in own.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()]
            own.close()
            names = (*GROWING, *ALIASES)
            found.extend(f"{s}: {statement}" for s in steps if s.startswith("SCAN") and s.split()[1] in names)

    event.listen(shared, "before_cursor_execute", explain)
    yield found
    event.remove(shared, "before_cursor_execute", explain)


def test_pages_find_their_rows(county: Snapshot, scans: list[str], monkeypatch: pytest.MonkeyPatch):
    items = (AssessmentItem(indicator="enrolled", part="income", weight=1, zero=0, full=100),)
    table = Settings(assessment=Assessment(items=items))
    monkeypatch.setattr(assessment, "settings", lambda: table)
    campaign = campaign_on(county, ON)
    assert isinstance(campaign, Campaign)
    for code in ("C", "T1", "V1"):
        figures_of(county, code, ON, 0.5)
        ranks_of(county, code, ON, 0.5)
        matrix_of(county, code, ("task.a", "task.b", "campaign.2025"), ON, 0.5)
        children_of(county, code, "task.a", ON, 0.5)
        children_of(county, code, "task.a", ON, 0.5, "village")
        trend_of(county, code, "task.a", START, None)
        history_of(county, code, "task.a", ON, 28)
        periods_of_children(county, code, "task.a", ON, 28, "village")
        townships_of(county, code)
        village_tasks(county, code, campaign, ON)
        units_under(county, code)
        bounds_of(county, code)
        places_on_map(county, code, "village")
        households_at_risk(county, code, ON, 10)
        projects_within(county, code, ON)
        gates_of(county, code, ON, 30)
        flows_of(county, code, ON)
        problems_in(county, code, ON)
        marks_of(county, code, ON, 0.5, "village")
        failed_checks(county, code, ON, 0.5)
        trust_of(county, code, ON, 0.5, "village")
        peer_indicators(county, code, ON)
        peers_of(county, code, "enrolled", ON)
    newest_period(county)
    assert scans == []


def test_a_small_load_into_a_large_table_reads_only_what_it_touches(
    county: Snapshot, shared: Engine, put: Put, scans: list[str]
):
    with writing(shared) as connection:
        put(connection, "task_report", [{"task_id": "a", "region_code": "V1", "reported_on": ON, "done": 2.0}])
        refresh_tasks(connection, ["a"], ON)
        put(connection, "region", [{"code": "V1", "level": "village", "parent_code": "T2"}])
        spell_ancestors(connection)
    assert scans == []


def test_new_income_reads_and_writes_only_its_villages_and_months(
    county: Snapshot, shared: Engine, put: Put, scans: list[str]
):
    rows = [
        {"household_code": home, "month": month, **Month(wage=500)._asdict()}
        for home, month in (("H1", MONTHS[3]), ("H61", back(MONTHS[-1], -1)))
    ]
    span = pd.DataFrame({"region_code": ["V1"], "first": [MONTHS[3]], "last": [back(MONTHS[-1], -1)]})
    with writing(shared) as connection:
        put(connection, "household_income", rows)
        households.refresh(connection, Touched(income=[span]))
        households.computed_spans(connection)
    assert scans == []


def test_both_parts_of_the_key_lead_to_a_village_s_months(county: Snapshot, shared: Engine):
    steps: list[str] = []

    def explain(_: Connection, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "group_concat" in statement:
            own = cursor.connection.cursor()
            steps.extend(row[3] for row in own.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

    event.listen(shared, "before_cursor_execute", explain)
    with shared.connect() as connection:
        read(connection, ["V1", "V2"], number_of(MONTHS[0]), number_of(MONTHS[-1]))
    event.remove(shared, "before_cursor_execute", explain)
    assert "SEARCH household_income USING PRIMARY KEY (month=? AND household_code=?)" in steps
