"""`diascribe models`: which models there are, and having them on this machine."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from diascribe.cli.listed import as_json, readable, shown
from diascribe.cli.progress import Bars
from diascribe.cli.terminal import put, say, say_error
from diascribe.engine.beside import Progress
from diascribe.errors import OptionsError, WeightsError
from diascribe.settings import read_settings
from diascribe.weights.bundle import bundle as bundled
from diascribe.weights.entry import Entry
from diascribe.weights.giving import give
from diascribe.weights.manifest import Transfer
from diascribe.weights.store import Installed, Store
from diascribe.weights.unbundle import unbundle

T = TypeVar("T")

models = typer.Typer(no_args_is_help=True)

Names = Annotated[list[str], typer.Argument(help="Names of `diascribe models list`.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@models.callback()
def _common() -> None:
    """Which models there are, and having them on this machine."""


@models.command("list")
def list_(*, as_json_: Json = False) -> None:
    """Every model: what it is for, its size and licence, and whether it is installed."""
    store = _store()
    if as_json_:
        put(json.dumps(as_json(store), indent=2) + "\n")
    else:
        put("".join(readable(store)))


@models.command()
def pull(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Names of `diascribe models list`.", show_default=False),
    ] = None,
    *,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Take it from a folder, or all models from an archive, and use no network.",
            show_default=False,
        ),
    ] = None,
    as_json_: Json = False,
) -> None:
    """Install models from the hub, from a folder or from an archive.

    This is the one command that uses the network.
    """
    installed = _pulled(names or []) if source is None else _taken(names or [], source)
    _tell(installed, "installed", as_json_=as_json_)


@models.command()
def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Names; all that are there by default.", show_default=False),
    ] = None,
    *,
    as_json_: Json = False,
) -> None:
    """Read every byte of installed models, and compare with what was pulled."""
    store, right, wrong = _store(), [], 0
    chosen = names or [one.name for one in store.present()]
    if not chosen:
        say(f"no model is installed in {store.root}")
    for name in chosen:
        try:
            right.append(_watched(f"verifying {name}", store.verify(name)))
        except WeightsError as error:
            say_error(error)
            wrong += 1
    _tell(right, "right", as_json_=as_json_)
    if wrong:
        raise typer.Exit(WeightsError.exit_status)


@models.command()
def bundle(
    names: Names,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Archive to write: .tar.gz, .tgz or .tar.")
    ] = Path("model.tar.gz"),
    as_json_: Json = False,
) -> None:
    """Write installed models into one archive, for machines without a network."""
    store = _store()
    _watched("bundling", bundled(store, names, output))
    size = output.stat().st_size
    if as_json_:
        put(json.dumps({"archive": str(output), "bytes": size}) + "\n")
    else:
        put(f"{output}: {size / 1e6:.0f} MB\n")


@models.command()
def remove(names: Names, *, as_json_: Json = False) -> None:
    """Remove installed models, and what there is of broken pulls."""
    store = _store()
    entries = [store.entry(name) for name in names]
    removed = list(dict.fromkeys(one.name for one in entries))
    for name in removed:
        store.remove(name)
    put(json.dumps({"removed": removed}) + "\n" if as_json_ else _lines(removed, "removed"))


def _store() -> Store:
    return Store(read_settings().models)


def _pulled(names: list[str]) -> list[Installed]:
    """The models, from the hub.

    Raises:
        OptionsError: none is named.
    """
    if not names:
        raise OptionsError(("names: wanted at least one model",), hint="diascribe models list")
    from diascribe.weights.hub import Hub  # noqa: PLC0415 - the hub's client takes a second
    from diascribe.weights.pulling import Puller  # noqa: PLC0415

    settings = read_settings()
    store = Store(settings.models)
    puller = Puller(store, Hub(settings.hub), settings.token, settings.offline)
    entries = [store.entry(name) for name in names]  # all are known before any is pulled
    return [_watched(_announced(one), puller.pull(one.name)) for one in entries]


def _announced(entry: Entry) -> str:
    """What a pull is called, whose source and licence are told."""
    size = f"about {entry.size_mb} MB, " if entry.size_mb else ""
    if entry.repo:
        say(f"{entry.name}: {size}from {entry.repo}, licence {entry.licence}")
    return f"pulling {entry.name}"


def _taken(names: list[str], source: Path) -> list[Installed]:
    """The models, from a folder or an archive.

    Raises:
        OptionsError: a folder is one model, which must be named; an archive names its own.
    """
    store = _store()
    if source.is_dir():
        if len(names) != 1:
            raise OptionsError(("from: a folder is one model: say which one",))
        from diascribe.engine.trying import try_opening  # noqa: PLC0415 - opens runtimes

        giving = give(store, names[0], source, check=try_opening)
        return [_watched(f"copying {names[0]}", giving)]
    if names and source.exists():
        raise OptionsError(("from: an archive names its models itself: leave the names out",))
    return list(_watched(f"unpacking {source.name}", unbundle(store, source)))


def _watched(title: str, steps: Generator[Transfer, None, T]) -> T:
    """The result of steps, their progress shown as a bar."""
    with Bars(title) as bars:
        while True:
            try:
                step = next(steps)
            except StopIteration as end:
                result: T = end.value
                return result
            bars.report(Progress("bytes", step.done, step.total))


def _tell(installed: list[Installed], state: str, *, as_json_: bool) -> None:
    """Say what is there now."""
    if as_json_:
        put(json.dumps({"models": [shown(one) for one in installed]}, indent=2) + "\n")
    else:
        put(_lines([f"{one.entry.name} ({one.revision[:18]})" for one in installed], state))


def _lines(names: list[str], state: str) -> str:
    return "".join(f"{name}: {state}\n" for name in names)
