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
from diascribe.jobs.adopting import Adoption, done_stages
from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.holding import Found, Hold, LostJobError
from diascribe.jobs.intake import place_of
from diascribe.jobs.keys import FETCH, FETCHED, stage_keys, stage_shares
from diascribe.jobs.queue import Queue
from diascribe.jobs.records import Row, read_stages
from diascribe.jobs.seam import Stages, Traits
from diascribe.jobs.telling import tell_end
from diascribe.jobs.workspace import Workspace, folder_of
from diascribe.store.database import Database
from diascribe.store.job_schema import JOBS
from diascribe.store.voices import changes_of


@dataclass(slots=True)
class Rerun:
    """Takes over what it can of a parent's findings, and does what is quick."""

    database: Database
    queue: Queue
    artefacts: Artefacts
    stages: Stages
    scratch: Path
    _traits: dict[str, Traits] = field(default_factory=dict)
    _voices: int = 0
    """How often the tenant's known voices had changed when this began."""

    def run(self, parent: Row, row: Row, options: Mapping[str, Any]) -> None:
        """Take over, then do the rest or queue it."""
        prefix = folder_of(row["tenant"], row["id"])
        workspace = Workspace(self.scratch / row["id"], prefix, self.artefacts)
        hold = Hold(row["id"], row["attempt"], row["holder"])
        adoption = Adoption(self.database, self.artefacts, row["tenant"], hold, parent["id"])
        try:
            with self.database.reading() as connection:
                self._voices = changes_of(connection, row["tenant"])
            self._take_over(adoption, options, workspace)
            remaining = self._remaining(hold, options, workspace)
            elsewhere = json.loads(row["details"])["results"] is not None
            if not elsewhere and all(_is_quick(self._traits[name]) for name in remaining):
                self._do(hold, options, workspace, parent["duration"])
                return
        except LostJobError:
            return  # it was cancelled
        except DiascribeError:
            pass  # a worker tries again, and its failure is the job's
        finally:
            workspace.remove()
        self._queue(row)

    def _take_over(
        self, adoption: Adoption, options: Mapping[str, Any], workspace: Workspace
    ) -> None:
        """Take over what holds; each finding may make more of the plan known."""
        while True:
            keys = self._planned(adoption.hold, options, workspace)
            if not adoption.adopt(keys):
                return
            with self.database.reading() as connection:
                stages = read_stages(connection, adoption.hold.job)
            workspace.prepare({name for one in stages if one.ended for name in one.files})

    def _planned(
        self, hold: Hold, options: Mapping[str, Any], workspace: Workspace
    ) -> dict[str, str]:
        """The stages' keys, once their rows are there."""
        plan = (FETCH, *self.stages.plan(options, workspace.folder))
        told = {name: self.stages.traits(name, options) for name in plan[1:]}
        self._traits = {FETCH: FETCHED, **told}
        shares = stage_shares(plan, self._traits)
        with self.database.writing() as connection:
            holding.plan_stages(connection, hold, shares, time.time())
        return stage_keys(plan, self._traits, self._voices)

    def _remaining(
        self, hold: Hold, options: Mapping[str, Any], workspace: Workspace
    ) -> dict[str, str]:
        """Stages to be done, with their keys."""
        keys = self._planned(hold, options, workspace)
        with self.database.reading() as connection:
            done = {one.name for one in done_stages(connection, hold.job, keys)}
        return {name: key for name, key in keys.items() if name not in done}

    def _do(
        self,
        hold: Hold,
        options: Mapping[str, Any],
        workspace: Workspace,
        duration: float | None,
    ) -> None:
        while remaining := self._remaining(hold, options, workspace):
            stage, key = next(iter(remaining.items()))
            begun, before = time.monotonic(), workspace.seen()
            with self.database.writing() as connection:
                holding.begin_stage(connection, hold, stage, key, time.time())
            for _ in self.stages.run(stage, options, workspace.folder):
                pass
            found = Found(
                stage=stage,
                files=workspace.keep(before),
                seconds=time.monotonic() - begun,
                duration=duration,
            )
            with self.database.writing() as connection:
                holding.end_stage(connection, hold, found, time.time())
        with self.database.writing() as connection:
            holding.succeed(connection, hold, (), time.time())
        tell_end(self.database, hold.job)

    def _queue(self, row: Row) -> None:
        with self.database.writing() as connection:
            mine = (JOBS.c.id == row["id"], JOBS.c.state == "running")
            values = {"state": "queued", "holder": None, "started": None}
            if connection.execute(sa.update(JOBS).where(*mine).values(**values)).rowcount:
                self.queue.add(connection, row["id"], row["attempt"], place_of(row).number)


def _is_quick(traits: Traits) -> bool:
    """Whether a stage runs here; what looks for known voices is shown them by a worker only."""
    return traits.quick and not traits.voices
