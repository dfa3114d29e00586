"""What is built for RunPod, and what its hub is told, in the words of their own tools."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from manifests import DEPLOY
from runpod_worker import RULES

from diascribe.adapters.runpod.asked import parse
from diascribe.adapters.runpod.environment import NAMES
from diascribe.settings import NAMES as SETTINGS

ROOT = DEPLOY.parent
sys.path.insert(0, str(ROOT / "tools"))

from dockerfile import Stage, stages_of  # noqa: E402 - below what makes it findable

FOLDER = DEPLOY / "runpod"
DOCKERFILE = FOLDER / "Dockerfile"


@pytest.fixture(scope="module")
def stages() -> dict[str, Stage]:
    return stages_of(DOCKERFILE)


def told(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((FOLDER / ".runpod" / name).read_text())


def test_the_linter_of_dockerfiles_has_nothing_to_say() -> None:
    linter = Path(sys.executable).parent / "hadolint"

    done = subprocess.run(
        [linter, "--format", "json", DOCKERFILE], check=False, capture_output=True, text=True
    )

    assert json.loads(done.stdout) == []


def test_nothing_is_preloaded_unless_it_is_wanted(stages: dict[str, Stage]) -> None:
    arguments = [one.text for one in stages["baked"].instructions if one.word == "ARG"]

    assert "PRELOAD_MODELS=0" in arguments


def test_the_token_is_a_secret_of_the_build_and_in_no_layer(stages: dict[str, Stage]) -> None:
    every = [one for stage in stages.values() for one in stage.instructions]
    named = [one for one in every if "HF_TOKEN" in one.text]

    assert [one.word for one in named] == ["RUN"]
    assert "/run/secrets/hf_token" in named[0].text
    assert "HF_TOKEN=" not in "".join(one.text for one in every if one.word in {"ENV", "ARG"})


def test_all_that_is_copied_is_let_through() -> None:
    ignored = (FOLDER / "Dockerfile.dockerignore").read_text().split("\n")
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        source.removesuffix("*")
        for stage in stages_of(DOCKERFILE).values()
        for one in stage.instructions
        if one.word == "COPY" and "from" not in one.flags
        for source in one.text.split()[:-1]
    }

    inside = {one if one in let_through else str(Path(one).parent) for one in copied}
    assert inside == let_through


def test_every_variable_of_the_image_and_the_hub_is_read(stages: dict[str, Stage]) -> None:
    known = {*NAMES.values(), *SETTINGS.values()}
    hub, tests = told("hub.json")["config"], told("tests.json")["config"]
    said = {one["key"] for one in (*hub["env"], *tests["env"])}
    said |= {name for preset in hub["presets"] for name in preset["defaults"]}
    (environment,) = (one.pairs for one in stages["image"].instructions if one.word == "ENV")

    assert said | set(environment) <= known


def test_the_hub_s_own_tests_are_requests_that_are_taken() -> None:
    for one in told("tests.json")["tests"]:
        assert parse(one["input"], RULES).kind == "web"


@pytest.mark.parametrize(("baked", "given"), [(True, ""), (False, ""), (True, "/mine.bin")])
def test_a_network_that_is_baked_in_finds_speech_unless_another_is_named(
    tmp_path: Path, *, baked: bool, given: str
) -> None:
    script = (FOLDER / "start.sh").read_text()
    network = tmp_path / "network.bin"
    if baked:
        network.write_bytes(b"x")
    script = script.replace("/app/models/vad/whisperx-vad-segmentation.bin", str(network))
    program = tmp_path / "diascribe-runpod"
    program.write_text('#!/bin/sh\nprintf %s "${VAD_MODEL_PATH:-none}"\n')
    program.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "VAD_MODEL_PATH": given}

    done = subprocess.run(
        ["sh", "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == (given or (str(network) if baked else "none"))
