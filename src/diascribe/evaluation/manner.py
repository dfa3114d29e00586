"""How it was scored, without which no figure says anything: told beside every one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from diascribe.evaluation.evaluate import Evaluation, Settings
from diascribe.evaluation.scores import FileScore

Value = str | float | None

COLUMNS = (
    *("collar_s", "skip_overlap", "uem", "missing"),
    *("normalizer", "language", "word_collar_s"),
)
"""What a line of CSV says of how it was scored."""


def columns_of(files: Iterable[FileScore], settings: Settings) -> dict[str, Value]:
    """How some files were scored, by the names of `COLUMNS`; null where nothing was asked for.

    Where files differ in their UEM or their normalizer, each is named once, a plus between.
    """
    files = list(files)
    return {
        "collar_s": settings.collar,
        "skip_overlap": str(settings.skip_overlap).lower(),
        "uem": "+".join(uems(files)) or None,
        "missing": settings.missing,
        "normalizer": "+".join(normalizers(files)) or None,
        "language": settings.language,
        "word_collar_s": settings.word_collar_s,
    }


def normalizers(files: Iterable[FileScore]) -> dict[str, int]:
    """In how many files each normalizer was applied, the most frequent first."""
    return dict(Counter(one.normalizer for one in files if one.normalizer).most_common())


def uems(files: Iterable[FileScore]) -> list[str]:
    """The UEMs that limit what is scored of the files."""
    return list(dict.fromkeys(one.pair.uem for one in files if one.pair.uem))


def told(evaluation: Evaluation) -> dict[str, str]:
    """How it was scored, by what a reader calls it."""
    settings = evaluation.settings
    manner = {
        "Collar": f"{settings.collar:g} s before and after each boundary",
        "Overlapped speech": "left out" if settings.skip_overlap else "scored",
        "UEM": ", ".join(uems(evaluation.files)) or "none: everything is scored",
        "Recordings of one side only": settings.missing,
    }
    if normalizers(evaluation.files):
        manner["Normalizer"] = _normalizer(evaluation)
        manner["tcpWER's collar"] = f"{settings.word_collar_s:g} s"
    if settings.language is not None:
        manner["Language where no file says it"] = settings.language
    return manner


def sentence(evaluation: Evaluation) -> str:
    """How it was scored, on one line under a table or a picture."""
    settings, uem = evaluation.settings, ", ".join(uems(evaluation.files))
    parts = [
        f"collar {settings.collar:g} s",
        f"overlapped speech {'left out' if settings.skip_overlap else 'scored'}",
        f"UEM {uem}" if uem else "no UEM",
        f"missing {settings.missing}",
    ]
    if normalizers(evaluation.files):
        parts += [f"normalizer {_normalizer(evaluation)}"]
        parts += [f"tcpWER collar {settings.word_collar_s:g} s"]
    if settings.language is not None:
        parts += [f"language {settings.language}"]
    return f"Scored with {', '.join(parts)}"


def notes(evaluation: Evaluation) -> list[str]:
    """What to mind of the sums."""
    found = normalizers(evaluation.files)
    if len(found) < 2:
        return []
    advice = "name it with --normalizer, or give --language where files do not say it"
    return [f"words: the total mixes normalizers, {_counted(found)}: {advice}"]


def _normalizer(evaluation: Evaluation) -> str:
    """The one that was asked for and, where that chooses, those that were applied."""
    found, asked = normalizers(evaluation.files), evaluation.settings.normalizer
    if list(found) == [asked]:
        return asked
    return f"{asked} ({_counted(found) if len(found) > 1 else ''.join(found)})"


def _counted(found: Mapping[str, int]) -> str:
    return " and ".join(
        f"{name} in {count} file{'' if count == 1 else 's'}" for name, count in found.items()
    )
