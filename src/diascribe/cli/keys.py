"""`diascribe keys`: who may use the service, and which objects they may name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from diascribe.cli.terminal import put, say
from diascribe.errors import MissingExtraError

keys = typer.Typer(no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Tenant = Annotated[str, typer.Argument(help="Whose it is: letters, digits, dots, - and _.")]
Prefix = Annotated[str, typer.Argument(help="A bucket or a folder of one: s3://bucket/folder/.")]


@keys.callback()
def _common() -> None:
    """Who may use the service, and which objects they may name."""


@keys.command()
def create(
    tenant: Tenant,
    *,
    name: Annotated[str, typer.Option(help="What its owner calls the key.")] = "",
    as_json_: Json = False,
) -> None:
    """Make a key, and print it this once: what is kept is a hash."""
    with _keys() as store:
        secret, key = store.create(tenant, name)
    if as_json_:
        put(json.dumps({**_shown(key), "key": secret}, ensure_ascii=False) + "\n")
    else:
        put(f"{secret}\n")
        say(f"key {key.id} of {tenant}: keep it, it is not shown again")


@keys.command("list")
def list_(*, as_json_: Json = False) -> None:
    """Every key, without what opens anything, and which objects tenants may name."""
    with _keys() as store:
        known, allowed = store.all(), store.allowed()
    if as_json_:
        shown = {"keys": [_shown(one) for one in known], "prefixes": allowed}
        put(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
        return
    if not known:
        put("there are no keys: diascribe keys create\n")
    for one in known:
        state = "revoked" if one.revoked else "counts"
        put(f"{one.id}  {state}  {one.tenant}  {one.name}".rstrip() + "\n")
    for tenant, prefixes in allowed.items():
        put(f"{tenant} may name objects below {', '.join(prefixes)}\n")


@keys.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="An id of `diascribe keys list`.")],
    *,
    as_json_: Json = False,
) -> None:
    """Withdraw a key. A running service heeds it within seconds."""
    with _keys() as store:
        key = store.revoke(key_id)
    shown = json.dumps(_shown(key), ensure_ascii=False)
    put(f"{shown}\n" if as_json_ else f"{key.id}: revoked\n")


@keys.command()
def allow(tenant: Tenant, prefix: Prefix) -> None:
    """Let a tenant name objects below a prefix, and have results written there."""
    with _keys() as store:
        kept = store.allow(tenant, prefix)
    put(f"{tenant}: {kept} allowed\n")


@keys.command()
def forbid(tenant: Tenant, prefix: Prefix) -> None:
    """The opposite of `allow`."""
    with _keys() as store:
        kept = store.forbid(tenant, prefix)
    put(f"{tenant}: {kept} forbidden\n")


@keys.command()
def webhook_secret(tenant: Tenant, *, as_json_: Json = False) -> None:
    """Print what a tenant's webhooks are signed with, for whoever receives them."""
    try:
        from diascribe.jobs.webhooks.signing import signing_secret  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"webhooks need the package {error.name}", hint="pip install 'diascribe[server]'"
        ) from error
    from diascribe.settings import read_settings  # noqa: PLC0415 - reads the environment
    from diascribe.store.keys import checked_tenant  # noqa: PLC0415 - opens the database's driver

    secret = signing_secret(read_settings().webhook_secret, checked_tenant(tenant))
    shown = json.dumps({"tenant": tenant, "secret": secret})
    put(f"{shown}\n" if as_json_ else f"{secret}\n")


def _shown(key: Any) -> dict[str, Any]:  # noqa: ANN401 - loaded late
    return {
        "id": key.id,
        "tenant": key.tenant,
        "name": key.name,
        "created": key.created.isoformat(),
        "revoked": key.revoked.isoformat() if key.revoked else None,
    }


@contextmanager
def _keys() -> Iterator[Any]:
    """The keys in the database that the settings name."""
    from diascribe.settings import read_settings  # noqa: PLC0415 - as the next ones
    from diascribe.store.database import Database  # noqa: PLC0415 - opens the database's driver
    from diascribe.store.keys import Keys  # noqa: PLC0415

    with Database(read_settings().database) as database:
        yield Keys(database)
