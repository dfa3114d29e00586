"""Requests as submissions: checked here, once, whichever way they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from diascribe.engine.given import parse_options
from diascribe.engine.options import SAMPLES
from diascribe.errors import OptionsError, SourceError, UnknownModelError
from diascribe.jobs.job import BESIDE, Source, Submission
from diascribe.jobs.seam import Jobs
from diascribe.server.bodies import Form
from diascribe.server.contract import LIBRARY_ONLY, NAMES, Besides, from_form
from diascribe.server.service import Service
from diascribe.storage.data_uris import content_of
from diascribe.storage.locations import Location, location, object_within, prefix_within
from diascribe.storage.objects import Held
from diascribe.storage.shown import DATA, shown
from diascribe.weights.entry import Stage
from diascribe.wire.decode import problem

WEB = ("http://", "https://")
OBJECTS = ("s3://", "gs://", "az://")

MODELS: Mapping[str, Stage] = MappingProxyType({"model": "recognition", "diarizer": "diarization"})
"""Options that name models, and what those are for."""

LONGEST_ADDRESS = 8192
"""Characters: presigned ones are long."""

LONGEST_KEY = 255
"""Characters of an idempotency key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request whose fields were checked."""

    besides: Besides
    options: Mapping[str, Any]
    """Those given."""


def parse(service: Service, given: Mapping[str, Any]) -> Asked:
    """The fields of a request.

    Raises:
        OptionsError: names every field that is unknown, out of range or in contradiction.
        UnknownModelError: no model has that name.
    """
    rest = {name: one for name, one in given.items() if name not in {*NAMES, *LIBRARY_ONLY}}
    options = {name: one for name, one in given.items() if name not in rest}
    besides, problems = _besides(rest)
    problems += _options_problems(service, options)
    if problems or besides is None:
        raise OptionsError(tuple(problems))
    return Asked(besides=besides, options=options)


def check_changes(service: Service, changes: Mapping[str, Any]) -> None:
    """Refuse changes that no job could have; whether they fit one is for `rerun` to say.

    Raises:
        OptionsError: names everything that is wrong.
        UnknownModelError: no model has that name.
    """
    problems = _options_problems(service, changes)
    if problems:
        raise OptionsError(tuple(problems))


def submission(
    service: Service, tenant: str, asked: Asked, source: Source, key: str | None
) -> Submission:
    """What a tenant asks for.

    Raises:
        OptionsError: the idempotency key or the webhook is none, or results are to lie beside
            what comes from no bucket.
        AddressRefusedError: results are to be written where the tenant may not.
    """
    besides = asked.besides
    if besides.webhook is not None:
        _check_web(besides.webhook, "webhook")
    _check_results(service, tenant, besides.results, source)
    return Submission(
        tenant=tenant,
        source=source,
        options=dict(asked.options),
        priority=besides.priority,
        idempotency_key=checked_key(key),
        webhook=besides.webhook,
        results=besides.results,
        formats=tuple(besides.formats),
        metadata=dict(besides.metadata),
    )


def _check_results(service: Service, tenant: str, results: str | None, source: Source) -> None:
    if results == BESIDE and source.kind != "object":
        raise OptionsError((f"results: {BESIDE} is for recordings from a bucket",))
    if results not in {None, BESIDE}:
        prefix_within(str(results), service.prefixes(tenant))


def form_source(form: Form) -> Source:
    """The recording that a form brought.

    Raises:
        OptionsError: none.
    """
    if form.upload is None:
        raise OptionsError(("file: wanted a recording, got none",))
    return Source(
        kind="upload",
        uri=form.upload.key,
        shown=form.filename,
        version=form.upload.sha256,
        size=form.upload.size,
    )


def named_source(service: Service, tenant: str, uri: str | None, *, most_bytes: int) -> Source:
    """The recording that an address names; what an address holds itself is kept.

    Raises:
        OptionsError: there is no address, or it is none that the service takes.
        AddressRefusedError: it is none that the tenant may name.
        FetchError: it is no data URI.
    """
    if uri is None:
        raise OptionsError(("audio_file: wanted an address, or a form with a file, got none",))
    if uri.lower().startswith(DATA):
        return _data_source(service.jobs, tenant, uri, most_bytes)
    if len(uri) > LONGEST_ADDRESS:
        raise OptionsError((f"audio_file: wanted at most {LONGEST_ADDRESS} characters",))
    if uri.startswith(OBJECTS):
        object_within(uri, service.prefixes(tenant))
        return Source(kind="object", uri=uri, shown=shown(uri))
    _check_web(uri, "audio_file")
    return Source(kind="web", uri=uri, shown=shown(uri))


def versioned(head: Callable[[Location], Held], source: Source) -> Source:
    """An object with what changes with its bytes, so that the same one is the same job.

    Of what the store does not tell of, there may be several jobs; they find out why.
    """
    try:
        held = head(location(source.uri))
    except SourceError:
        return source
    etag = (held.etag or "").strip('"')  # as events about it say it
    return replace(source, version=etag or held.version, size=held.size)


def checked_key(key: str | None) -> str | None:
    """An idempotency key.

    Raises:
        OptionsError: it is empty, too long, or not of printable ASCII.
    """
    if key is None or (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        return key
    raise OptionsError((f"Idempotency-Key: wanted 1 to {LONGEST_KEY} printable characters",))


def form_values(form: Form) -> dict[str, Any]:
    """The fields of a form as those of a request in JSON.

    Raises:
        OptionsError: it names a recording besides the one that it brings.
    """
    given = from_form(form.fields)
    if "audio_file" in given:
        raise OptionsError(("audio_file: wanted in JSON only, a form brings a file",))
    return given


def _besides(rest: Mapping[str, Any]) -> tuple[Besides | None, list[str]]:
    try:
        return Besides.model_validate(rest), []
    except ValidationError as error:
        return None, list(map(problem, error.errors()))


def _options_problems(service: Service, options: Mapping[str, Any]) -> list[str]:
    """What is wrong with options; addresses first, so that no path is ever looked at."""
    found = [
        f"{one}: names a file, and the service reads none" for one in LIBRARY_ONLY & {*options}
    ]
    found += _sample_problems(options.get(SAMPLES))
    if found:
        return found
    try:
        chosen = parse_options(options)
    except OptionsError as error:
        return list(error.problems)
    for name, stage in MODELS.items():
        named = getattr(chosen, name)
        if named is not None:
            _check_model(service, name, named, stage)
    return []


def _sample_problems(samples: object) -> Iterator[str]:
    """Samples that are no addresses; what is no list of samples is refused later."""
    if not isinstance(samples, list):
        return
    for place, one in enumerate(samples):
        urls = [one.get("url"), one.get("file_path")] if isinstance(one, dict) else [one]
        for url in urls:
            if isinstance(url, str) and not url.lower().startswith((*WEB, DATA)):
                yield f"{SAMPLES}[{place}]: wanted http://, https:// or data:"


def _check_model(service: Service, option: str, name: str, stage: Stage) -> None:
    """Refuse a model that is not of the catalogue: folders are not taken.

    Raises:
        UnknownModelError: no model has that name.
        OptionsError: it is not for that stage, or this version does not run it.
    """
    try:
        entry = service.store.entry(name)
    except UnknownModelError as error:
        raise UnknownModelError(f"{option}: {error}", hint="GET /v1/models lists all") from error
    if entry.stage != stage or not entry.opened:
        raise OptionsError((f"{option}: {entry.name} is no model for {stage} that is run here",))


def _check_web(uri: str, field: str) -> None:
    """Refuse what is no address of the web, or holds a password.

    Raises:
        OptionsError: it is none.
    """
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        parts, port = None, None
    if parts is None or not uri.lower().startswith(WEB) or not parts.hostname or port == 0:
        raise OptionsError((f"{field}: wanted http://, https:// or a tenant's object",))
    if parts.username is not None or parts.password is not None or not uri.isprintable():
        raise OptionsError((f"{field}: wanted an address without a name and a password",))


def _data_source(jobs: Jobs, tenant: str, uri: str, most_bytes: int) -> Source:
    """The recording that a data URI is, kept like one that was uploaded."""
    content = content_of(uri, most_bytes=most_bytes)
    upload = jobs.keep(tenant, iter((content,)), name="data URI", most_bytes=most_bytes)
    return Source(
        kind="upload",
        uri=upload.key,
        shown="data URI",
        version=upload.sha256,
        size=upload.size,
    )
