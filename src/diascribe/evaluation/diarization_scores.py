"""What is counted of a diarization: DER, JER, detection, and the number of speakers.

Sources: DER as NIST defined it (Rich Transcription evaluation plans, md-eval 22), JER as
dscore computes it (second DIHARD evaluation plan, section 4.2).
"""

from __future__ import annotations

from dataclasses import dataclass

from diascribe.evaluation.scores import added, rate


@dataclass(frozen=True, slots=True)
class DiarizationScore:
    """Seconds of reference speech, speaker by speaker, and of what was made of them."""

    total: float
    """What the reference's speakers speak; overlapped speech counts for each of them."""
    correct: float
    miss: float
    false_alarm: float
    confusion: float

    def __add__(self, other: DiarizationScore, /) -> DiarizationScore:
        return added(self, other)

    @property
    def der(self) -> float | None:
        """All errors over the reference's speech; null where there is none to be wrong about."""
        return rate(self.miss + self.false_alarm + self.confusion, self.total)

    def figures(self) -> dict[str, float | None]:
        """Shares of the reference's speech, and seconds, which tell where it has none."""
        return {
            "der": self.der,
            "correct": rate(self.correct, self.total),
            "miss": rate(self.miss, self.total),
            "false_alarm": rate(self.false_alarm, self.total),
            "confusion": rate(self.confusion, self.total),
            "total_s": self.total,
            "miss_s": self.miss,
            "confusion_s": self.confusion,
            "false_alarm_s": self.false_alarm,
        }


@dataclass(frozen=True, slots=True)
class JaccardScore:
    """The sum of each reference speaker's Jaccard error, and how many speakers there are."""

    errors: float
    speakers: int
    unwanted: int = 0
    """Speakers found in recordings of which the reference has nobody; they weigh in no mean."""

    def __add__(self, other: JaccardScore, /) -> JaccardScore:
        return added(self, other)

    def figures(self) -> dict[str, float | None]:
        """The mean over all speakers of all files; null where all that were found are unwanted."""
        return {"jer": rate(self.errors if self.speakers else self.unwanted, self.speakers)}


@dataclass(frozen=True, slots=True)
class DetectionScore:
    """Seconds in which anybody speaks, and seconds that were missed or made up."""

    total: float
    miss: float
    false_alarm: float

    def __add__(self, other: DetectionScore, /) -> DetectionScore:
        return added(self, other)

    def figures(self) -> dict[str, float | None]:
        """Shares of the time in which somebody speaks, and seconds."""
        return {
            "detection_error": rate(self.miss + self.false_alarm, self.total),
            "detection_miss": rate(self.miss, self.total),
            "detection_false_alarm": rate(self.false_alarm, self.total),
            "detection_total_s": self.total,
            "detection_miss_s": self.miss,
            "detection_false_alarm_s": self.false_alarm,
        }


@dataclass(frozen=True, slots=True)
class CountScore:
    """How many speakers there are and how many were found."""

    files: int
    wanted: int
    found: int
    errors: int
    """Speakers too many or too few, each file by itself."""

    def __add__(self, other: CountScore, /) -> CountScore:
        return added(self, other)

    def figures(self) -> dict[str, float | None]:
        """Speakers, and by how many a file is wrong in the mean."""
        return {
            "speakers_wanted": self.wanted,
            "speakers_found": self.found,
            "speaker_count_error": rate(self.errors, self.files),
        }
