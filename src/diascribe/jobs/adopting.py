"""Findings of the job that another one goes on from: taken over where their keys are the same."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from diascribe.errors import SourceError
from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.holding import Hold, adopt_stage
from diascribe.jobs.records import StageRecord, read_stages
from diascribe.jobs.workspace import folder_of
from diascribe.store.database import Database


@dataclass(frozen=True, slots=True)
class Adoption:
    """What one job may take over from its parent; null `parent` for one of its own."""

    database: Database
    artefacts: Artefacts
    tenant: str
    hold: Hold
    parent: str | None

    def adopt(self, keys: Mapping[str, str]) -> bool:
        """Take over what holds of the stages that are planned; whether that was anything.

        Findings of a parent that was erased meanwhile are made anew.

        Raises:
            LostJobError: the job is no longer ours.
        """
        if self.parent is None:
            return False
        with self.database.reading() as connection:
            wanted = self._wanted(connection, keys)
        adopted = [record for record in wanted if self._copy(record)]
        with self.database.writing() as connection:
            for record in adopted:
                adopt_stage(connection, self.hold, record, time.time())
        return bool(adopted)

    def _wanted(self, connection: sa.Connection, keys: Mapping[str, str]) -> list[StageRecord]:
        assert self.parent is not None, "there is one"
        own = {one.name for one in done_stages(connection, self.hold.job, keys)}
        theirs = done_stages(connection, self.parent, keys)
        return [one for one in theirs if one.name not in own and one.state == "succeeded"]

    def _copy(self, record: StageRecord) -> bool:
        source = folder_of(self.tenant, str(self.parent))
        own = folder_of(self.tenant, self.hold.job)
        try:
            for name in record.files:
                self.artefacts.copy(source + name, own + name)
        except SourceError:
            return False
        return True


def done_stages(connection: sa.Connection, job: str, keys: Mapping[str, str]) -> list[StageRecord]:
    """Stages of a job whose findings hold: they have ended, or were lost for good."""
    return [
        one for one in read_stages(connection, job) if one.ended and one.key == keys.get(one.name)
    ]
