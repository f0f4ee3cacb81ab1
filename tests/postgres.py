"""A private PostgreSQL server for tests and benchmarks, on a loopback port and in a folder of its own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import free_port

_START_SECONDS = 60
#: What a server whose data nobody needs after it may leave undone.
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=128MB", "max_connections=60")


def binaries() -> Path | None:
    """Return the folder with initdb and postgres, the newest where there are several; None where there is none."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def private_server(*options: str) -> Iterator[str]:
    """Run a server until the block ends; give the URL of its database without a name, to which one is added.

    `options` are settings such as "statement_timeout=5s". PostgreSQL refuses to run as root: it runs as the user
    postgres then.
    """
    folder = binaries()
    if folder is None:
        pytest.fail("This test needs PostgreSQL: apt-get install postgresql", pytrace=False)
    home = Path(tempfile.mkdtemp(prefix="guatu-postgres-"))
    as_user: tuple[str, ...] = ()
    if os.geteuid() == 0:
        as_user = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--")
        shutil.chown(home, "postgres", "postgres")
    data, port = home / "data", free_port()
    try:
        _run([*as_user, str(folder / "initdb"), "-D", str(data), "-U", "guatu", "-A", "trust", "-E", "UTF8"], home)
        settings = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", *_FAST, *options]
        flags = [part for setting in settings for part in ("-c", setting)]
        with (home / "log").open("w") as log:
            server = subprocess.Popen(
                [*as_user, str(folder / "postgres"), "-D", str(data), *flags],
                cwd=home, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            _wait(folder, port, server, home / "log")
            yield f"postgresql://guatu@127.0.0.1:{port}/"
        finally:
            # Fast shutdown: on SIGTERM it would wait for its clients.
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(command: Sequence[str], cwd: Path) -> None:
    command = [*command, "--no-sync", "--locale=C"]
    outcome = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    if outcome.returncode:
        raise RuntimeError(f"initdb failed: {outcome.stdout}{outcome.stderr}")


def _wait(folder: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    ready = [str(folder / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
        time.sleep(0.05)
