"""Known voices of a tenant: enrolled, listed, shown, removed."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import anyio.to_thread
import structlog
from fastapi import APIRouter, Query, Request
from fastapi import Path as PathParameter
from pydantic import ValidationError

from diascribe.engine.identify.samples import SpeakerSample
from diascribe.errors import BodyLimitError, OptionsError, UnknownPersonError, printable
from diascribe.jobs.job import Upload
from diascribe.jobs.seam import SOURCE
from diascribe.server.addresses import got
from diascribe.server.answers import RECEIVING, refusals
from diascribe.server.bodies import FILE, is_form, misnamed, receive_form, receive_json
from diascribe.server.contract import NewSample, from_form
from diascribe.server.documents import ref
from diascribe.server.ears import Heard
from diascribe.server.parts import Answer
from diascribe.server.service import Speakers, service_of
from diascribe.server.tenants import Tenant
from diascribe.storage.shown import DATA
from diascribe.store.enrolling import Enrolled, enroll
from diascribe.store.listing import list_people
from diascribe.store.rows import Person, Sample
from diascribe.wire.decode import problem

LOG = structlog.get_logger()

router = APIRouter(prefix="/v1/speakers", tags=["speakers"])

Name = Annotated[str, PathParameter(description="A name, or what the voice was called before.")]

ADDRESSES = ("http://", "https://", DATA)

LONGEST_CURSOR = 1200
"""Characters of what a page gives to ask for the next one: the longest name, in Base64."""

SAMPLES = "https://, http:// or data:"
"""What `url` may be."""

FORM = f"a form brings a sample itself, in its field {FILE}"


class VoiceSamplePart(Answer):
    """A sample that is kept: figures of it, and none of its sound."""

    id: str
    """What it is called here."""
    source: str
    """What it was made from."""
    encoder: str
    """What made its vector."""
    seconds: float
    """Of speech."""
    created: datetime
    """When it was kept."""


class KnownPart(Answer):
    """Somebody whose voice is known, or a voice that nobody has named yet."""

    name: str | None
    """Who it is; null where nobody has said."""
    voice: str | None
    """`VOICE_001`…: what it was called when it was first met; null where it was enrolled."""
    samples: tuple[VoiceSamplePart, ...]
    """The samples, the oldest first."""


class EnrolledPart(KnownPart):
    """Somebody after a sample was kept."""

    unlike: tuple[str, ...]
    """Sources of samples that sound unlike the others."""
    like: tuple[str, ...]
    """Who else sounds so much like it that they will be taken for one another."""


class KnownPagePart(Answer):
    """Some of the known voices."""

    speakers: tuple[KnownPart, ...]
    """Named people by name, then unnamed voices."""
    following: str | None
    """What to give as `after` for the next page; null on the last one."""


SAMPLE_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {"schema": ref("SampleForm")},
        "application/json": {"schema": ref("NewSample")},
    },
}


@router.post(
    "",
    operation_id="enroll_speaker",
    status_code=201,
    responses=refusals(*RECEIVING, 404, 409, 507),
    openapi_extra={"requestBody": SAMPLE_BODY},
)
async def enroll_speaker(request: Request, tenant: Tenant) -> EnrolledPart:
    """Keep a sample of a voice, to know it again.

    A form brings it as `file`, with the field `name`. JSON names it as `url`. A sample that
    sounds unlike others of its name is a 409.
    """
    service = service_of(request)
    speakers = _speakers(request)
    with service.hearings.one(tenant), tempfile.TemporaryDirectory() as folder:
        wanted, label = await _received(request, tenant, Path(folder))
        heard = await speakers.ear.hear(Path(folder), label)
        return await anyio.to_thread.run_sync(_kept, speakers, tenant, wanted, heard)


@router.get("", operation_id="list_speakers", responses=refusals(422))
def list_speakers(
    request: Request,
    tenant: Tenant,
    limit: Annotated[int, Query(ge=1, le=200, description="Most speakers of a page.")] = 50,
    after: Annotated[
        str | None, Query(description="`following` of the page before.", max_length=LONGEST_CURSOR)
    ] = None,
) -> KnownPagePart:
    """Everybody whose voice the tenant knows: named people by name, then unnamed voices."""
    page = list_people(_speakers(request).voices(tenant), limit=limit, after=after)
    return KnownPagePart(speakers=tuple(map(_part, page.people)), following=page.following)


@router.get("/{name:path}", operation_id="get_speaker", responses=refusals(404))
def get_speaker(request: Request, tenant: Tenant, name: Name) -> KnownPart:
    """Somebody, by name or by what the voice was called before."""
    return _part(_speakers(request).voices(tenant).person(_checked(name)))


@router.delete(
    "/{name:path}", operation_id="remove_speaker", status_code=204, responses=refusals(404)
)
def remove_speaker(request: Request, tenant: Tenant, name: Name) -> None:
    """Forget somebody: the samples are deleted and overwritten."""
    removed = _speakers(request).voices(tenant).remove([_checked(name)])
    if not removed.overwritten:
        LOG.warning("voices_not_overwritten", tenant=tenant)


def _speakers(request: Request) -> Speakers:
    speakers = service_of(request).speakers
    assert speakers is not None, "else create_app has no such routes"
    return speakers


def _checked(name: str) -> str:
    """A name that a database can be asked for.

    Raises:
        UnknownPersonError: nobody can be called that.
    """
    if not name.isprintable() or name != name.encode(errors="replace").decode():
        raise UnknownPersonError(f"{printable(name)}: nobody of that name is known")
    return name


async def _received(request: Request, tenant: str, folder: Path) -> tuple[NewSample, str]:
    """What is wanted, and what the sample is called; its sound lies in the folder."""
    service, speakers = service_of(request), _speakers(request)
    if not is_form(request):
        wanted = _wanted(await receive_json(request))
        if wanted.url is None or not wanted.url.lower().startswith(ADDRESSES):
            said = "nothing" if wanted.url is None else got(wanted.url)
            raise OptionsError((f"url: wanted {SAMPLES}, got {said}",), hint=FORM)
        sample = SpeakerSample(wanted.url, wanted.name)
        await anyio.to_thread.run_sync(speakers.fetcher.save, sample.source, folder / SOURCE)
        return wanted, sample.label
    keep = _Keep(folder / SOURCE, service.limits.most_short_bytes)
    form = await receive_form(
        request, tenant, most_bytes=service.limits.most_short_bytes, keep=keep.whole
    )
    if form.upload is None and form.strays:
        raise OptionsError((misnamed(form.strays[0]),))
    if form.upload is None:
        raise OptionsError((f"{FILE}: wanted a sample, got none",))
    wanted = _wanted(from_form(form.fields))
    if wanted.url is not None:
        raise OptionsError(("url: wanted in JSON only, a form brings a file",))
    return wanted, form.filename


def _wanted(given: dict[str, Any]) -> NewSample:
    if given.get("even_if_different") in {"true", "false"}:  # as forms say it
        given = {**given, "even_if_different": given["even_if_different"] == "true"}
    try:
        return NewSample.model_validate(given)
    except ValidationError as error:
        raise OptionsError(tuple(map(problem, error.errors()))) from error


@dataclass(frozen=True, slots=True)
class _Keep:
    """Keeps a sample in a file."""

    path: Path
    most_bytes: int

    def whole(self, chunks: Iterator[bytes], name: str) -> Upload:
        """The file.

        Raises:
            BodyLimitError: it has more bytes than allowed.
        """
        digest, size = hashlib.sha256(), 0
        with self.path.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > self.most_bytes:
                    raise BodyLimitError(f"{name}: wanted at most {self.most_bytes} bytes")
                digest.update(chunk)
                file.write(chunk)
        return Upload(key=str(self.path), sha256=digest.hexdigest(), size=size)


def _kept(speakers: Speakers, tenant: str, wanted: NewSample, heard: Heard) -> EnrolledPart:
    enrolled: Enrolled = enroll(
        speakers.voices(tenant),
        wanted.name,
        [heard.voiceprint],
        threshold=heard.threshold,
        even_if_different=wanted.even_if_different,
    )
    part = _part(enrolled.person)
    return EnrolledPart(
        name=part.name,
        voice=part.voice,
        samples=part.samples,
        unlike=enrolled.odd,
        like=enrolled.like,
    )


def _part(person: Person) -> KnownPart:
    samples = tuple(map(_sample, person.samples))
    return KnownPart(name=person.who.name, voice=person.who.voice, samples=samples)


def _sample(sample: Sample) -> VoiceSamplePart:
    voiceprint = sample.voiceprint
    return VoiceSamplePart(
        id=sample.id,
        source=voiceprint.source,
        encoder=voiceprint.stamp.encoder,
        seconds=voiceprint.figures.seconds,
        created=sample.created,
    )
