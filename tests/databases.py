"""Databases of the tests' own: a file, and a PostgreSQL that nobody else knows."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

OWNER = "postgres"
"""Who runs the server where tests run as root, which PostgreSQL refuses."""

SETTINGS = ("fsync=off", "listen_addresses=", "max_connections=100", "shared_buffers=16MB")


def binaries() -> Path | None:
    """The folder of Debian's newest PostgreSQL; null where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    anywhere = shutil.which("initdb")
    return Path(anywhere).resolve().parent if anywhere else None


@dataclass(frozen=True)
class Postgres:
    """A server of the tests' own."""

    url: str
    control: Sequence[object]
    user: str | None

    def restart(self) -> None:
        """Stop it, whoever is connected, and start it again."""
        _run([*self.control, "-m", "fast", "restart"], self.user)


@contextmanager
def private_postgres() -> Iterator[str]:
    """The address of a server on a socket in a folder of its own; gone afterwards."""
    with own_postgres() as server:
        yield server.url


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    """A server on a socket in a folder of its own; gone afterwards."""
    folder = binaries()
    if folder is None:
        reason = "PostgreSQL is absent: wanted initdb, as Debian's package postgresql brings it"
        if os.environ.get("CI") == "true":  # noqa: TID251 - what only the test machine knows
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="diascribe-postgres-") as name:
        place = Path(name)
        user = _hand_over(place)
        data = place / "data"
        _run([folder / "initdb", "-D", data, "-A", "trust", "-U", OWNER, "-N"], user)
        options = " ".join(f"-c {one}" for one in (*SETTINGS, f"unix_socket_directories={place}"))
        control = [folder / "pg_ctl", "-D", data, "-w", "-t", "300"]
        starting = [*control, "-l", place / "log", "-o", options]
        _run([*starting, "start"], user)
        try:
            yield Postgres(f"postgresql://{OWNER}@/postgres?host={place}", starting, user)
        finally:
            _run([*control, "-m", "immediate", "stop"], user)


def _hand_over(place: Path) -> str | None:
    """Let the server's owner have the folder; null where we may run it ourselves."""
    if os.getuid() != 0:
        return None
    owner = pwd.getpwnam(OWNER)
    os.chown(place, owner.pw_uid, owner.pw_gid)
    return OWNER


def _run(command: Sequence[object], user: str | None) -> None:
    done = subprocess.run(
        [str(one) for one in command],
        check=False,
        stdout=subprocess.DEVNULL,  # the server keeps a pipe open
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        user=user,
        cwd="/",
    )
    assert done.returncode == 0, f"{command[0]} ended with status {done.returncode}"
