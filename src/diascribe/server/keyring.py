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
    _closed: threading.Event = field(default_factory=threading.Event, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def open(self) -> bool:
        """Whether there never was a key; asked each time until there is one."""
        if self.given or self._closed.is_set():
            return False
        if self.keys.open():
            return True
        self._closed.set()
        return False

    def tenant(self, key: str) -> str | None:
        """Whose key it is; null for none that counts."""
        digest, now = digest_of(key), self.clock()
        found: str | None = None
        for one, tenant in self.given.items():  # all of them: it takes as long for a wrong one
            if hmac.compare_digest(one, digest):
                found = tenant
        if found is not None:
            return found
        with self._lock:
            until, known = self._known.get(digest, (now, None))
        if until > now:
            return known
        known = self.keys.tenant(key)
        with self._lock:
            self._known[digest] = (now + REMEMBERED_S, known)
            self._known.move_to_end(digest)
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return known


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
