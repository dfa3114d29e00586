"""The hub that models come from. Nothing else in Diascribe opens a connection to the internet.

The hub's own client finds out what there is and speaks to it. Its downloads are not used: since
its version 2 they keep nothing of a file that breaks off, and a model has gigabytes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version

import httpx2
from huggingface_hub import HfApi, constants, get_session, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)
from huggingface_hub.hf_api import ModelInfo, RepoSibling
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # exported in its own way
    build_hf_headers,
    hf_raise_for_status,
)

from diascribe.errors import DownloadError, GatedModelError, OptionsError, WeightsError
from diascribe.weights.manifest import checked_path

constants.HF_HUB_DISABLE_TELEMETRY = True
"""No list of installed packages in its requests, whatever was imported first."""

NAME, VERSION = "diascribe", version("diascribe")
"""Who asks."""

USER = re.compile(r"//[^/\s]*@")
"""Who asks, and by which password, in an address."""

FLEETING = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses of answers that may be others a second later."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository, and how its bytes can be proved."""

    path: str
    size: int
    """Bytes."""
    sha256: str | None
    """Null for small files, of which only `blob` is known."""
    blob: str
    """What git calls its bytes: a SHA-1 over their number and them."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A repository at one commit."""

    repo: str
    revision: str
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True, slots=True)
class Hub:
    """The hub at `endpoint`, or the client's own."""

    endpoint: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    """Sent with every request. Null: none is, whatever the client finds on this machine."""
    reserve: str | None = field(default=None, repr=False)
    """A token that is sent only where the hub refuses to answer without one; null for none."""
    timeout_s: float = 30.0
    """How long it may be silent."""
    tries: int = 5
    """How often in a row a download may break off without a byte."""
    pause_s: float = 1.0
    """Between tries."""

    def __post_init__(self) -> None:
        """Refuse a token that no header can hold: those who would refuse it later show it."""
        for token in (self.token or "", self.reserve or ""):
            if not (token.isascii() and token.isprintable()):
                raise OptionsError(("HF_TOKEN: wanted one line of ASCII, got other characters",))

    def page(self, repo: str) -> str:
        """Where people read about a repository, and accept its terms."""
        return _shown(f"{self.endpoint or constants.ENDPOINT}/{repo}")

    def snapshot(self, repo: str) -> Snapshot:
        """What the repository holds now.

        Raises:
            GatedModelError: its terms are not accepted; names the page.
            DownloadError: the hub cannot be reached, has no such repository, or talks nonsense.
        """
        try:
            with self._told(repo):
                api = HfApi(self.endpoint, self.token or False, NAME, VERSION)
                info = api.model_info(repo, files_metadata=True, timeout=self.timeout_s)
        except REFUSALS as refusal:
            return self._admitted(refusal).snapshot(repo)
        return _snapshot(repo, info)

    def read(self, snapshot: Snapshot, file: RemoteFile, start: int) -> Iterator[bytes]:
        """The bytes of a file from `start` to its end; goes on where a connection breaks off.

        Raises:
            GatedModelError: its terms are not accepted.
            DownloadError: the hub cannot be reached, or sends too much.
        """
        at, failures = start, 0
        while at < file.size:
            try:
                for chunk in self._stream(snapshot, file, at):
                    at, failures = at + len(chunk), 0
                    yield chunk
            except REFUSALS as refusal:
                yield from self._admitted(refusal).read(snapshot, file, at)
                return
            except _Fleeting as error:
                failures += 1
                if failures >= self.tries:
                    raise DownloadError(
                        f"{file.path}: breaks off: {error}", hint="what came is kept: pull again"
                    ) from error
                time.sleep(self.pause_s)

    def _admitted(self, refusal: WeightsError) -> Hub:
        """This hub with the token that it kept back.

        Raises:
            WeightsError: the refusal, where there is none, or it was sent already.
        """
        if self.token or not self.reserve:
            raise refusal
        return replace(self, token=self.reserve)

    def _stream(self, snapshot: Snapshot, file: RemoteFile, start: int) -> Iterator[bytes]:
        """The bytes that one connection brings, of the file from `start` on."""
        url = hf_hub_url(
            snapshot.repo, file.path, revision=snapshot.revision, endpoint=self.endpoint
        )
        left = file.size - start
        with (
            self._told(snapshot.repo),
            _fleeting(),
            get_session().stream(
                "GET", url, headers=self._headers(start), timeout=self.timeout_s
            ) as answer,
        ):
            hf_raise_for_status(answer)
            ranged = answer.status_code == httpx2.codes.PARTIAL_CONTENT
            for chunk in _from(0 if ranged else start, answer.iter_bytes()):
                left -= len(chunk)
                if left < 0:
                    raise DownloadError(f"{file.path}: wanted {file.size} bytes, more came")
                yield chunk
        if left:
            raise _Fleeting("the connection ended early")

    def _headers(self, start: int) -> dict[str, str]:
        """Who asks, and for which bytes."""
        headers = build_hf_headers(
            token=self.token or False, library_name=NAME, library_version=VERSION
        )
        return headers | {"Accept-Encoding": "identity", "Range": f"bytes={start}-"}

    @contextmanager
    def _told(self, repo: str) -> Iterator[None]:
        """What the client raises, as ours."""
        try:
            yield
        except GatedRepoError as error:
            then = (
                "as the owner of HF_TOKEN"
                if self.token
                else "then set HF_TOKEN to a token of yours"
            )
            raise GatedModelError(
                f"{repo}: the hub wants its terms accepted",
                hint=f"accept them on {self.page(repo)}, {then}",
            ) from error
        except (RepositoryNotFoundError, HFValidationError) as error:
            hint = "" if self.token else "where it is private, set HF_TOKEN to a token of yours"
            raise _HiddenError(
                f"{repo}: the hub has no such repository, or hides it", hint=hint
            ) from error
        except OfflineModeIsEnabled as error:
            raise DownloadError(f"{repo}: HF_HUB_OFFLINE forbids the network") from error
        except HfHubHTTPError as error:
            status = error.response.status_code
            raise DownloadError(f"{repo}: the hub answers with status {status}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            reason = _shown(str(error)) or type(error).__name__
            raise DownloadError(f"{repo}: the hub cannot be reached: {reason}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DownloadError(f"{repo}: what answers is no hub: {_shown(repr(error))}") from error


class _HiddenError(DownloadError):
    """A repository that is not there, or not for everybody: hubs do not tell which."""


REFUSALS = (GatedModelError, _HiddenError)
"""Answers that may be others to somebody whom the hub knows."""


class _Fleeting(Exception):  # noqa: N818 - caught where it is raised
    """A failure that may be gone a second later."""


@contextmanager
def _fleeting() -> Iterator[None]:
    try:
        yield
    except HfHubHTTPError as error:
        if error.response.status_code not in FLEETING:
            raise
        raise _Fleeting(f"status {error.response.status_code}") from error
    except httpx2.TransportError as error:
        raise _Fleeting(_shown(str(error)) or type(error).__name__) from error


def _shown(text: str) -> str:
    """A text as messages show it: its addresses without the name and password before an `@`.

    >>> _shown("no route to https://ada:secret@mirror.example/models")
    'no route to https://mirror.example/models'
    """
    return USER.sub("//", text)


def _from(start: int, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What follows the first `start` bytes, where a server sends those too."""
    for chunk in chunks:
        rest = chunk[start:]
        start -= len(chunk) - len(rest)
        if rest:
            yield rest


def _snapshot(repo: str, info: ModelInfo) -> Snapshot:
    """What the client found, complete.

    Raises:
        DownloadError: something lacks that every hub tells.
    """
    if not info.sha:
        raise DownloadError(f"{repo}: the hub names no commit")
    files = tuple(_file(repo, one) for one in info.siblings or ())
    return Snapshot(repo, checked_path(info.sha), files)


def _file(repo: str, found: RepoSibling) -> RemoteFile:
    if found.size is None or not found.blob_id:
        raise DownloadError(f"{repo}: the hub does not say what {found.rfilename} holds")
    sha256 = found.lfs.sha256 if found.lfs else None
    return RemoteFile(found.rfilename, found.size, sha256, found.blob_id)
