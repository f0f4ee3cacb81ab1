"""The routes and headers of the server, asked over HTTP."""

import gzip
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import ROOT, url_of
from tests.servers import serving

PIXEL = bytes.fromhex("89504e470d0a1a0a")


@pytest.fixture(scope="module")
def address(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("tiles")
    tile = folder / "3" / "6" / "3.png"
    tile.parent.mkdir(parents=True)
    tile.write_bytes(PIXEL)
    with serving(url_of(demo_database), GUATU_MAP__FOLDER=str(folder)) as host:
        yield f"http://{host}"


def get(url: str, **headers: str):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
        return answer.status, answer.headers, answer.read()


def test_health_is_told_as_json(address):
    status, headers, body = get(f"{address}/healthz")
    told = json.loads(body)
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert told["status"] == told["database"] == "ok"
    assert told["data_version"] > 0
    assert told["cut_off"] == "2026-11-29"


def version_of_the_geometry(address: str) -> int:
    """The address that carries the current version is the one that may be kept for good."""
    for version in range(1, 60):
        if "immutable" in get(f"{address}/boundaries/{version}/990101/county.json")[1]["Cache-Control"]:
            return version
    raise AssertionError("no version is immutable")


def test_boundaries_of_the_current_version_are_kept_for_good_and_compressed(address):
    url = f"{address}/boundaries/{version_of_the_geometry(address)}/990101/village.json"
    _, headers, body = get(url, **{"Accept-Encoding": "gzip"})
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    features = json.loads(gzip.decompress(body))["features"]
    assert len(features) == 233  # three of the 236 villages have no border
    assert {"code", "key", "name", "name_en"} == set(features[0]["properties"])
    assert get(f"{address}/boundaries/0/990101/village.json")[1]["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/boundaries/1/990101/street.json", "/tiles/9/9/9.png"])
def test_what_is_not_there_is_not_found(address, path):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        get(address + path)


def test_an_unknown_region_has_no_shapes(address):
    assert json.loads(get(f"{address}/boundaries/1/nowhere/village.json")[2])["features"] == []


def test_every_answer_forbids_other_hosts(address):
    for path in ("/", "/healthz", "/boundaries/1/990101/county.json"):
        policy = get(address + path)[1]["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "http" not in policy


def test_local_tiles_are_served(address):
    assert get(f"{address}/tiles/3/6/3.png")[2] == PIXEL


def test_a_configured_tile_host_is_the_only_exception(monkeypatch):
    from app import content_security_policy

    policy = content_security_policy("https://tiles.example.org/{z}/{x}/{y}.png?tk=1")
    assert policy.count("https://tiles.example.org") == 2
    assert policy.count("://") == 2


def test_health_of_an_empty_and_of_a_foreign_database(engine: Engine, tmp_path: Path):
    with serving(str(engine.url)) as host:
        assert json.loads(get(f"http://{host}/healthz")[2])["cut_off"] is None


def test_a_misspelt_setting_stops_the_start_with_a_clear_line(tmp_path: Path):
    outcome = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "GUATU_MAP__APROVAL": "x"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome.returncode == 1
    assert "map.aproval" in outcome.stderr
    assert "Traceback" not in outcome.stderr
