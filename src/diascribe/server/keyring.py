"""Who may use the service: keys of the store, and those that the settings give."""

from __future__ import annotations

import hmac
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from diascribe.errors import OptionsError
from diascribe.store.keys import Keys, checked_tenant, digest_of

REMEMBERED_S = 5.0
"""Seconds for which a key is not looked up again: so long a withdrawn one may still count."""

MOST_REMEMBERED = 10_000

OPEN = "(open)"
"""What is remembered of no key, where none is needed; no tenant is called that."""

LEAST_KEY = 24
"""Characters of a key that settings give."""


@dataclass(frozen=True)
class RememberedKeys:
    """Implements `Keyring`: asks the store for each key once in a while. Serves all threads."""

    keys: Keys
    clock: Callable[[], float]
    given: Mapping[bytes, str] = field(default_factory=dict)
    """Tenants of keys that the settings give, by the keys' hashes."""
    _known: OrderedDict[bytes, tuple[float, str | None]] = field(
        default_factory=OrderedDict, init=False, repr=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def remembers(self, key: str | None) -> bool:
        """Whether nobody needs to be asked whose a key is."""
        if not self.given:
            nobody_s = self._recall(digest_of(""))
            if nobody_s is None or nobody_s[1] == OPEN:
                return nobody_s is not None
        if key is None:
            return True
        digest = digest_of(key)
        return digest in self.given or self._recall(digest) is not None

    def open(self) -> bool:
        """Whether there never was a key."""
        return not self.given and self._asked(digest_of(""), self._open) == OPEN

    def tenant(self, key: str) -> str | None:
        """Whose key it is; null for none that counts."""
        digest = digest_of(key)
        found: str | None = None
        for one, tenant in self.given.items():  # all of them: it takes as long for a wrong one
            if hmac.compare_digest(one, digest):
                found = tenant
        return found or self._asked(digest, lambda: self.keys.tenant(key))

    def _open(self) -> str | None:
        return OPEN if self.keys.open() else None

    def _asked(self, digest: bytes, ask: Callable[[], str | None]) -> str | None:
        """What is remembered, or what the store says now."""
        recalled = self._recall(digest)
        if recalled is not None:
            return recalled[1]
        told = ask()
        with self._lock:
            self._known[digest] = (self.clock() + REMEMBERED_S, told)
            self._known.move_to_end(digest)
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return told

    def _recall(self, digest: bytes) -> tuple[float, str | None] | None:
        """Until when something is remembered, and what; null where nothing is."""
        with self._lock:
            recalled = self._known.get(digest)
        return recalled if recalled is not None and recalled[0] > self.clock() else None


def given_keys(text: str | None) -> dict[bytes, str]:
    """Tenants by hashes of keys, out of `tenant:key,tenant:key`.

    Raises:
        OptionsError: an entry is none; no key is repeated in the message.
    """
    found = {}
    for place, entry in enumerate(one.strip() for one in (text or "").split(",") if one.strip()):
        tenant, colon, key = entry.partition(":")
        if not colon or len(key) < LEAST_KEY:
            wanted = f"tenant:key, the key of at least {LEAST_KEY} characters"
            raise OptionsError((f"DIASCRIBE_API_KEYS[{place}]: wanted {wanted}",))
        found[digest_of(key)] = checked_tenant(tenant)
    return found
