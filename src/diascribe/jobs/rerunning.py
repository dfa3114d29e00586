"""A finished job with other options: findings that still hold are taken over, the rest is redone.

Where only quick stages remain they run here and now, in the process that was asked; a job that
this process leaves half done is queued by the sweeper like any other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from diascribe.errors import DiascribeError
from diascribe.jobs import holding
from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.holding import Found, Hold
from diascribe.jobs.identity import canonical
from diascribe.jobs.intake import place_of
from diascribe.jobs.keys import FETCH, FETCHED, stage_keys
from diascribe.jobs.queue import Queue
from diascribe.jobs.records import Row, StageRecord, read_stages
from diascribe.jobs.seam import Stages, Traits
from diascribe.jobs.workspace import Workspace, folder_of
from diascribe.store.database import Database
from diascribe.store.job_schema import JOBS, STAGES


@dataclass(slots=True)
class Rerun:
    """Takes over what it can of a parent's findings, and does what is quick."""

    database: Database
    queue: Queue
    artefacts: Artefacts
    stages: Stages
    scratch: Path
    _traits: dict[str, Traits] = field(default_factory=dict)

    def run(self, parent: Row, row: Row, options: Mapping[str, Any]) -> None:
        """Take over, then do the rest or queue it."""
        prefix = folder_of(row["tenant"], row["id"])
        workspace = Workspace(self.scratch / row["id"], prefix, self.artefacts)
        hold = Hold(row["id"], row["attempt"], row["holder"])
        try:
            self._take_over(parent, hold, options, workspace)
            remaining = self._remaining(hold, options, workspace)
            elsewhere = json.loads(row["details"])["results"] is not None
            if not elsewhere and all(self._traits[name].quick for name in remaining):
                self._do(hold, options, workspace)
                return
        except DiascribeError:
            pass  # a worker tries again, and its failure is the job's
        finally:
            workspace.remove()
        self._queue(row)

    def _take_over(
        self, parent: Row, hold: Hold, options: Mapping[str, Any], workspace: Workspace
    ) -> None:
        """Copy findings of stages whose keys are the same; each may make more of the plan known."""
        with self.database.reading() as connection:
            theirs = {one.name: one for one in read_stages(connection, parent["id"])}
        source, taken = folder_of(parent["tenant"], parent["id"]), dict[str, StageRecord]()
        while fresh := self._same(theirs, taken, options, workspace):
            for record in fresh:
                for name in record.files:
                    self.artefacts.copy(source + name, workspace.prefix + name)
                taken[record.name] = record
            workspace.prepare({name for one in taken.values() for name in one.files})
        with self.database.writing() as connection:
            for place, record in enumerate(taken.values()):
                connection.execute(sa.insert(STAGES), _taken_row(hold.job, place, record))
            mine = JOBS.c.id == hold.job
            connection.execute(sa.update(JOBS).where(mine).values(duration=parent["duration"]))

    def _same(
        self,
        theirs: Mapping[str, StageRecord],
        taken: Mapping[str, StageRecord],
        options: Mapping[str, Any],
        workspace: Workspace,
    ) -> list[StageRecord]:
        fetched = theirs.get(FETCH)
        if not taken:
            return [fetched] if fetched and fetched.state == "succeeded" else []
        keys = self._keys(options, workspace)
        return [
            theirs[name]
            for name, key in keys.items()
            if name not in taken
            and name in theirs
            and theirs[name].state == "succeeded"
            and theirs[name].key == key
        ]

    def _keys(self, options: Mapping[str, Any], workspace: Workspace) -> dict[str, str]:
        plan = (FETCH, *self.stages.plan(options, workspace.folder))
        told = {name: self.stages.traits(name, options) for name in plan[1:]}
        self._traits = {FETCH: FETCHED, **told}
        return stage_keys(plan, self._traits)

    def _remaining(self, hold: Hold, options: Mapping[str, Any], workspace: Workspace) -> list[str]:
        keys = self._keys(options, workspace)
        with self.database.writing() as connection:
            shares = {name: self._traits[name].share for name in keys}
            holding.plan_stages(connection, hold, shares, time.time())
            done = {
                one.name
                for one in read_stages(connection, hold.job)
                if one.state == "succeeded" and one.key == keys.get(one.name)
            }
        return [name for name in keys if name not in done]

    def _do(self, hold: Hold, options: Mapping[str, Any], workspace: Workspace) -> None:
        while remaining := self._remaining(hold, options, workspace):
            stage, begun, before = remaining[0], time.monotonic(), workspace.seen()
            key = self._keys(options, workspace)[stage]
            with self.database.writing() as connection:
                holding.begin_stage(connection, hold, stage, key, time.time())
            for _ in self.stages.run(stage, options, workspace.folder):
                pass
            found = Found(
                stage=stage,
                files=workspace.keep(before),
                seconds=time.monotonic() - begun,
                duration=None,
            )
            with self.database.writing() as connection:
                holding.end_stage(connection, hold, found, time.time())
        with self.database.writing() as connection:
            holding.succeed(connection, hold, (), time.time())

    def _queue(self, row: Row) -> None:
        with self.database.writing() as connection:
            mine = JOBS.c.id == row["id"]
            values = {"state": "queued", "holder": None, "started": None}
            if connection.execute(sa.update(JOBS).where(mine).values(**values)).rowcount:
                self.queue.add(connection, row["id"], row["attempt"], place_of(row).number)


def _taken_row(job: str, place: int, record: StageRecord) -> dict[str, object]:
    return {
        "job": job,
        "name": record.name,
        "place": place,
        "state": "succeeded",
        "progress": 1.0,
        "share": 0.0,
        "seconds": None,
        "attempts": 0,
        "key": record.key,
        "files": canonical(record.files),
    }
