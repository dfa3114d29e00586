"""What the environment of a RunPod worker says, by the variables that its users know."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from diascribe.errors import OptionsError
from diascribe.settings import NO, YES, read_named

Device = Literal["auto", "cpu", "cuda"]

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """How this worker is set up, besides what `diascribe.settings` says."""

    model: str | None = None
    """Recognizer: a name of `diascribe models list`, which is pulled at start where it is absent,
    or a model's folder."""
    model_name: str | None = None
    """The same, where `WHISPERX_MODEL` is not set."""
    model_dir: Path | None = None
    """Folder of a recognizer, taken where none is named; where it holds no `model.bin`, the model
    that it is named after is pulled."""
    device: Device = "auto"
    """Where the recognizer runs: `auto`, `cpu` or `cuda`."""
    hub_cache: Path | None = None
    """Folder below which models are kept, where `DIASCRIBE_MODELS` is not set."""
    hub_home: Path | None = None
    """The same, where `HUGGINGFACE_HUB_CACHE` is not set."""
    transformers_cache: Path | None = None
    """The same, where those above are not set."""
    torch_home: Path | None = None
    """The same, where those above are not set; there is no PyTorch here."""
    jobs: Path | None = None
    """Folder in which each job has one while it runs; else `diascribe-jobs` in that of temporary
    files."""
    scratch: Path | None = None
    """Folder of temporary files; it is made where it is absent."""
    debug: bool = False
    """1 logs more, and is the default of a request's `debug`."""
    log_level: str | None = None
    """`DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`: what is logged."""
    print_mounts: bool = False
    """1 logs the file systems and their free space at start."""
    vad_model: Path | None = None
    """PyTorch file of a pyannote segmentation that finds speech in place of silero; it is read
    without running anything in it."""
    storage_endpoint: str | None = None
    """Address of the S3-compatible store that results are uploaded to; Amazon's where only the
    others are set."""
    storage_region: str | None = None
    """Its region; else `AWS_REGION`."""
    storage_bucket: str | None = None
    """Bucket of results."""
    storage_key: str | None = None
    """Id of the key for it."""
    storage_secret: str | None = field(default=None, repr=False)
    """Secret of that key."""
    bucket_endpoint: str | None = None
    """The same as `STORAGE_ENDPOINT`, as RunPod's own helpers call it."""
    bucket_name: str | None = None
    """The same as `STORAGE_BUCKET`; without one, month and year of the upload: `11-26`."""
    bucket_key: str | None = None
    """The same as `STORAGE_ACCESS_KEY`."""
    bucket_secret: str | None = field(default=None, repr=False)
    """The same as `STORAGE_SECRET_KEY`."""
    prefix: str = "transcripts/"
    """Prefix of results in the bucket."""
    presign_s: int = 3600
    """Seconds for which addresses of uploaded results can be used."""
    tiny_output: bool = False
    """1 answers with addresses only, where results are uploaded."""
    concurrency: int = 1
    """Jobs that one worker works on side by side."""

    @property
    def recognizer(self) -> str | None:
        """The recognizer that is named; null for none."""
        return self.model or self.model_name

    @property
    def level(self) -> str:
        """What is logged."""
        return self.log_level or ("DEBUG" if self.debug else "INFO")

    @property
    def jobs_folder(self) -> Path:
        """Folder in which each job has one while it runs."""
        return self.jobs or (self.scratch or Path(tempfile.gettempdir())) / "diascribe-jobs"

    @property
    def models(self) -> Path | None:
        """Folder of models on a volume; null where no cache is named."""
        named = (self.hub_cache, self.hub_home, self.transformers_cache, self.torch_home)
        return next((one / "diascribe" for one in named if one is not None), None)


NAMES = {
    "model": "WHISPERX_MODEL",
    "model_name": "WHISPERX_MODEL_NAME",
    "model_dir": "WHISPERX_MODEL_DIR",
    "device": "WHISPERX_DEVICE",
    "hub_cache": "HUGGINGFACE_HUB_CACHE",
    "hub_home": "HF_HOME",
    "transformers_cache": "TRANSFORMERS_CACHE",
    "torch_home": "TORCH_HOME",
    "jobs": "JOBS_DIR",
    "scratch": "TMPDIR",
    "debug": "DEBUG",
    "log_level": "CONSOLE_LOG_LEVEL",
    "print_mounts": "PRINT_MOUNTS",
    "vad_model": "VAD_MODEL_PATH",
    "storage_endpoint": "STORAGE_ENDPOINT",
    "storage_region": "STORAGE_REGION",
    "storage_bucket": "STORAGE_BUCKET",
    "storage_key": "STORAGE_ACCESS_KEY",
    "storage_secret": "STORAGE_SECRET_KEY",
    "bucket_endpoint": "BUCKET_ENDPOINT_URL",
    "bucket_name": "BUCKET_NAME",
    "bucket_key": "BUCKET_ACCESS_KEY_ID",
    "bucket_secret": "BUCKET_SECRET_ACCESS_KEY",
    "prefix": "PREFIX_TRANSCRIPTS",
    "presign_s": "PRESIGN_TTL",
    "tiny_output": "FORCE_TINY_OUTPUT",
    "concurrency": "MAX_CONCURRENCY",
}
"""The variable that says each setting."""


def read_environment(environment: Mapping[str, str] | None = None) -> Environment:
    """The settings that an environment holds, null is the process's own; what is empty is not set.

    Raises:
        OptionsError: variables hold something else than they should; all are named at once.
    """
    names = NAMES.values()
    said = read_named(names) if environment is None else read_named(names, environment)
    values: dict[str, Any] = {}
    problems = []
    for name, variable in NAMES.items():
        if variable not in said:
            continue
        try:
            values[name] = READERS.get(name, str)(said[variable])
        except ValueError as error:
            problems.append(f"{variable}: wanted {error}, got {said[variable]!r}")
    if problems:
        raise OptionsError(tuple(problems))
    return Environment(**values)


def _switch(said: str) -> bool:
    if said.lower() not in YES | NO:
        raise ValueError("1 or 0")
    return said.lower() in YES


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(said: str) -> str:
        known = {one.lower(): one for one in choices}
        if said.lower() not in known:
            raise ValueError(f"one of {', '.join(choices)}")
        return known[said.lower()]

    return read


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(said: str) -> int:
        if not said.isdecimal() or not low <= int(said) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(said)

    return read


READERS: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("model_dir", "hub_cache", "hub_home", "transformers_cache"), Path),
    **dict.fromkeys(("torch_home", "jobs", "scratch", "vad_model"), Path),
    **dict.fromkeys(("debug", "print_mounts", "tiny_output"), _switch),
    "device": _one_of("auto", "cpu", "cuda"),
    "log_level": _one_of(*LEVELS),
    "presign_s": _number(1, 7 * 24 * 3600),
    "concurrency": _number(1, 64),
}
"""What reads a variable; texts are taken as they are."""
