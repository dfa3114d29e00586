"""The help shows everything that can be asked for, and nothing else is taken."""

import inspect
from collections import Counter
from dataclasses import fields

import pytest
import typer.main
from cli_command import fake_engine, run_process, runner

from diascribe.cli.app import app
from diascribe.cli.choices import Choices
from diascribe.cli.options import parse_given
from diascribe.engine.options import Options, rule_of
from diascribe.formats.rules import CUE_TEXTS, DEFAULT_RULES, CueRules


def help_of(command: str) -> str:
    """The help on a terminal as wide as a book, its boxes' lines joined."""
    shown = run_process(command, "--help", env={"COLUMNS": "200", "TERM": "dumb"})
    assert shown.status == 0
    return " ".join(shown.out.replace("│", " ").split())


@pytest.fixture(scope="module")
def transcribing() -> str:
    return help_of("transcribe")


@pytest.fixture(scope="module")
def diarizing() -> str:
    return help_of("diarize")


def test_transcribe_lists_every_option_of_the_engine(transcribing: str) -> None:
    for one in fields(Options):
        assert f"--{one.name.replace('_', '-')} " in transcribing, one.name
        assert rule_of(one.name).text.split("`")[0] in transcribing, one.name


def test_transcribe_lists_every_cue_rule(transcribing: str) -> None:
    assert CUE_TEXTS.keys() == {one.name for one in fields(CueRules)}
    for name, text in CUE_TEXTS.items():
        assert f"--cue-{name.replace('_', '-')} " in transcribing
        assert text in transcribing


def test_diarize_lists_only_what_steers_the_diarizer(diarizing: str) -> None:
    for one in fields(Options):
        shown = f"--{one.name.replace('_', '-')} " in diarizing
        assert shown == (rule_of(one.name).stage in {"diarization", "both"}), one.name
    assert "--cue-" not in diarizing


def test_each_lists_the_formats_that_it_takes_and_no_others(
    transcribing: str, diarizing: str
) -> None:
    assert "json, srt, vtt, txt, tsv, rttm, ctm, textgrid, seglst; several" in transcribing
    assert " json, rttm; several" in diarizing


@pytest.mark.parametrize("option", ["--output", "--format", "--json", "--quiet", "--cores"])
def test_both_list_what_becomes_of_results(transcribing: str, diarizing: str, option: str) -> None:
    assert f"{option} " in transcribing
    assert f"{option} " in diarizing


def test_no_value_is_cut_in_two_on_a_narrow_terminal() -> None:
    shown = run_process("evaluate", "--help", env={"COLUMNS": "80", "TERM": "dumb"})

    assert "HOW" in shown.out
    assert "leave-out" in shown.out


def test_defaults_on_the_command_line_are_the_engines() -> None:
    group = typer.main.get_command(app)
    commands = group.commands  # type: ignore[attr-defined]  # a group, as there are several
    defaults = {one.name: one.default for one in commands["transcribe"].params}

    given = {name: defaults[name] for name in defaults if name not in {"help", "inputs"}}
    choices, options, rules = parse_given({"inputs": ["talk.wav"], **given})

    assert choices == Choices(inputs=["talk.wav"])
    assert Options(**options) == Options()
    assert rules == DEFAULT_RULES


def test_a_command_is_told_apart_by_its_docstring() -> None:
    group = typer.main.get_command(app)
    commands = group.commands  # type: ignore[attr-defined]  # a group, as there are several

    assert set(commands) >= {"transcribe", "diarize", "tune", "doctor"}
    assert all(inspect.getdoc(one.callback) for one in commands.values())


def test_the_version_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = runner(monkeypatch, capsys, fake_engine())("--version")

    assert ran.status == 0
    assert ran.out.startswith("diascribe ")
    assert ran.out[10:11].isdigit()


def test_no_option_of_a_command_hides_another() -> None:
    commands = [typer.main.get_command(app)]
    for one in commands:  # which grows
        commands += getattr(one, "commands", {}).values()

    twice = [
        f"{one.name} {flag}"
        for one in commands
        for flag, count in Counter(flag for each in one.params for flag in each.opts).items()
        if count > 1
    ]

    assert twice == []
