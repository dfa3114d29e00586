"""`diascribe speakers`: voices that are known, kept on this machine or in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from diascribe.cli.choices import Choices
from diascribe.cli.destinations import check_file
from diascribe.cli.enrolment import Enrolment
from diascribe.cli.options import cue_options, engine_options, with_options
from diascribe.cli.outputs import parse_formats, write_whole
from diascribe.cli.parameters import parameters_of
from diascribe.cli.terminal import put, say
from diascribe.cli.voices import as_json, details, table
from diascribe.errors import OptionsError, SourceError

PRIVATE = 0o600
"""Exported voices are for their owner only."""

speakers = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="A name of `diascribe speakers list`.")]


@speakers.callback()
def _common() -> None:
    """Voices that are known: enrolled, looked for in recordings, named, forgotten."""


@speakers.command()
@with_options(*parameters_of(Enrolment))
def enroll(**given: Any) -> None:  # noqa: ANN401 - see `with_options`
    """Keep samples of voices, to know them again.

    Samples with equal names are one person's. Nothing of a person is kept before all samples
    are heard.
    """
    from diascribe.cli.enrolling import enroll_all  # noqa: PLC0415 - opens the database's driver

    enroll_all(Enrolment(**given))


@speakers.command("list")
def list_(*, as_json_: Json = False) -> None:
    """Everybody whose voice is known."""
    with _voices() as voices:
        people = voices.people()
    put(as_json(people) if as_json_ else table(people))


@speakers.command()
def show(name: Name, *, as_json_: Json = False) -> None:
    """Somebody's samples: what they sound like, and which are unlike the others."""
    with _voices() as voices:
        person = voices.person(name)
    put(as_json([person]) if as_json_ else details(person))


@speakers.command()
def remove(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of `diascribe speakers list`.")
    ] = None,
    *,
    unnamed: Annotated[
        bool, typer.Option("--unnamed", help="Every voice that nobody has named.")
    ] = False,
    as_json_: Json = False,
) -> None:
    """Forget people: their samples are deleted and overwritten."""
    with _voices() as voices:
        wanted = list(names or [])
        if unnamed:
            wanted += [str(one.who) for one in voices.people() if one.who.name is None]
        elif not wanted:
            raise OptionsError(("names: wanted at least one, or --unnamed",))
        done = voices.remove(wanted)
    removed = [str(one.who) for one in done.people]
    said = {"removed": removed, "overwritten": done.overwritten}
    told = json.dumps(said, ensure_ascii=False) + "\n"
    put(told if as_json_ else "".join(f"{one}: removed\n" for one in removed))
    if not done.overwritten:
        say("warning: others use the database, whose files may keep traces until the next removal")


@speakers.command()
def name(
    old: Annotated[str, typer.Argument(help="A name, or what a voice is called: VOICE_001.")],
    new: Annotated[str, typer.Argument(help="The name from now on.")],
    results: Annotated[
        list[Path] | None,
        typer.Argument(help="JSON results, or folders of them, to write anew.", show_default=False),
    ] = None,
    *,
    formats: Annotated[
        str | None,
        typer.Option("--format", "-f", help="Other formats to write anew beside them."),
    ] = None,
    as_json_: Json = False,
) -> None:
    """Name a voice once: here, and in results that were written before.

    A name that is known already becomes one with it.
    """
    from diascribe.cli.renaming import rename_in  # noqa: PLC0415 - opens pydantic

    wanted = parse_formats(formats) if formats else ()
    with _voices() as voices:
        person = voices.rename(old, new)
    written = rename_in(results or [], old, str(person.who), wanted)
    if as_json_:
        told = {"name": person.who.name, "written": [str(path) for path in written]}
        put(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        put(f"{old}: {person.who}\n")
        for path in written:
            say(f"wrote {path}")


@speakers.command()
@with_options(
    *parameters_of(Choices),
    *engine_options(stages=frozenset({"recognition", "diarization", "both"})),
    *cue_options(),
)
def identify(
    *,
    words: Annotated[bool, typer.Option("--words", help="Recognize what is said as well.")] = False,
    link: Annotated[
        bool,
        typer.Option(help="Remember unknown voices as VOICE_001…, to know them in other files."),
    ] = True,
    **given: Any,  # noqa: ANN401 - see `with_options`
) -> None:
    """Who speaks in recordings, known people by name; the same stranger is one voice in all."""
    from diascribe.cli.transcribe import identify_in  # noqa: PLC0415 - as the others

    identify_in(given, words=words, link=link)


@speakers.command()
def export(file: Annotated[Path, typer.Argument(help="JSON file to write.")]) -> None:
    """Write everybody's voiceprints into a file, for another machine. They are biometric data."""
    from diascribe.wire.voiceprints import voices_to_json  # noqa: PLC0415 - opens pydantic

    check_file(file)
    with _voices() as voices:
        people = {one.who: one.voiceprints for one in voices.people()}
    write_whole(file, voices_to_json(people), mode=PRIVATE)
    say(f"wrote {file}: {len(people)} voices")


@speakers.command("import")
def import_(file: Annotated[Path, typer.Argument(help="File that `export` wrote.")]) -> None:
    """Keep everybody in a file beside whom is known."""
    from diascribe.store.taking import take_in  # noqa: PLC0415 - opens the database's driver
    from diascribe.wire.voiceprints import voices_from_json  # noqa: PLC0415 - opens pydantic

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file}: wanted a file of voices: {error}") from error
    people = voices_from_json(text)
    with _voices() as voices:
        taken = take_in(voices, people)
    say(f"{len(taken)} voices are known from {file}")


@contextmanager
def _voices() -> Iterator[Any]:
    """The known voices of this user."""
    from diascribe.store import open_voices  # noqa: PLC0415 - opens the database's driver

    voices = open_voices()
    with voices.database:
        yield voices
