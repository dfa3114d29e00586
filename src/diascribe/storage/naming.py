"""What results are called in a bucket: never two alike."""

from __future__ import annotations

from pathlib import PurePosixPath

from diascribe.storage.locations import Location

FAILURE = "failure"
"""The last part of a failure's name; no format is called so."""


def beside(source: Location, ending: str) -> Location:
    """The name of a result beside its recording: the whole name and the format.

    With the recording's own ending, `a.mp3` and `a.wav` have results of their own.

    >>> beside(Location("s3", "calls", "2026/a.mp3"), "srt").uri
    's3://calls/2026/a.mp3.srt'
    """
    return Location(source.scheme, source.bucket, f"{source.key}.{ending}")


def elsewhere(prefix: Location, source: Location, ending: str) -> Location:
    """The name of a result below a prefix: bucket, folders, whole name and format.

    >>> elsewhere(Location("s3", "out", "r/"), Location("s3", "calls", "2026/a.mp3"), "srt").uri
    's3://out/r/calls/2026/a.mp3.srt'
    >>> elsewhere(Location("s3", "out", "r/"), Location("gs", "calls", "a.mp3"), "srt").uri
    's3://out/r/_gs/calls/a.mp3.srt'
    """
    store = "" if source.scheme == prefix.scheme else f"_{source.scheme}/"
    bucket = f"{source.bucket}/" if source.bucket else ""
    return prefix.below(f"{store}{bucket}{source.key}.{ending}")


def of_job(prefix: Location, job: str, name: str, ending: str) -> Location:
    """The name of a result of what came from no bucket: by its job, with a readable name.

    No bucket's name begins with `_`.

    >>> of_job(Location("s3", "out", ""), "1f2e", "Team call.mp3", "srt").uri
    's3://out/_jobs/1f2e/Team call.mp3.srt'
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(one for one in last if one.isprintable() and one not in "%?#")[:100].strip(". ")
    return prefix.below(f"_jobs/{job}/{plain or 'recording'}.{ending}")
