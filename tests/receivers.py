"""A receiver of webhooks: proves their signatures, now and then refuses, remembers the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

REFUSED = 7
"""Every so-manieth message is refused once."""


@dataclass
class Receiver:
    url: str = ""
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    """Of every message, refused ones included."""
    refused: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def take(self, message: str, body: bytes) -> int:
        with self.lock:
            if message not in self.refused and len(self.taken) % REFUSED == REFUSED - 1:
                self.refused.add(message)
                return 503
            self.taken.append((message, body))
            return 204

    def bodies(self) -> list[dict[str, Any]]:
        with self.lock:
            return [json.loads(body) for _, body in self.taken]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a loopback port; gone afterwards."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.headers.append({name.lower(): text for name, text in self.headers.items()})
            self.send_response(receiver.take(self.headers["webhook-id"], body))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
