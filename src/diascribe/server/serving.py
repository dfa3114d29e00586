"""The service on a socket, put together from the settings."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from types import FrameType

import uvicorn

from diascribe.errors import OutputError
from diascribe.jobs.seam import Jobs
from diascribe.server.app import create_app
from diascribe.server.ears import ChildEar
from diascribe.server.keyring import RememberedKeys, given_keys
from diascribe.server.limits import Limits
from diascribe.server.openai.routes import surface
from diascribe.server.service import Clock, Doors, Service, Speakers
from diascribe.settings import Settings, child_environment
from diascribe.storage.fetching import Fetcher
from diascribe.storage.objects import open_objects
from diascribe.store.database import Database
from diascribe.store.keys import Keys
from diascribe.store.voices import Voices
from diascribe.weights.store import Store

LAST_S = 20
"""Seconds that requests have to end in when the service ends."""

IDLE_S = 30
"""Seconds that a connection may be silent between two requests: proxies keep theirs longer."""

CONNECTIONS = 2000
"""Open at once; each takes a file descriptor."""

BACKLOG = 512

ONE_MACHINE = "sqlite:"
"""How addresses of databases begin that workers of other machines cannot share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the service is put together from."""

    settings: Settings
    jobs: Jobs
    database: Database
    media_limits: dict[str, int]
    """Of processes that read media."""
    works: bool = False
    """Whether a worker runs beside the service."""


def open_service(parts: Parts, host: str) -> Service:
    """The service that settings describe, to be reached as `host`.

    Raises:
        OptionsError: a setting is none.
    """
    settings, keys, clock = parts.settings, Keys(parts.database), Clock()
    return Service(
        jobs=parts.jobs,
        keys=RememberedKeys(keys, clock.now, given_keys(settings.api_keys)),
        doors=doors_of(settings, host),
        limits=Limits(
            upload_bytes=settings.upload_mb << 20,
            requests_per_s=settings.requests_per_s,
            wait_s=settings.wait_s,
        ),
        store=Store(settings.models),
        models_here=parts.works and settings.database.startswith(ONE_MACHINE),
        allow_private_urls=settings.allow_private_urls,
        prefixes=keys.prefixes,
        head=open_objects(settings.access).head,
        clock=clock,
        surfaces=(surface(),),
        speakers=Speakers(
            voices=lambda tenant: Voices(parts.database, tenant),
            ear=ChildEar(child_environment(), parts.media_limits),
            fetcher=Fetcher(allow_private=settings.allow_private_urls, allow_files=False),
        ),
    )


def doors_of(settings: Settings, host: str) -> Doors:
    """From where a service that listens as `host` may be asked."""
    local = is_local(host)
    named = frozenset(_listed(settings.hosts))
    hosts = named | Doors().hosts | {_bracketed(host)} if local or named else frozenset()
    return Doors(hosts=hosts, origins=frozenset(_listed(settings.origins)), local=local)


def is_local(host: str) -> bool:
    """Whether only this machine reaches what listens there.

    >>> is_local("127.0.0.1"), is_local("localhost"), is_local("0.0.0.0"), is_local("::1")
    (True, True, False, True)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        OutputError: it is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio sends small answers at once (TCP_NODELAY) only where it is,
    # and they wait 40 ms for an acknowledgement else.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise OutputError(f"{host}:{port}: cannot be listened on: {error.strerror}") from error
    return opened


def address_of(listening: socket.socket) -> str:
    """What a browser is given to reach it."""
    host, port = listening.getsockname()[:2]
    return f"http://{_bracketed(host)}:{port}"


class Server(uvicorn.Server):
    """Ends streams when it is told to end: they would keep it else."""

    def __init__(self, service: Service) -> None:
        super().__init__(
            uvicorn.Config(
                create_app(service),
                access_log=False,  # ours has routes, not paths: those may hold names
                log_config=None,
                server_header=False,
                proxy_headers=False,  # anybody could say to come from this machine
                lifespan="off",
                limit_concurrency=CONNECTIONS,
                timeout_keep_alive=IDLE_S,
                timeout_graceful_shutdown=LAST_S,
            )
        )
        self.service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Somebody wants us to end."""
        self.service.closing.set()
        super().handle_exit(sig, frame)

    def end(self) -> None:
        """End, as after a signal; from any thread."""
        self.service.closing.set()
        self.should_exit = True


def serve(service: Service, listening: socket.socket, *, on_ready: Callable[[str], None]) -> None:
    """Serve until told to end by a signal."""
    server = Server(service)
    on_ready(address_of(listening))
    server.run(sockets=[listening])


def _listed(text: str | None) -> Sequence[str]:
    return [one.strip().lower().rstrip("/") for one in (text or "").split(",") if one.strip()]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host.lower()
