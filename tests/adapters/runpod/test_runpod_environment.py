"""What a RunPod worker's environment says."""

from pathlib import Path

import pytest

from diascribe.adapters.runpod.environment import NAMES, Environment, read_environment
from diascribe.errors import OptionsError


def test_nothing_need_be_set() -> None:
    assert read_environment({}) == Environment()


def test_every_variable_of_the_document_is_read() -> None:
    said = {
        "WHISPERX_MODEL": "small",
        "WHISPERX_MODEL_NAME": "tiny",
        "WHISPERX_MODEL_DIR": "/app/models/m",
        "WHISPERX_DEVICE": "CUDA",
        "HF_HOME": "/runpod-volume/hf",
        "TRANSFORMERS_CACHE": "/runpod-volume/tf",
        "TORCH_HOME": "/runpod-volume/torch",
        "JOBS_DIR": "/runpod-volume/jobs",
        "TMPDIR": "/runpod-volume/tmp",
        "DEBUG": "1",
        "CONSOLE_LOG_LEVEL": "warning",
        "PRINT_MOUNTS": "true",
        "VAD_MODEL_PATH": "/app/models/vad/v.bin",
        "PRESIGN_TTL": "60",
        "MAX_CONCURRENCY": "4",
    }

    found = read_environment(said)

    assert (found.recognizer, found.model_dir, found.device) == (
        "small",
        Path("/app/models/m"),
        "cuda",
    )
    assert found.models == Path("/runpod-volume/hf/diascribe")
    assert (found.jobs, found.scratch) == (Path("/runpod-volume/jobs"), Path("/runpod-volume/tmp"))
    assert (found.debug, found.level, found.print_mounts) == (True, "WARNING", True)
    assert found.vad_model == Path("/app/models/vad/v.bin")
    assert (found.presign_s, found.concurrency) == (60, 4)


def test_debugging_logs_more() -> None:
    assert read_environment({"DEBUG": "1"}).level == "DEBUG"
    assert read_environment({}).level == "INFO"


def test_the_second_name_of_the_model_counts_where_the_first_is_not_set() -> None:
    assert read_environment({"WHISPERX_MODEL_NAME": "tiny"}).recognizer == "tiny"


def test_the_hub_s_own_cache_goes_before_its_home() -> None:
    said = {"HF_HOME": "/a", "HUGGINGFACE_HUB_CACHE": "/b"}

    assert read_environment(said).models == Path("/b/diascribe")


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {
        "WHISPERX_DEVICE": "tpu",
        "DEBUG": "perhaps",
        "PRESIGN_TTL": "0",
        "MAX_CONCURRENCY": "x",
    }

    with pytest.raises(OptionsError) as caught:
        read_environment(wrong)

    assert {one.split(":")[0] for one in caught.value.problems} == set(wrong)


def test_secrets_are_not_shown() -> None:
    said = {"STORAGE_SECRET_KEY": "hidden-a", "BUCKET_SECRET_ACCESS_KEY": "hidden-b"}

    assert "hidden" not in repr(read_environment(said))


def test_every_setting_has_a_variable() -> None:
    assert set(NAMES) == set(Environment.__dataclass_fields__)


def test_jobs_have_their_folders_among_temporary_files_unless_told_otherwise() -> None:
    assert read_environment({"TMPDIR": "/t"}).jobs_folder == Path("/t/diascribe-jobs")
    assert read_environment({"TMPDIR": "/t", "JOBS_DIR": "/j"}).jobs_folder == Path("/j")
