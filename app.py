"""The ASGI entry: Streamlit behind its routes and headers. `python app.py` serves; `make run` prepares it."""

import base64
import gc
import hashlib
import json
import logging
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from charts.tooltips import key_of
from data_access.database import SchemaError
from data_access.indicators import newest_period
from data_access.regions import geometry_version, shapes_within
from data_access.schema import LEVELS
from data_access.snapshot import Snapshot, cached
from i18n import words
from pages.database import newest
from pages.place import language
from settings import ROOT, SettingsError, settings

_log = logging.getLogger("guatu")


def content_security_policy(basemap: str) -> str:
    """Return the policy under which nothing that a page shows can come from elsewhere, whatever stands in the data.

    The one exception is the host of a `basemap` that the county has configured.
    Streamlit styles its elements in line and has small scripts in its index.html, allowed by their hashes; deck.gl
    compiles expressions, and plotly and deck.gl start their workers from blobs.
    """
    index = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    hashes = (f"'sha256-{digest}'" for digest in digests)
    parts = urlsplit(basemap)
    tiles = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return (
        f"default-src 'self'; script-src 'self' 'unsafe-eval' {' '.join(hashes)}; "
        "style-src 'self' 'unsafe-inline'; font-src 'self' data:; worker-src 'self' blob:; "
        f"img-src 'self' data: blob:{tiles}; connect-src 'self' blob: data:{tiles}; "
        "frame-ancestors 'self'; base-uri 'self'; form-action 'self'"
    )


class SecurityHeaders:
    """ASGI middleware that sends the Content-Security-Policy with every page and file."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the headers to the start of an HTTP response."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self.policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


async def healthz(_request: Request) -> Response:
    """Answer with status, database, data version and cut-off: 200 when pages can be shown, 503 when not."""
    try:
        snapshot = await run_in_threadpool(newest)
        until = await run_in_threadpool(newest_period, snapshot)
    except (SQLAlchemyError, SchemaError) as error:
        return JSONResponse({"status": "failing", "database": type(error).__name__}, status_code=503)
    cut_off = until.isoformat() if until else None
    return JSONResponse({"status": "ok", "database": "ok", "data_version": snapshot.version, "cut_off": cut_off})


async def boundaries(request: Request) -> Response:
    """Answer with the shapes of one level within a region. The version in its address makes it immutable."""
    snapshot = await run_in_threadpool(newest)
    level = request.path_params["level"]
    if level not in LEVELS:
        return Response(status_code=404)
    text = await run_in_threadpool(_features, snapshot, request.path_params["code"], level)
    current = request.path_params["version"] == await run_in_threadpool(geometry_version, snapshot)
    caching = "public, max-age=31536000, immutable" if current else "no-store"
    return Response(text, media_type="application/geo+json", headers={"Cache-Control": caching})


@cached
def _features(snapshot: Snapshot, code: str, level: str) -> str:
    """Return a GeoJSON FeatureCollection; the geometries are stored as text and go out as they are."""
    features = (
        '{"type":"Feature","properties":'
        + json.dumps({"code": of, "key": key_of(of), "name": name, "name_en": name_en}, ensure_ascii=False)
        + f',"geometry":{geometry}}}'
        for of, name, name_en, geometry in shapes_within(snapshot, code, level)
    )
    return '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"


def show_error(error: Exception) -> bool:
    """Show a number instead of a traceback; the log has the traceback under the same number."""
    _ = words(language()).gettext
    number = uuid4().hex[:8]
    _log.error("error %s", number, exc_info=error)
    if isinstance(error, SQLAlchemyError):
        st.error(
            _(
                "The database does not answer. The figures are safe; try again in a minute, "
                "or tell whoever runs the server."
            )
        )
    else:
        st.error(
            _("This page could not be shown. Tell whoever runs the server the number {number}.").format(number=number)
        )
    return True


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Warm what every page needs, then keep the collector off it: a full collection took most of a rerun's time."""
    try:
        snapshot = await run_in_threadpool(newest)
        await run_in_threadpool(newest_period, snapshot)
    except (SQLAlchemyError, SchemaError):
        _log.warning("the database cannot be used yet; pages say so until it can")
    gc.collect()
    gc.freeze()
    yield


try:
    config = settings()
except SettingsError as error:
    sys.exit(str(error))
routes: list[BaseRoute] = [
    Route("/healthz", healthz),
    Route("/boundaries/{version:int}/{code}/{level}.json", boundaries),
]
if config.map.folder:
    routes.append(Mount("/tiles", StaticFiles(directory=ROOT / config.map.folder)))
app = st.App(
    ROOT / "pages" / "frame.py",
    routes=routes,
    middleware=[Middleware(SecurityHeaders, policy=content_security_policy(config.map.tiles))],
    lifespan=lifespan,
    on_script_error=show_error,
)

if __name__ == "__main__":
    app.run(config={"server.address": config.server.host, "server.port": config.server.port})
