"""A hub of models on this machine, which speaks as much HTTP as the hub's client asks for."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, ClassVar

COMMIT = "c0ffee" + "0" * 34
TOKEN = "a-token-that-accepted"  # noqa: S105 - of this hub only

INFO = re.compile(r"^/api/models/(?P<repo>[^/]+/[^/?]+)\?blobs=(?i:true)$")
FILE = re.compile(r"^/(?P<repo>[^/]+/[^/]+)/resolve/(?P<commit>[^/]+)/(?P<path>.+)$")


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    start: int | None
    """Where the wanted bytes begin; null where all are wanted."""
    token: str | None
    agent: str


@dataclass
class FakeHub:
    """Repositories with their files, and what is to go wrong."""

    repos: dict[str, dict[str, bytes]] = field(default_factory=dict)
    commit: str = COMMIT
    gated: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    """Private repositories, which are not there for those who send no token."""
    tells: bool = False
    """Everybody may ask what gated repositories hold, as on the public hub."""
    breaks_after: list[int] = field(default_factory=list)
    """For each of the next downloads, after how many bytes the connection breaks."""
    statuses: list[int] = field(default_factory=list)
    """For each of the next downloads, a status in place of the file; 0 is none."""
    stalls: bool = False
    """A download that breaks does not end: it waits until the hub is no longer served."""
    sends: dict[str, bytes] = field(default_factory=dict)
    """Files that are other than announced."""
    ranges: bool = True
    """Whether a part of a file can be had."""
    moved_to: str = ""
    """Address of the server that has the files, where it is another."""
    says: bytes | None = None
    """What is said to all questions about models, if anything."""
    asked: list[Asked] = field(default_factory=list)
    address: str = ""
    closing: Event = field(default_factory=Event)

    def files_asked(self) -> list[tuple[str, int | None]]:
        """The files that were wanted, and from where."""
        found = ((FILE.match(one.path), one.start) for one in self.asked)
        return [(match["path"], start) for match, start in found if match]


def info(repo: str, commit: str, files: dict[str, bytes]) -> bytes:
    """What the hub tells of a repository; large files are kept by their sha256."""
    siblings = []
    for path, content in files.items():
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
        one: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": blob.hexdigest()}
        if path.endswith((".bin", ".onnx")):
            sha256 = hashlib.sha256(content).hexdigest()
            one["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
        siblings.append(one)
    return json.dumps({"id": repo, "modelId": repo, "sha": commit, "siblings": siblings}).encode()


class _Handler(BaseHTTPRequestHandler):
    """Answers for the hub that its class names."""

    hub: ClassVar[FakeHub]
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        wanted = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(wanted[1]) if wanted else None
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        self.hub.asked.append(Asked(self.path, start, token, self.headers.get("User-Agent", "")))
        asked = INFO.match(self.path) or FILE.match(self.path)
        if asked is None or not self._shows(asked["repo"], token):
            self._refuse(401, "RepoNotFound")
        elif self._is_gated(asked) and token != TOKEN:
            self._refuse(403, "GatedRepo")
        elif asked.re is INFO:
            files = self.hub.repos[asked["repo"]]
            said = self.hub.says
            self._send(info(asked["repo"], self.hub.commit, files) if said is None else said)
        else:
            self._send_file(asked, start)

    def _shows(self, repo: str, token: str | None) -> bool:
        return repo in self.hub.repos and (repo not in self.hub.hidden or token == TOKEN)

    def _is_gated(self, asked: re.Match[str]) -> bool:
        return asked["repo"] in self.hub.gated and not (self.hub.tells and asked.re is INFO)

    def _send_file(self, asked: re.Match[str], start: int | None) -> None:
        if self.hub.moved_to:
            self.send_response(302)
            self.send_header("Location", self.hub.moved_to + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        status = self.hub.statuses.pop(0) if self.hub.statuses else 0
        content = self.hub.repos[asked["repo"]].get(asked["path"])
        if status or content is None or asked["commit"] != self.hub.commit:
            self._refuse(status or 404, "EntryNotFound")
            return
        content = self.hub.sends.get(asked["path"], content)
        ranged = self.hub.ranges and start is not None
        content = content[start:] if ranged else content
        breaks = self.hub.breaks_after.pop(0) if self.hub.breaks_after else len(content)
        self._send(content, 206 if ranged else 200, breaks)

    def _send(self, content: bytes, status: int = 200, breaks: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Repo-Commit", self.hub.commit)
        self.end_headers()
        self.wfile.write(content[:breaks])
        self.close_connection = breaks is not None and breaks < len(content)
        if self.close_connection and self.hub.stalls:
            self.wfile.flush()
            self.hub.closing.wait()

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """Serve a hub on an address of its own, and then no more."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        hub.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hub
        finally:
            hub.closing.set()
            server.shutdown()
            thread.join()
