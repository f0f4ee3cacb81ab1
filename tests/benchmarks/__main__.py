"""`make bench`: what a rerun costs the server, by page and level, on the demo county. Prints a table and keeps it.

Times are of this machine at this hour: compare them in pairs, within one run. A rerun is measured at the WebSocket,
from the request to "script finished"; "new" is a view nobody has asked for yet, "again" one whose queries are cached.
"""

import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import select

from data_access.database import open_engine
from data_access.schema import region
from demo.build import build
from tests.benchmarks.client import Rerun, Session
from tests.servers import serving

_RERUNS = 60
_PAGES = ("", "campaign", "income", "guarantees", "village")
_LEVELS = ("county", "township", "village")
_KEPT = Path("data/bench.json")


def summary(reruns: Iterable[Rerun]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds and the mean kilobytes of a rerun."""
    taken = list(reruns)
    times = sorted(rerun.seconds * 1000 for rerun in taken)
    return {
        "n": len(taken),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))], 1),
        "kB": round(statistics.fmean(rerun.bytes for rerun in taken) / 1000, 1),
    }


def measure(host: str, page: str, codes: list[str]) -> dict[str, dict[str, float]]:
    """Measure a page over regions of one level: a first visit, each region new, then again."""
    with Session(host) as session:
        first = session.rerun(page, "")
        new = [session.rerun(page, f"region={code}") for code in codes]
        again = [session.rerun(page, f"region={codes[n % len(codes)]}") for n in range(_RERUNS)]
    return {"first": summary([first]), "new": summary(new), "again": summary(again)}


def main() -> None:
    """Build the demo county, serve it, measure every page at every level."""
    results: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'guatu.sqlite'}"
        build(url, Path(folder) / "workbooks")
        engine = open_engine(url)
        with engine.connect() as connection:
            rows = connection.execute(select(region.c.code, region.c.level).order_by(region.c.position)).all()
        codes = {level: [row.code for row in rows if row.level == level][:20] for level in _LEVELS}
        engine.dispose()
        with serving(url) as address:
            for page in _PAGES:
                for level in _LEVELS:
                    results[f"{page or 'overview'} × {level}"] = measure(address, page, codes[level])
    print(f"{'page × level':<24}{'new p50':>9}{'p95':>8}{'again p50':>11}{'p95 ms':>8}{'kB a rerun':>12}")
    for name, row in results.items():
        new, again = row["new"], row["again"]
        print(
            f"{name:<24}{new['p50_ms']:>9}{new['p95_ms']:>8}{again['p50_ms']:>11}{again['p95_ms']:>8}{again['kB']:>12}"
        )
    versions = {package: version(package) for package in ("streamlit", "pandas", "plotly", "pydeck", "sqlalchemy")}
    machine = {"processors": os.cpu_count(), "machine": platform.machine(), "python": sys.version.split()[0]}
    _KEPT.parent.mkdir(exist_ok=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    _KEPT.write_text(json.dumps({"at": at, **machine, "versions": versions, "reruns": results}, indent=1))
    print(f"kept in {_KEPT}: {machine} {versions}")


if __name__ == "__main__":
    main()
