"""An example for each route of the service; tests hold them to its OpenAPI document.

An answer in JSON that ends in `…` leaves fields out that the example of `GET /v1/jobs/{job}` has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

ID = "5b0c7d1e9a3f4b68"
HERE = "http://localhost:8000"

Answer = Mapping[str, Any] | str | None


@dataclass(frozen=True, slots=True)
class Example:
    """What is asked, and what is answered."""

    asked: str
    """The arguments of curl."""
    answer: Answer = None
    """JSON, or text as it comes; null where the answer has no body."""
    whole: bool = True
    """Whether all fields are there."""

    @property
    def text(self) -> str:
        """Both, as a terminal shows them."""
        return f"    curl {self.asked}\n\n{_indented(self._answered)}".rstrip()

    @property
    def _answered(self) -> str:
        if self.answer is None or isinstance(self.answer, str):
            return self.answer or ""
        text = json.dumps(self.answer, ensure_ascii=False, indent=2)
        return text if self.whole else text.removesuffix("\n}") + ",\n  …\n}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def _stage(name: str, state: str, progress: float, seconds: float | None) -> Mapping[str, Any]:
    return {
        "name": name,
        "state": state,
        "progress": progress,
        "seconds": seconds,
        "attempts": 1 if state != "queued" else 0,
    }


JOB: Mapping[str, Any] = {
    "id": ID,
    "state": "running",
    "source": "meeting.mp4",
    "options": {"num_speakers": 3},
    "priority": "normal",
    "created": "2026-11-21T09:30:00.120000Z",
    "started": "2026-11-21T09:30:00.410000Z",
    "ended": None,
    "duration": 1804.2,
    "progress": 0.41,
    "stages": [
        _stage("fetch", "succeeded", 1.0, 0.1),
        _stage("decoding", "succeeded", 1.0, 1.9),
        _stage("activity", "succeeded", 1.0, 3.8),
        _stage("language", "succeeded", 1.0, 0.1),
        _stage("recognition-1", "running", 0.45, None),
    ],
    "attempt": 1,
    "dead_letter": False,
    "failure": None,
    "parent": None,
    "metadata": {"ticket": "7"},
    "results": [],
    "webhook": None,
}


def _job(**fields: object) -> Mapping[str, Any]:
    return {"id": ID, **fields}


ADA: Mapping[str, Any] = {
    "name": "Ada",
    "voice": None,
    "samples": [
        {
            "id": "c0ffee12",
            "source": "ada.wav",
            "encoder": "ge2e",
            "seconds": 14.2,
            "created": "2026-11-21T09:00:00Z",
        }
    ],
}

EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "submit": Example(
            f"-F file=@meeting.mp4 -F num_speakers=3 {HERE}/v1/jobs",
            _job(state="queued", source="meeting.mp4", options={"num_speakers": 3}),
            whole=False,
        ),
        "list_jobs": Example(
            f"'{HERE}/v1/jobs?state=failed&limit=10'", {"jobs": [], "following": None}
        ),
        "get_job": Example(f"{HERE}/v1/jobs/{ID}", JOB),
        "erase_job": Example(f"-X DELETE {HERE}/v1/jobs/{ID}"),
        "cancel_job": Example(
            f"-X POST {HERE}/v1/jobs/{ID}/cancel", _job(state="cancelled"), whole=False
        ),
        "retry_job": Example(
            f"-X POST {HERE}/v1/jobs/{ID}/retry", _job(state="queued", attempt=2), whole=False
        ),
        "rerun_job": Example(
            f"""--json '{{"num_speakers": 2}}' {HERE}/v1/jobs/{ID}/rerun""",
            {
                "id": "91d2a6c04be8f735",
                "state": "succeeded",
                "parent": ID,
                "options": {"num_speakers": 2},
            },
            whole=False,
        ),
        "get_result": Example(
            f"'{HERE}/v1/jobs/{ID}/result?format=srt'",
            "1\n00:00:00,500 --> 00:00:03,100\nSPEAKER_00: hello and thank you for coming\n",
        ),
        "get_result_address": Example(
            f"'{HERE}/v1/jobs/{ID}/result/address?format=srt&valid_s=600'",
            {
                "url": f"https://bucket.example.org/{ID}.srt?X-Amz-Signature=…",
                "expires": "2026-11-21T09:50:00Z",
            },
        ),
        "follow_job": Example(
            f"-N {HERE}/v1/jobs/{ID}/events",
            'id: 1-4be8f735c0ffee12\nevent: progress\ndata: {"id": "5b0c7d1e9a3f4b68", …}\n',
        ),
        "transcribe": Example(
            f"-F file=@note.m4a '{HERE}/v1/transcribe?format=txt'",
            "SPEAKER_00: hello and thank you for coming\n",
        ),
        "list_models": Example(
            f"{HERE}/v1/models",
            {
                "models": [
                    {
                        "name": "pocketsphinx-en-us",
                        "stage": "recognition",
                        "purpose": "A draft of English, and its word times",
                        "licence": "BSD-2-Clause",
                        "languages": ["en"],
                        "installed": True,
                    }
                ]
            },
        ),
        "health": Example(f"{HERE}/healthz", {"status": "alive"}),
        "ready": Example(f"{HERE}/readyz", {"status": "ready"}),
        "metrics": Example(f"{HERE}/metrics", 'diascribe_jobs{state="queued"} 4.0\n'),
        "depth": Example(
            f"{HERE}/v1/queue/depth",
            {"queued": 4, "running": 1, "backlog": 5, "slots": 1, "oldest_s": 12.5},
        ),
        "list_speakers": Example(
            f"'{HERE}/v1/speakers?limit=10'", {"speakers": [ADA], "following": None}
        ),
        "enroll_speaker": Example(
            f"-F file=@ada.wav -F name=Ada {HERE}/v1/speakers", {**ADA, "unlike": [], "like": []}
        ),
        "get_speaker": Example(f"{HERE}/v1/speakers/Ada", ADA),
        "remove_speaker": Example(f"-X DELETE {HERE}/v1/speakers/Ada"),
    }
)
"""Examples by the names of operations in the OpenAPI document."""
