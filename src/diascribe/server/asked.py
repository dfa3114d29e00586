"""Requests as submissions: checked here, once, whichever way they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from diascribe.engine.given import parse_options
from diascribe.engine.options import SAMPLES
from diascribe.errors import (
    AddressRefusedError,
    OptionsError,
    SourceError,
    UnknownModelError,
    printable,
)
from diascribe.formats.table import FORMATS
from diascribe.jobs.job import BESIDE, Source, Submission
from diascribe.jobs.seam import Jobs
from diascribe.server.addresses import check_web, check_webhook
from diascribe.server.bodies import FILE, Form, misnamed
from diascribe.server.contract import JSON, LIBRARY_ONLY, NAMES, Besides, from_form
from diascribe.server.fitting import misfits
from diascribe.server.service import Service
from diascribe.storage.data_uris import content_of
from diascribe.storage.locations import Location, location, object_within, prefix_within
from diascribe.storage.objects import Held
from diascribe.storage.shown import DATA, shown
from diascribe.weights.entry import Stage
from diascribe.wire.decode import problem

OBJECTS = ("s3://", "gs://", "az://")

RECORDINGS = "a web address (https://…), a data URI or a bucket's object (s3://…)"
"""What `audio_file` may be."""

FORM = f"a form brings a recording itself, in its field {FILE}"

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
    known = {name: one for name, one in changes.items() if name in {*NAMES, *LIBRARY_ONLY}}
    problems = [_unchangeable(one) for one in changes if one not in known]
    problems += _options_problems(service, known)
    if problems:
        raise OptionsError(tuple(problems))


def submission(
    service: Service, tenant: str, asked: Asked, source: Source, key: str | None
) -> Submission:
    """What a tenant asks for.

    Raises:
        OptionsError: the idempotency key or the webhook is none, results are to lie beside what
            comes from no bucket, or in a format that is made of what is not looked for.
        AddressRefusedError: results are to be written, or the webhook sent, where that is not
            allowed.
    """
    besides = asked.besides
    if besides.webhook is not None:
        check_webhook(besides.webhook, allow_private=service.allow_private_urls)
    _check_results(service, tenant, besides.results, source)
    for one in besides.formats:
        check_held("formats", one, asked.options)
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


def check_held(field: str, name: str, options: Mapping[str, Any]) -> None:
    """Refuse a format that is made of what is not looked for.

    Raises:
        OptionsError: it holds turns, and these options have diarization off.
    """
    turns = name != JSON and FORMATS[name].holds == "turns"
    if turns and options.get("diarization") is False:
        raise OptionsError((f"{field}: {name} holds turns, and the job has diarization off",))


def form_source(form: Form) -> Source:
    """The recording that a form brought.

    Raises:
        OptionsError: none.
    """
    if form.upload is None and form.strays:
        raise OptionsError((misnamed(form.strays[0]),))
    if form.upload is None:
        raise OptionsError((f"{FILE}: wanted a recording, got none",))
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
    private = service.allow_private_urls
    try:
        check_web(uri, "audio_file", allow_private=private, wanted=RECORDINGS)
    except OptionsError as error:
        raise OptionsError(error.problems, hint=FORM) from error
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
        return None, list(map(_problem, error.errors()))


def _problem(detail: ErrorDetails) -> str:
    """What is wrong with a field; one that there is not may be another one misspelt."""
    if detail["type"] != "extra_forbidden":
        return problem(detail)
    name = str(detail["loc"][0])
    return f"{printable(name)[:60]}: no such field{_meant(name, (*NAMES, *Besides.model_fields))}"


def _unchangeable(name: str) -> str:
    """What is wrong with a change that is none of an option."""
    if name in Besides.model_fields:
        return f"{name}: stays as the job has it, a rerun changes options"
    return f"{printable(name)[:60]}: no such option{_meant(name, NAMES)}"


def _meant(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=2)
    return f", near it is {' or '.join(near)}" if near else ""


def _options_problems(service: Service, options: Mapping[str, Any]) -> list[str]:
    """What is wrong with options; addresses first, so that no path is ever looked at."""
    found = [
        f"{one}: names a file, and the service reads none" for one in LIBRARY_ONLY & {*options}
    ]
    found += _sample_problems(service, options.get(SAMPLES))
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
    return misfits(service, chosen)


def _sample_problems(service: Service, samples: object) -> Iterator[str]:
    """Samples that are no addresses; what is no list of samples is refused later."""
    if not isinstance(samples, list):
        return
    for place, one in enumerate(samples):
        urls = [one.get("url"), one.get("file_path")] if isinstance(one, dict) else [one]
        for url in urls:
            if isinstance(url, str) and not url.lower().startswith(DATA):
                yield from _address_problems(service, url, f"{SAMPLES}[{place}]")


def _address_problems(service: Service, url: str, field: str) -> Iterator[str]:
    private, wanted = service.allow_private_urls, "https://, http:// or data:"
    try:
        check_web(url, field, allow_private=private, wanted=wanted)
    except (OptionsError, AddressRefusedError) as error:
        yield str(error)


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
