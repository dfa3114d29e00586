"""Known voices out of a file into the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diascribe.engine.identify.people import Voiceprint, Who
from diascribe.store.linking import name_unnamed
from diascribe.store.rows import Person
from diascribe.store.voices import Voices, checked_name, find, id_of, keep, new, touch


def take_in(voices: Voices, people: Mapping[Who, Sequence[Voiceprint]]) -> list[Person]:
    """Keep everybody of a file, beside whom is there; all of them or nobody.

    Samples that are there already are not kept twice. Unnamed voices get new numbers.

    Raises:
        OptionsError: a name is none.
    """
    names = {who: checked_name(who.name) for who in people if who.name is not None}
    taken = []
    with voices.database.writing() as connection:
        touch(connection, voices.tenant)
        for who, prints in people.items():
            name = names.get(who) or name_unnamed(connection, voices.tenant)
            key = id_of(connection, voices.tenant, name) or new(connection, voices.tenant, name)
            held = find(connection, voices.tenant, name).voiceprints
            there = {(one.vector.tobytes(), one.stamp) for one in held}
            fresh = [one for one in prints if (one.vector.tobytes(), one.stamp) not in there]
            keep(connection, voices.tenant, key, fresh)
            taken.append(find(connection, voices.tenant, name))
    return taken
