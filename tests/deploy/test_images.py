"""The Dockerfile and the compose file say what they should, in the words of their own tools."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
import typer.main
import yaml
from compose_spec import PyCompose
from manifests import DEPLOY, compose, pods, written

from diascribe.cli.app import app
from diascribe.settings import NAMES

ROOT = DEPLOY.parent
sys.path.insert(0, str(ROOT / "tools"))

from dockerfile import stages_of  # noqa: E402 - below what makes it findable

DOCKERFILE = DEPLOY / "Dockerfile"
IGNORED = (ROOT / ".dockerignore").read_text().split("\n")


def test_the_linter_of_dockerfiles_has_nothing_to_say() -> None:
    linter = Path(sys.executable).parent / "hadolint"

    done = subprocess.run(
        [linter, "--format", "json", DOCKERFILE], check=False, capture_output=True, text=True
    )

    assert json.loads(done.stdout) == []
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("accelerator", "base"),
    [("cpu", "debian:bookworm-slim"), ("cuda", "nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04")],
)
def test_one_argument_chooses_the_accelerator(accelerator: str, base: str) -> None:
    stages = stages_of(DOCKERFILE, {"ACCELERATOR": accelerator})

    assert stages[stages["python"].base].base == base


def test_without_arguments_the_image_needs_no_gpu() -> None:
    assert stages_of(DOCKERFILE)["python"].base == "cpu-base"


def test_the_image_runs_as_nobody_s_root_and_holds_no_build_tools() -> None:
    image = stages_of(DOCKERFILE)["image"]
    said = {one.word: one.text for one in image.instructions}

    assert said["USER"] == "10001:10001"
    assert image.base == "python"
    assert "RUN" not in said


def test_all_that_is_copied_is_let_through_and_nothing_else() -> None:
    copied = {
        source
        for stage in stages_of(DOCKERFILE).values()
        for one in stage.instructions
        if one.word == "COPY" and "from" not in one.flags
        for source in one.text.split()[:-1]
    }
    let_through = {line[1:] for line in IGNORED if line.startswith("!")}

    assert copied == let_through
    assert "*" in IGNORED
    assert all((ROOT / name).exists() for name in copied)


def test_no_image_is_named_by_a_registry_s_host() -> None:
    bases = {stage.base for stage in stages_of(DOCKERFILE).values()}
    images = bases | {one.get("image", "diascribe") for one in compose()["services"].values()}

    for image in images:
        first = image.split("/")[0]
        assert "." not in first.split(":")[0], image


def test_the_compose_file_is_one() -> None:
    checked = PyCompose.from_yaml(yaml.safe_dump(compose()))
    checked.validate()

    assert set(checked.service_names()) == {"api", "worker", "database", "objects", "bucket"}


def test_a_wrong_field_of_the_compose_file_would_be_found() -> None:
    wrong = compose()
    wrong["services"]["api"]["comand"] = ["serve"]

    with pytest.raises(ValueError, match="comand"):
        PyCompose.from_yaml(yaml.safe_dump(wrong))


def test_what_others_wait_for_says_whether_it_is_well() -> None:
    services = compose()["services"]
    waited_for = {
        name
        for one in services.values()
        for name, how in one.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }

    assert waited_for == {"database", "objects"}
    assert all("healthcheck" in services[name] for name in (*waited_for, "api"))


def test_compose_writes_no_secret_down_and_reaches_the_network_on_loopback_only() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    named = {line.split("=")[0] for line in (DEPLOY / "example.env").read_text().split("\n")}

    for name in ("POSTGRES_PASSWORD", "OBJECTS_SECRET", "DIASCRIBE_SECRET_KEY"):
        assert f"${{{name}:?" in text
        assert name in named
    for one in compose()["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in one.get("ports", []))


def test_compose_hands_on_every_setting_of_the_service() -> None:
    clients = {"service", "service_key", "sagemaker_endpoint", "submit_fields"}
    fixed = {"models", "data"}  # in the image
    object_store = {"s3_endpoint", "s3_session_token"}  # compose's own, with a key of its own
    wanted = {NAMES[one] for one in NAMES.keys() - clients - fixed - object_store}
    services = compose()["services"]

    assert wanted == wanted & services["api"]["environment"].keys()
    serving = {"HOSTS", "ORIGINS", "API_KEYS", "UPLOAD_MB", "REQUESTS_PER_S", "WAIT_S"}
    only_api = {f"DIASCRIBE_{one}" for one in serving}
    assert wanted - only_api == wanted & services["worker"]["environment"].keys()


def commands() -> list[list[str]]:
    """Every command line of ours in `deploy/`."""
    image = stages_of(DOCKERFILE)["image"]
    own = [one.listed for one in image.instructions if one.word == "CMD"]
    composed = [
        one["command"] for one in compose()["services"].values() if one.get("image") == "diascribe"
    ]
    kept = [one["args"] for pod in pods(list(written())).values() for one in pod["containers"]]
    return sorted(map(list, {tuple(one) for one in (*own, *composed, *kept)}))


@pytest.mark.parametrize("line", commands(), ids=shlex.join)
def test_every_command_is_one_that_diascribe_has(line: list[str]) -> None:
    name, *arguments = line
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]  # a group

    context = command.make_context(name, list(arguments))

    assert context.params


def test_every_setting_is_one_that_diascribe_reads() -> None:
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.is_file()]
    words = {
        word
        for text in texts
        for word in text.replace("$", " ").replace("{", " ").replace(":", " ").split()
        if fnmatch(word, "DIASCRIBE_*")
    }
    said = {word.split("=")[0].rstrip("},?") for word in words}

    assert said
    assert said <= set(NAMES.values())
