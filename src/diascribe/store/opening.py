"""The known voices that the settings name."""

from __future__ import annotations

from diascribe.settings import read_settings
from diascribe.store.database import Database
from diascribe.store.voices import LOCAL, Voices


def open_voices(*, database: str | None = None, tenant: str = LOCAL) -> Voices:
    """The known voices of a tenant; null takes the database that the settings name.

    Raises:
        DatabaseError: it cannot be opened.
        OptionsError: a setting is none.
    """
    return Voices(Database(database or read_settings().database), tenant)
