"""Runs the steps of deploy/Dockerfile in a clean Debian, then a transcription in what they made.

    python tools/prove_image.py [--work FOLDER] [--result FILE]

For machines without Docker. The steps are read from the Dockerfile; the base image is made by
debootstrap, each step runs in a chroot with namespaces of its own, and the transcription without a
network, as the image's user. Needs root, debootstrap, and a network for what the steps install.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from dockerfile import Instruction, Stage, stages_of

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "examples" / "conversation.opus"
IMAGE = "image"
"""The last stage."""

SUITES = {"debian:bookworm-slim": "bookworm"}
"""What debootstrap calls the base images."""

LENT = ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")
"""Files of this machine that the steps need to reach its registries; gone afterwards."""

LENT_AT = "/run/lent"

ENTER = """
mount --make-rprivate /
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs tmpfs "$1/run"
mkdir -p "$1/run/lent"
for file in {lent}; do
  if [ -e "$file" ]; then cp -L "$file" "$1/run/lent/$(basename "$file")"; fi
done
for file in resolv.conf hosts pip.conf; do
  if [ -e "$1/run/lent/$file" ]; then
    touch "$1/etc/$file"; mount --bind "$1/run/lent/$file" "$1/etc/$file"
  fi
done
root="$1"; user="$2"; folder="$3"; shift 3
exec chroot --userspec="$user" "$root" sh -ec 'cd "$0"; exec "$@"' "$folder" "$@"
"""


@dataclass(frozen=True)
class Made:
    """A file system and what a stage says about it."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str] = field(default_factory=dict)
    shell: tuple[str, ...] = ("/bin/sh", "-c")
    folder: str = "/"
    user: str = "0:0"
    entrypoint: tuple[str, ...] = ()


class Builder:
    """Makes the stages, those that others need first, each once."""

    def __init__(self, work: Path, stages: Mapping[str, Stage]) -> None:
        self._work = work
        self._stages = stages
        self._made: dict[str, Made] = {}

    def make(self, name: str) -> Made:
        """A stage, or a base image."""
        if name not in self._made:
            stage = self._stages.get(name)
            self._made[name] = self._base(name) if stage is None else self._stage(stage)
            print(f"{name}: made", flush=True)
        return self._made[name]

    def _base(self, image: str) -> Made:
        root = self._work / re.sub(r"\W", "-", image)
        if not (root / "etc" / "os-release").exists():
            packages = mirror() or sys.exit("wanted Debian's package sources, found none here")
            run("debootstrap", "--variant=minbase", SUITES[image], str(root), packages)
        return Made(root)

    def _stage(self, stage: Stage) -> Made:
        below = self.make(stage.base)
        root = self._work / f"stage-{stage.name}"
        run("rm", "-rf", str(root))
        run("cp", "-a", "--reflink=auto", str(below.root), str(root))
        made = replace(below, root=root, arguments={})
        for one in stage.instructions:
            made = self._step(made, one)
        return made

    def _step(self, made: Made, one: Instruction) -> Made:
        match one.word:
            case "RUN":
                enter(made, *made.shell, one.text)
            case "COPY":
                self._copy(made, one)
            case "WORKDIR":
                (made.root / one.text.lstrip("/")).mkdir(parents=True, exist_ok=True)
        return noted(made, one)

    def _copy(self, made: Made, one: Instruction) -> None:
        *sources, target = one.text.split()
        origin = self.make(one.flags["from"]).root if "from" in one.flags else ROOT
        place = made.root / os.path.join(made.folder, target).lstrip("/")  # noqa: PTH118 - "./" stays
        for source in sources:
            path = origin / source.lstrip("/")
            if path.is_dir():  # whose content is copied, not itself
                ignored = shutil.ignore_patterns("__pycache__", "*.pyc") if origin == ROOT else None
                shutil.copytree(path, place, symlinks=True, ignore=ignored, dirs_exist_ok=True)
            else:
                target_file = place / path.name if target.endswith("/") else place
                target_file.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target_file)


def noted(made: Made, one: Instruction) -> Made:
    """A stage with what an instruction says about the steps after it."""
    if one.word == "ENV":
        return replace(made, environment={**made.environment, **one.pairs})
    if one.word == "ARG":
        named = {name: text.strip('"') for name, text in one.pairs.items()}
        return replace(made, arguments={**made.arguments, **named})
    if one.word == "SHELL":
        return replace(made, shell=tuple(one.listed))
    if one.word == "ENTRYPOINT":
        return replace(made, entrypoint=tuple(one.listed))
    if one.word in {"WORKDIR", "USER"}:
        named = {"WORKDIR": "folder", "USER": "user"}
        return replace(made, **{named[one.word]: one.text})  # type: ignore[arg-type]  # both texts
    if one.word not in {"RUN", "COPY", "CMD", "EXPOSE", "STOPSIGNAL"}:
        sys.exit(f"{one.word}: this tool does not know what to do")
    return made


def mirror() -> str | None:
    """Where this machine's own packages come from; null where it is no Debian."""
    for path in (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list")):
        if path.exists() and (
            found := re.search(r"^(?:URIs:|deb)\s+(\S+)", path.read_text(), re.MULTILINE)
        ):
            return found[1]
    return None


def run(*command: str) -> None:
    """Run a command of this machine; what it prints goes to where ours does."""
    subprocess.run(command, check=True)  # noqa: S603 - what the Dockerfile and this tool say


def enter(made: Made, *command: str, online: bool = True) -> None:
    """Run a command in a stage's file system as its user, in mounts and processes of its own."""
    spaces = ["--mount", "--pid", "--fork", *([] if online else ["--net"])]
    lent = {
        "PIP_CERT": f"{LENT_AT}/ca-certificates.crt",
        **{name: text for name, text in os.environ.items() if name == "PIP_INDEX_URL"},  # noqa: TID251
    }
    environment = {**made.environment, **made.arguments, **(lent if online else {})}
    environment.setdefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    subprocess.run(  # noqa: S603 - as above
        [
            *("/usr/bin/unshare", *spaces, "sh", "-ec", ENTER.format(lent=" ".join(LENT)), "sh"),
            *(str(made.root), made.user, made.folder, *command),
        ],
        env=environment,
        check=True,
    )


def prove(made: Made) -> dict[str, object]:
    """What a transcription in the image says, by its own user and without a network."""
    inside = made.root / "tmp" / "sample.opus"
    shutil.copy(SAMPLE, inside)
    begun = time.monotonic()
    given = ("transcribe", "/tmp/sample.opus", "--format", "json,srt", "-o", "/tmp/out")  # noqa: S108
    enter(made, *made.entrypoint, *given, online=False)
    seconds = time.monotonic() - begun
    out = made.root / "tmp" / "out"
    result = json.loads((out / "sample.json").read_text())
    owner = (out / "sample.srt").stat()
    assert f"{owner.st_uid}:{owner.st_gid}" == made.user, "the image's user wrote it"
    assert owner.st_uid != 0, "which is not root"
    assert result["segments"], "somebody said something"
    assert (out / "sample.srt").read_text().startswith("1\n"), "which is subtitles too"
    return {
        "speakers": len(result["speakers"]),
        "segments": len(result["segments"]),
        "transcribe_s": round(seconds, 1),
        "user": made.user,
    }


def size_mb(root: Path) -> int:
    """What a file system holds."""
    told = subprocess.run(  # noqa: S603 - as above
        ["/usr/bin/du", "-sxm", str(root)], check=True, capture_output=True, text=True
    )
    return int(told.stdout.split()[0])


@contextmanager
def work_folder(given: Path | None) -> Iterator[Path]:
    """Where the file systems lie; what nobody named is removed."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.absolute()
        return
    folder = tempfile.mkdtemp(prefix="image-")
    try:
        yield Path(folder)
    finally:
        run("rm", "-rf", folder)


def main() -> None:
    """Make the image, transcribe in it, and print what was measured as a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, help="keep the file systems here")
    parser.add_argument("--result", type=Path, help="write what was measured here too")
    given = parser.parse_args()
    os.umask(0o022)
    with work_folder(given.work) as work:
        begun = time.monotonic()
        made = Builder(work, stages_of(ROOT / "deploy" / "Dockerfile")).make(IMAGE)
        made_s = round(time.monotonic() - begun, 1)
        told = {"image_mb": size_mb(made.root), "made_s": made_s, **prove(made)}
    line = json.dumps(told) + "\n"
    print(line, end="")
    if given.result:
        given.result.write_text(line)


if __name__ == "__main__":
    main()
