"""How much of everything jobs may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one installation."""

    tenant_jobs: int = 10_000
    """Unfinished jobs of one tenant."""
    keep_days: float = 30.0
    """How long an ended job and all that it left are kept; 0 keeps them for ever."""
    upload_days: float = 1.0
    """How long an upload waits for a job to take it."""
    most_deaths: int = 3
    """Processes that may die over one stage of a job before it is given up."""
    beat_s: float = 5.0
    """How often each worker says that it lives."""
    dead_s: float = 30.0
    """After how long without a word a worker counts as dead."""
    poll_s: float = 0.5
    """How often a free slot looks for a job."""
    stage_s: float = 600.0
    """Time for a stage besides that for the recording's length."""
    stage_factor: float = 20.0
    """Time for a stage for each second of the recording."""
    source_bytes: int = 32 << 30
    """The largest source that is fetched from the web."""
    fetch_s: float = 3600.0
    """Time to fetch it."""
    media_memory_bytes: int = 4 << 30
    """Address space of a process that reads media."""
    media_file_bytes: int = 64 << 30
    """The largest file that it may write: a day of eight channels has 22 GB."""

    def stage_limit_s(self, duration: float | None) -> float:
        """How long a stage may take."""
        return self.stage_s + self.stage_factor * (duration or 0.0)

    def media_limits(self) -> dict[str, int]:
        """Limits of a process that reads media."""
        return {
            "memory_bytes": self.media_memory_bytes,
            "file_bytes": self.media_file_bytes,
            "cpu_s": int(self.stage_s * 10),
        }
