"""Whether known voices are known again, strangers are not, and 10,000 of them are found in time.

    make bench NAME=known_voices

Verification compares the pairs of `trials/dev_librispeech.txt`, each file a voiceprint of its
own: the equal error rate, and what the encoder's own threshold accepts and refuses wrongly.
Identification enrols three utterances of each LibriSpeech speaker and two of a Picovoice one,
and asks who says each other utterance of theirs, and of speakers who are not enrolled.
Talks are the simulated mono ones of a minute, diarized first; some of what is said in
them is also enrolled, so that they show what noise and rooms do, and strangers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import sqlalchemy as sa
from _models import diarization
from _record import data_folder, store
from numpy.typing import NDArray

from diascribe.algorithms.cluster import unit
from diascribe.engine.identify.book import Fixed, VoiceBook
from diascribe.engine.identify.enrolling import Enroller
from diascribe.engine.identify.identifying import Matching, Scene, identify
from diascribe.engine.identify.matching import match
from diascribe.engine.identify.people import Figures, Known, Stamp, Voiceprint, Who
from diascribe.engine.identify.voicing import voice_of
from diascribe.engine.load import open_diarizer, open_encoder, open_vad
from diascribe.engine.options import Options
from diascribe.engine.regions import find_speech
from diascribe.engine.steps import finish, finish_seconds
from diascribe.jobs.known import Laid, lay, take_away
from diascribe.jobs.known_files import KnownFiles
from diascribe.media import decode
from diascribe.protocols import SpeakerEncoder, SpeechThresholds, Vad
from diascribe.span import Span
from diascribe.store import Voices
from diascribe.store.database import Database
from diascribe.store.rows import sample_row
from diascribe.store.schema import PEOPLE, SAMPLES
from diascribe.store.voices import touch
from diascribe.transcript import Diarization, Turn

TRIALS = "trials/dev_librispeech.txt"
TALKS = tuple(
    f"sim/dev/{name}" for name in ("d1_2spk_1m.wav", "d2_3spk_1m_noise.flac", "d3_4spk_1m_far.flac")
)

ENROLLED = 3
"""Utterances of each LibriSpeech speaker that are enrolled."""

CROWD = 10_000
SPEAKERS = 6
"""Speakers of the recording that is looked up among the crowd."""

RUNS = 9

WHEN = {
    "held": "a second time",
    "read": "the first time",
    "job_again": "by a worker that holds their file",
    "job": "by a worker that makes their file",
}
"""What is measured of the crowd."""

Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Asked:
    """An utterance, and the enrolled speaker whose it is; null for a stranger."""

    file: str
    speaker: str | None


def main() -> None:
    """Measure, print, store."""
    data, encoder = data_folder(), open_encoder().at_one_level()
    trials = [tuple(line.split()) for line in (data / TRIALS).read_text().splitlines()]
    names = sorted({file for _, *pair in trials for file in pair} | set(_others(data)))
    vectors = dict(_vectors(open_vad(), encoder, data, names))
    threshold, stamp = encoder.verification_threshold, Stamp.of(encoder.model)
    verified = verification(trials, vectors, threshold)
    identified = identification(names, vectors, stamp, threshold)
    talks = dict(in_talks(data, _known(names, vectors, stamp), threshold))
    crowd = among_many(stamp, encoder.dimension)
    for title, part in (
        ("pairs", verified),
        ("asked", identified),
        ("talks", talks),
        ("crowd", crowd),
    ):
        print(f"{title:<6}", *(f"{name} {value}" for name, value in part.items()), sep="  ")
    measured = {
        "figures": [*_figures(verified, identified, crowd), *_talk_figures(talks)],
        "verification": verified,
        "identification": identified,
        "talks": talks,
        "crowd": crowd,
        "options": {"speaker_threshold": threshold},
    }
    store(
        "known_voices",
        [data / TRIALS, *(data / name for name in (*names, *TALKS))],
        measured,
        diarization(),
    )


def _others(data: Path) -> Iterator[str]:
    """What is asked beside the files of the trials."""
    for folder in ("librispeech/train-clean-100", "picovoice/eagle"):
        for path in sorted((data / folder).iterdir()):
            if path.suffix in {".flac", ".wav"}:
                yield path.relative_to(data).as_posix()


def _vectors(
    vad: Vad, encoder: SpeakerEncoder, data: Path, names: Sequence[str]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The voice of each file, as samples are heard."""
    for name in names:
        audio = finish_seconds(decode(data / name)).mix()
        speech = finish_seconds(find_speech(vad, audio, SpeechThresholds()))
        vector = finish_seconds(voice_of(encoder, audio, speech.padded))
        assert vector is not None, name
        yield name, vector


def verification(
    trials: Sequence[tuple[str, ...]], vectors: Vectors, threshold: float
) -> dict[str, Any]:
    """Error rates over pairs of files."""
    scores = np.array([vectors[one] @ vectors[other] for _, one, other in trials])
    same = np.array([label == "1" for label, *_ in trials])
    rate, at = equal_error_rate(scores[same], scores[~same])
    return {
        "same": int(same.sum()),
        "different": int((~same).sum()),
        "eer": round(rate, 4),
        "eer_threshold": round(at, 3),
        "threshold": threshold,
        "false_accepts": round(float((scores[~same] >= threshold).mean()), 4),
        "false_rejects": round(float((scores[same] < threshold).mean()), 4),
        "same_quantiles": _quantiles(scores[same]),
        "different_quantiles": _quantiles(scores[~same]),
    }


def equal_error_rate(
    same: NDArray[np.float32], different: NDArray[np.float32]
) -> tuple[float, float]:
    """The rate at which as many are wrongly refused as wrongly accepted, and the threshold."""
    tried = np.unique(np.concatenate([same, different]))
    refused = np.searchsorted(np.sort(same), tried, side="left") / len(same)
    accepted = 1 - np.searchsorted(np.sort(different), tried, side="left") / len(different)
    nearest = int(np.abs(refused - accepted).argmin())
    return float(refused[nearest] + accepted[nearest]) / 2, float(tried[nearest])


def _quantiles(scores: NDArray[np.float32]) -> list[float]:
    """Least, 1 %, 5 %, median, 95 %, 99 %, most."""
    return [
        round(float(one), 3) for one in np.quantile(scores, (0, 0.01, 0.05, 0.5, 0.95, 0.99, 1))
    ]


def identification(
    names: Sequence[str], vectors: Vectors, stamp: Stamp, threshold: float
) -> dict[str, Any]:
    """Who says what, among the enrolled: each utterance is one recording of one speaker."""
    _, asked = _split(names)
    known = _known(names, vectors, stamp)
    found = {
        one: match({"": vectors[one.file]}, known, threshold=threshold, one_to_one=True)[""]
        for one in asked
    }
    anyhow = {
        one: match({"": vectors[one.file]}, known, threshold=-1, one_to_one=True)[""]
        for one in asked
    }
    ours = [one for one in asked if one.speaker is not None]
    strangers = [one for one in asked if one.speaker is None]
    return {
        "enrolled": len(known),
        "asked_of_enrolled": len(ours),
        "asked_of_strangers": len(strangers),
        "closed_set_accuracy": _share(anyhow[one].name == one.speaker for one in ours),
        "named_right": _share(found[one].name == one.speaker for one in ours),
        "named_wrong": _share(found[one].name not in {None, one.speaker} for one in ours),
        "strangers_named": _share(found[one].name is not None for one in strangers),
        "highest_of_strangers": round(
            max(similar.score or -1.0 for one, similar in anyhow.items() if one.speaker is None), 3
        ),
    }


def _known(names: Sequence[str], vectors: Vectors, stamp: Stamp) -> Known:
    """Everybody who is enrolled."""
    samples, _ = _split(names)
    return Known.of(
        {
            Who(who): [Voiceprint(vectors[file], stamp, file, Figures(seconds=0)) for file in files]
            for who, files in samples.items()
        },
        stamp,
    )


def in_talks(data: Path, known: Known, threshold: float) -> Iterator[tuple[str, dict[str, int]]]:
    """What becomes of the speakers of each talk, as the diarizer finds them."""
    vad, encoder = open_vad(), open_encoder().at_one_level()
    diarizer = open_diarizer(vad, cores=1)
    enroller = Enroller(vad=vad, diarizer=diarizer, encoder=encoder)
    how = Matching(threshold=threshold)
    for name in TALKS:
        audio = finish_seconds(decode(data / name)).mix()
        prepared = finish_seconds(diarizer.prepare(audio, SpeechThresholds()))
        found = diarizer.cluster(prepared, Options().clustering)
        scene = Scene(audio, name, found, diarizer.models)
        who = finish(identify(scene, enroller, Fixed(known), how)).identities
        counts = dict.fromkeys(("right", "unknown", "wrong", "strangers", "strangers_named"), 0)
        for speaker, true in _true_speakers(found, (data / name).with_suffix(".rttm")).items():
            name_given = who[speaker].name if speaker in who else None  # null: speaks too little
            counts[_judged(name_given, true, known)] += 1
        yield Path(name).stem, counts


def _judged(name: str | None, true: str, known: Known) -> str:
    if true not in known.names:
        return "strangers" if name is None else "strangers_named"
    return "unknown" if name is None else "right" if name == true else "wrong"


def _true_speakers(found: Diarization, reference: Path) -> dict[str, str]:
    """Whom each found speaker's turns are of for the longest."""
    rows = [line.split() for line in reference.read_text().splitlines()]
    true: dict[str, list[Span]] = {}
    for row in rows:
        start, duration = float(row[3]), float(row[4])
        true.setdefault(row[7].removeprefix("spk_"), []).append(Span(start, start + duration))
    return {
        speaker: max(true, key=lambda one: _shared(found.exclusive, speaker, true[one]))
        for speaker in found.voices
    }


def _shared(turns: Sequence[Turn], speaker: str, spans: Sequence[Span]) -> float:
    """Seconds that a speaker's turns share with spans."""
    return sum(
        max(0.0, min(turn.end, span.end) - max(turn.start, span.start))
        for turn in turns
        if turn.speaker == speaker
        for span in spans
    )


def _split(names: Sequence[str]) -> tuple[dict[str, list[str]], list[Asked]]:
    """The files to enrol by speaker, and those to ask about."""
    samples: dict[str, list[str]] = {}
    asked = []
    for name in names:
        speaker, enough = _speaker(name)
        if speaker is None:
            asked.append(Asked(name, None))
        elif len(samples.setdefault(speaker, [])) < enough:
            samples[speaker].append(name)
        else:
            asked.append(Asked(name, speaker))
    return samples, asked


def _speaker(name: str) -> tuple[str | None, int]:
    """Whose utterance a file is, if theirs are enrolled, and how many of them are."""
    parts = name.split("/")
    if "test-other" in parts:
        return parts[2], ENROLLED
    if parts[-1].startswith("speaker_1"):
        return "eagle 1", 0 if "test" in parts[-1] else 2
    return None, 0


def _share(answers: Iterator[bool]) -> float:
    found = list(answers)
    return round(sum(found) / len(found), 4)


def among_many(stamp: Stamp, dimension: int) -> dict[str, Any]:
    """What looking up a recording's speakers among 10,000 takes, read anew and held."""
    random = np.random.default_rng(0)
    vectors = unit(random.normal(size=(CROWD, dimension)).astype(np.float32))
    heard = {f"S{i}": vectors[i * 7] for i in range(SPEAKERS)}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'voices.sqlite'}"
        with Database(url) as database:
            _fill(database, vectors, stamp)
            anew = [_looked_up(Voices(database), stamp, heard) for _ in range(RUNS)]
            voices = Voices(database)
            voices.known(stamp)
            held = [_looked_up(voices, stamp, heard) for _ in range(RUNS)]
            there = Path(folder)
            filed = [_handed_over(KnownFiles(database), there, stamp, heard) for _ in range(RUNS)]
            files = KnownFiles(database)
            files.of("local")
            filed_again = [_handed_over(files, there, stamp, heard) for _ in range(RUNS)]
    runs = {"read": anew, "held": held, "job": filed, "job_again": filed_again}
    return {
        "voices": CROWD,
        "speakers": SPEAKERS,
        **{
            f"{name}_{kind}_ms": round(1000 * float(np.median([one[place] for one in found])), 1)
            for name, found in runs.items()
            for place, kind in enumerate(("wall", "cpu"))
        },
    }


def _fill(database: Database, vectors: NDArray[np.float32], stamp: Stamp) -> None:
    """A sample for each of many people."""
    prints = [Voiceprint(one, stamp, "made up", Figures(seconds=10)) for one in vectors]
    now = datetime.now(UTC)
    people = [
        {"tenant": "local", "id": f"{i:032x}", "name": f"person {i}", "created": now}
        for i in range(len(prints))
    ]
    with database.writing() as connection:
        touch(connection, "local")
        connection.execute(sa.insert(PEOPLE), people)
        rows = [sample_row("local", f"{i:032x}", one) for i, one in enumerate(prints)]
        connection.execute(sa.insert(SAMPLES), rows)


def _looked_up(voices: VoiceBook, stamp: Stamp, heard: Vectors) -> tuple[float, float]:
    """Seconds, and seconds of the processor, of one recording's identification."""
    wall, cpu = perf_counter(), process_time()
    found = match(heard, voices.known(stamp), threshold=0.9, one_to_one=True)
    spent = perf_counter() - wall, process_time() - cpu
    assert [one.name for one in found.values()] == [f"person {i * 7}" for i in range(SPEAKERS)]
    return spent


def _handed_over(
    files: KnownFiles, folder: Path, stamp: Stamp, heard: Vectors
) -> tuple[float, float]:
    """The same for a job, whose process with the models is shown a file."""
    wall, cpu = perf_counter(), process_time()
    lay(files.of("local"), folder)
    _looked_up(Laid(folder), stamp, heard)
    take_away(folder)
    return perf_counter() - wall, process_time() - cpu


def _figures(
    verified: Mapping[str, Any], identified: Mapping[str, Any], crowd: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    shares = {
        f"equal error rate over {verified['same']} + {verified['different']} pairs": verified[
            "eer"
        ],
        f"pairs of two voices accepted at {verified['threshold']}": verified["false_accepts"],
        f"pairs of one voice refused at {verified['threshold']}": verified["false_rejects"],
        f"closed-set accuracy, {identified['asked_of_enrolled']} utterances": identified[
            "closed_set_accuracy"
        ],
        "open set: enrolled speakers named right": identified["named_right"],
        f"open set: {identified['asked_of_strangers']} strangers named": identified[
            "strangers_named"
        ],
    }
    for what, share in shares.items():
        yield {"what": what, "value": round(100 * share, 2), "unit": "%"}
    for name, when in WHEN.items():
        what = f"{crowd['speakers']} speakers among {crowd['voices']} voices, {when}"
        yield {"what": what, "value": crowd[f"{name}_cpu_ms"], "unit": "ms of one core"}


def _talk_figures(talks: Mapping[str, Mapping[str, int]]) -> Iterator[dict[str, Any]]:
    for name, counts in talks.items():
        total = counts["right"] + counts["unknown"] + counts["wrong"]
        strangers = counts["strangers"] + counts["strangers_named"]
        told = f"{counts['right']} right, {counts['wrong']} wrong"
        what = f"talk {name}: of {total} enrolled speakers {told}; of {strangers} strangers named"
        yield {"what": what, "value": counts["strangers_named"], "unit": ""}


if __name__ == "__main__":
    main()
