"""The reader of Dockerfiles, which the proof of the image goes by."""

from __future__ import annotations

import sys
from pathlib import Path

from manifests import DEPLOY

sys.path.insert(0, str(DEPLOY.parent / "tools"))

from dockerfile import stages_of

TEXT = """# A comment
ARG KIND=plain
FROM debian AS plain-base
FROM ${KIND}-base AS first
SHELL ["/bin/sh", "-e", "-c"]
# Another
RUN --mount=type=secret,id=token \\
    one; \\
    # in between
    two "$THREE"
ENV A=1 \\
    B="two words"
FROM first
COPY --from=first /a /b /c/
"""


def test_a_file_is_read_as_docker_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(TEXT)

    plain, first, last = stages_of(path).values()

    shell, run, environment = first.instructions
    (copy,) = last.instructions
    assert (plain.name, plain.base, plain.instructions) == ("plain-base", "debian", ())
    assert (first.name, first.base) == ("first", "plain-base")
    assert shell.listed == ["/bin/sh", "-e", "-c"]
    assert run.flags == {"mount": "type=secret,id=token"}
    assert run.text.split() == ["one;", "two", '"$THREE"']
    assert environment.pairs == {"A": "1", "B": '"two words"'}
    assert (copy.flags, copy.text) == ({"from": "first"}, "/a /b /c/")


def test_an_argument_chooses_another_base(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(TEXT)

    assert stages_of(path, {"KIND": "fancy"})["first"].base == "fancy-base"
