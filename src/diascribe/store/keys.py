"""API keys: whose they are. Kept are hashes, of which no key can be made."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from diascribe.errors import AddressRefusedError, OptionsError, UnknownKeyError, printable
from diascribe.storage.locations import location
from diascribe.store.database import Database
from diascribe.store.schema import METADATA

KEYS = sa.Table(
    "api_key",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    sa.Column("revoked", sa.DateTime(timezone=True)),
)

PREFIXES = sa.Table(
    "tenant_prefix",
    METADATA,
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("prefix", sa.Text, primary_key=True),
)

KEY = re.compile(r"dsk_(?P<id>[0-9a-f]{16})_[A-Za-z0-9_-]{43}")
"""What a key looks like: its id, then 256 random bits. Scanners of secrets know it by `dsk_`."""

TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a tenant may be called: the name is part of paths and of keys in object stores."""

LONGEST_NAME = 200
"""Characters."""

NOBODY = bytes(32)
"""What is compared with where there is no such key: it takes the same time."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key."""

    id: str
    tenant: str
    name: str
    """What its owner calls it."""
    created: datetime
    revoked: datetime | None = None
    """When it was withdrawn; null while it counts."""


@dataclass(frozen=True)
class Keys:
    """The keys of all tenants. One instance serves all threads."""

    database: Database

    def create(self, tenant: str, name: str = "") -> tuple[str, ApiKey]:
        """A new key, which is told this once.

        Raises:
            OptionsError: the tenant or the name is none.
        """
        wanted = _checked_name(name)
        key = ApiKey(secrets.token_hex(8), checked_tenant(tenant), wanted, datetime.now(UTC))
        secret = f"dsk_{key.id}_{secrets.token_urlsafe(32)}"
        row = {
            "id": key.id,
            "tenant": key.tenant,
            "name": key.name,
            "digest": digest_of(secret),
            "created": key.created,
        }
        with self.database.writing() as connection:
            connection.execute(sa.insert(KEYS), [row])
        return secret, key

    def all(self) -> list[ApiKey]:
        """Every key, the withdrawn ones too, by tenant and age."""
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(KEYS).order_by(KEYS.c.tenant, KEYS.c.created))
            return [_key(dict(row)) for row in rows.mappings()]

    def revoke(self, key_id: str) -> ApiKey:
        """Withdraw a key; one that is withdrawn already stays so.

        Raises:
            UnknownKeyError: there is no such key.
        """
        with self.database.writing() as connection:
            connection.execute(
                sa.update(KEYS)
                .where(KEYS.c.id == key_id, KEYS.c.revoked.is_(None))
                .values(revoked=datetime.now(UTC))
            )
            row = connection.execute(sa.select(KEYS).where(KEYS.c.id == key_id)).mappings().first()
        if row is None:
            raise UnknownKeyError(
                f"{printable(key_id)}: there is no key of that id", hint="diascribe keys list"
            )
        return _key(dict(row))

    def open(self) -> bool:
        """Whether there never was a key: withdrawing the last one opens nothing."""
        with self.database.reading() as connection:
            return connection.execute(sa.select(KEYS.c.id).limit(1)).first() is None

    def tenant(self, key: str) -> str | None:
        """Whose key it is; null for none that counts. Takes as long for a wrong one."""
        found = KEY.fullmatch(key)
        with self.database.reading() as connection:
            row = connection.execute(
                sa.select(KEYS.c.tenant, KEYS.c.digest, KEYS.c.revoked).where(
                    KEYS.c.id == (found["id"] if found else "")
                )
            ).first()
        same = hmac.compare_digest(digest_of(key), NOBODY if row is None else bytes(row.digest))
        return str(row.tenant) if row is not None and same and row.revoked is None else None

    def prefixes(self, tenant: str) -> tuple[str, ...]:
        """The parts of object stores that a tenant may name, each ending in `/`."""
        with self.database.reading() as connection:
            rows = connection.execute(
                sa.select(PREFIXES.c.prefix)
                .where(PREFIXES.c.tenant == tenant)
                .order_by(PREFIXES.c.prefix)
            )
            return tuple(row.prefix for row in rows)

    def allowed(self) -> dict[str, tuple[str, ...]]:
        """The prefixes of every tenant that has some."""
        with self.database.reading() as connection:
            named = sa.select(PREFIXES.c.tenant).distinct().order_by(PREFIXES.c.tenant)
            tenants = list(connection.execute(named).scalars())
        return {tenant: self.prefixes(tenant) for tenant in tenants}

    def allow(self, tenant: str, prefix: str) -> str:
        """Let a tenant name what is below a prefix; gives it as it is kept.

        Raises:
            OptionsError: the tenant or the prefix is none.
        """
        row = {"tenant": checked_tenant(tenant), "prefix": checked_prefix(prefix)}
        with self.database.writing() as connection:
            self._forget(connection, row)
            connection.execute(sa.insert(PREFIXES), [row])
        return row["prefix"]

    def forbid(self, tenant: str, prefix: str) -> str:
        """The opposite of `allow`.

        Raises:
            OptionsError: the tenant or the prefix is none, or was not allowed.
        """
        row = {"tenant": checked_tenant(tenant), "prefix": checked_prefix(prefix)}
        with self.database.writing() as connection:
            if not self._forget(connection, row):
                raise OptionsError((f"prefix: {prefix} is none of {tenant}'s",))
        return row["prefix"]

    def _forget(self, connection: sa.Connection, row: dict[str, str]) -> bool:
        removed = connection.execute(
            sa.delete(PREFIXES).where(
                PREFIXES.c.tenant == row["tenant"], PREFIXES.c.prefix == row["prefix"]
            )
        )
        return removed.rowcount > 0


def digest_of(key: str) -> bytes:
    """The hash of a key. Keys are random: nothing slower is needed, as it is for passwords."""
    return hashlib.sha256(key.encode(errors="replace")).digest()


def checked_tenant(tenant: str) -> str:
    """What a tenant is called.

    Raises:
        OptionsError: nobody may be called that.
    """
    if not TENANT.fullmatch(tenant):
        raise OptionsError(
            (f"tenant: wanted up to 64 letters, digits, dots, - and _, got {printable(tenant)}",)
        )
    return tenant


def checked_prefix(prefix: str) -> str:
    """A prefix, ending in `/`.

    >>> checked_prefix("s3://bucket/ada")
    's3://bucket/ada/'

    Raises:
        OptionsError: it is none.
    """
    try:
        place = location(prefix)
    except AddressRefusedError as error:
        raise OptionsError((f"prefix: {error}",)) from error
    if place.scheme == "file":
        raise OptionsError((f"prefix: wanted an object store, got {printable(prefix)}",))
    return place.below("").uri


def _checked_name(name: str) -> str:
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise OptionsError((f"name: wanted up to {LONGEST_NAME} printable characters",))
    return name


def _key(row: dict[str, Any]) -> ApiKey:
    return ApiKey(row["id"], row["tenant"], row["name"], row["created"], row["revoked"])
