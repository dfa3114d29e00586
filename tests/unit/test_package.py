"""What the package as a whole promises: light to import, silent, documented."""

import ast
import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
import types
from collections.abc import Iterator
from dataclasses import fields
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import typer.main

import diascribe
from diascribe import Engine, Options, Segment, Transcript, errors, load, settings
from diascribe.cli.app import app
from diascribe.errors import DiascribeError, OptionsError
from diascribe.weights.catalog import CATALOG

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "diascribe"
HEAVY = {"pydantic", "typer", "onnxruntime", "av", "torch", "rich", "pocketsphinx", "scipy"}

IMPORT = """
import json, resource, sys
import diascribe
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"modules": list(sys.modules), "seconds": used.ru_utime + used.ru_stime}))
"""

LISTEN = """
import os
import numpy as np
from diascribe import load
from diascribe.audio import Audio
from diascribe.engine.steps import finish_seconds
from diascribe.protocols import SpeechThresholds
with load(cores=1) as engine:
    noise = np.random.default_rng(0).normal(0, 300, (16_000, 1)).astype(np.int16)
    finish_seconds(engine.diarizer.prepare(Audio(noise), SpeechThresholds()))
    open_files = [f"/proc/self/fd/{one}" for one in os.listdir("/proc/self/fd")]
    print([os.readlink(one) for one in open_files if os.path.islink(one)])
"""


def python(program: str, *options: str, **changed: str) -> str:
    """What a program prints in a fresh interpreter."""
    environment = {**os.environ, **changed}  # noqa: TID251 - a child's
    command = [sys.executable, *options, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout


def test_importing_the_package_loads_nothing_heavy() -> None:
    modules = json.loads(python(IMPORT))["modules"]

    assert HEAVY & {name.partition(".")[0] for name in modules} == set()


def test_importing_the_package_takes_a_fifth_of_a_second_at_most() -> None:
    limit_s = 0.5 if os.environ.get("CI") else 0.2  # noqa: TID251 - machines that are shared
    bare = min(json.loads(python(IMPORT.replace("import diascribe", "")))["seconds"] for _ in "123")

    best = min(json.loads(python(IMPORT))["seconds"] for _ in range(5))

    assert best - bare < limit_s


def test_working_opens_no_connection_and_leaves_no_file(tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()

    opened = python(LISTEN, HOME=str(home), TMPDIR=str(temporary), ORT_DISABLE_TELEMETRY="0")

    assert "socket:" not in opened
    assert str(tmp_path) not in opened
    assert [*home.rglob("*"), *temporary.rglob("*")] == []


def test_what_is_public_is_what_all_names() -> None:
    shown = {
        name
        for name, value in vars(diascribe).items()
        if not name.startswith("_")
        and not isinstance(value, types.ModuleType)
        and getattr(value, "__module__", "").startswith("diascribe")
    }

    assert shown <= set(diascribe.__all__)
    assert diascribe.__all__ == sorted(diascribe.__all__)
    assert all(getattr(diascribe, name) for name in diascribe.__all__)


def test_the_heavy_names_are_the_real_ones() -> None:
    assert inspect.signature(load).parameters.keys() == {"cores", "models"}
    assert diascribe.Engine is Engine is sys.modules["diascribe.engine.engine"].Engine
    assert diascribe.Options is Options
    assert {Segment, Transcript} <= {getattr(diascribe, name) for name in diascribe.__all__}


def test_a_name_that_does_not_exist_says_so() -> None:
    name = "transcribe"

    with pytest.raises(AttributeError, match="module 'diascribe' has no attribute 'transcribe'"):
        getattr(diascribe, name)


@pytest.mark.parametrize("cores", [0, -1])
def test_fewer_cores_than_one_are_refused(cores: int) -> None:
    with pytest.raises(OptionsError, match=f"cores: wanted at least 1, got {cores}"):
        load(cores=cores)


def tree_drawn() -> Iterator[tuple[str, str]]:
    """Each class of the drawing in the docstring, with the class that it hangs below."""
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^([│├└─ ]*)([A-Z]\w+Error)\b", line)
        if found:
            depth, name = len(found[1]), found[2]
            above = [one for one in above if one[0] < depth]
            yield name, above[-1][1] if above else "Exception"
            above.append((depth, name))


def classes() -> list[type[DiascribeError]]:
    """Every error that `errors.py` defines."""
    return [
        one
        for one in vars(errors).values()
        if inspect.isclass(one) and issubclass(one, DiascribeError)
    ]


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    drawn = dict(tree_drawn())

    assert drawn == {one.__name__: one.__mro__[1].__name__ for one in classes()}


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [one.code for one in classes()]

    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)


def test_what_the_caller_gave_wrong_ends_with_2_and_blames_the_request() -> None:
    for one in classes():
        blames_the_caller = issubclass(one, errors.InputError)
        assert (one.exit_status == 2) == blames_the_caller, one
        assert (400 <= one.http_status < 500) == blames_the_caller, one
        assert one.exit_status in {1, 2, 3}


def test_no_module_imports_torch() -> None:
    for path in SOURCE.rglob("*.py"):
        imported = {
            name.partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            for name in _names(node)
        }
        assert "torch" not in imported, path.name


def test_every_package_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    declared = {re.split(r"[<>=\[]", one)[0] for one in wanted}
    declared.add("pydantic-core")  # pydantic's own other half, of which each wants one version
    sources = {
        name: {one.replace("_", "-").lower() for one in packages}
        for name, packages in packages_distributions().items()
    }

    imported = {
        name.partition(".")[0]
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _names(node)
    }

    foreign = imported - sys.stdlib_module_names - {"diascribe", "__future__", ""}
    assert {name for name in foreign if not declared & sources.get(name, set())} == set()


def _names(node: ast.AST) -> list[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


@pytest.fixture(scope="module")
def documentation() -> str:
    """All of docs/ in one."""
    return "\n".join(page.read_text() for page in sorted((ROOT / "docs").rglob("*.md")))


def test_every_option_is_documented(documentation: str) -> None:
    for one in fields(Options):
        assert f"`{one.name}`" in documentation, one.name


def test_every_error_code_is_documented(documentation: str) -> None:
    for one in classes():
        assert f"`{one.code}`" in documentation, one.code


def commands_of(group: object, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its whole name."""
    for name, one in group.commands.items():  # type: ignore[attr-defined]  # a class of typer's own
        if hasattr(one, "commands"):
            yield from commands_of(one, f"{above}{name} ")
        else:
            yield f"{above}{name}", one


def test_every_flag_of_the_command_line_is_documented(documentation: str) -> None:
    for name, command in commands_of(typer.main.get_command(app)):
        assert f"diascribe {name}" in documentation
        for flag in (flag for one in command.params for flag in one.opts if flag[0] == "-"):
            assert flag in documentation, flag


def test_the_code_of_the_readme_runs_and_prints_what_it_says() -> None:
    text = (ROOT / "README.md").read_text()
    block = re.search(r"```python\n(.*?)```\n+```text\n(.*?)```", text, re.DOTALL)
    if block is None:
        pytest.fail("README.md has no Python example followed by its output")
    code, output = block[1], block[2]

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert len(code.strip().splitlines()) <= 6
    stated = [line for line in output.splitlines() if line != "..."]
    assert stated
    assert done.stdout.splitlines()[: len(stated)] == stated


def test_every_setting_is_documented(documentation: str) -> None:
    for variable in settings.NAMES.values():
        assert f"`{variable}`" in documentation, variable


def test_every_model_is_documented(documentation: str) -> None:
    for name in CATALOG:
        assert f"| `{name}` |" in documentation, name
