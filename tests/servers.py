"""A server of its own process for browser tests and benchmarks."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_START_SECONDS = 60


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(database_url: str, log: Path | None = None, **settings: str) -> Iterator[str]:
    """Serve a database until the block ends; give its host and port once it answers. What it prints goes to `log`.

    `settings` are environment variables beside the database and the port.
    """
    port = free_port()
    environment = os.environ | {"GUATU_DATABASE_URL": database_url, "GUATU_PORT": str(port)} | settings
    with (log or Path(os.devnull)).open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=_ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not _answers(f"http://127.0.0.1:{port}/healthz"):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the server did not start; see {log}")
                time.sleep(0.1)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False
