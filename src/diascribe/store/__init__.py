"""What Diascribe remembers: known voices. SQLite in a file, or PostgreSQL.

>>> from diascribe.store import open_voices
>>> voices = open_voices(database="sqlite:///:memory:")
>>> voices.people()
[]
>>> voices.database.close()
"""

from diascribe.store.enrolling import Enrolled, enroll
from diascribe.store.linking import Linking
from diascribe.store.opening import open_voices
from diascribe.store.rows import Person, Sample
from diascribe.store.voices import Voices

__all__ = ["Enrolled", "Linking", "Person", "Sample", "Voices", "enroll", "open_voices"]
