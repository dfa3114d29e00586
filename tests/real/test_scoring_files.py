"""Files that scoring tools bring with themselves are read as those tools read them."""

from pathlib import Path

import meeteval
import pytest

from diascribe.evaluation.pairing import find_pairs
from diascribe.evaluation.reading import read_accounts, read_uem
from diascribe.span import Span


@pytest.fixture(scope="session")
def scoring(shared_data: Path) -> Path:
    """Example files of scoring tools."""
    return shared_data / "scoring"


@pytest.fixture(scope="session")
def examples(scoring: Path) -> Path:
    """Those of meeteval."""
    return scoring / "fgnt+meeteval" / "example_files"


@pytest.mark.parametrize(
    "name", ["ref.stm", "hyp.stm", "refA.stm", "hyp_siso.stm", "ref.seglst.json", "hyp.seglst.json"]
)
def test_utterances_are_those_that_meeteval_reads(examples: Path, name: str) -> None:
    theirs = [
        (one["session_id"], float(one["start_time"]), one["speaker"], one["words"])
        for one in meeteval.io.load(examples / name).to_seglst()
    ]

    ours = [
        (account.recording, one.start, one.speaker, one.text)
        for account in read_accounts(examples / name)
        for one in account.utterances or ()
    ]

    assert sorted(ours) == sorted(theirs)


@pytest.mark.parametrize("name", ["hyp1.ctm", "hyp2.ctm"])
def test_words_are_those_that_meeteval_reads(examples: Path, name: str) -> None:
    theirs = [
        (line.filename, float(line.begin_time), float(line.duration), line.word)
        for line in meeteval.io.CTM.load(examples / name).lines
    ]

    ours = [
        (account.recording, word.start, word.duration, word.text)
        for account in read_accounts(examples / name)
        for word in account.words or ()
    ]

    assert sorted(ours) == sorted(theirs)


@pytest.mark.parametrize("name", ["ref.rttm", "hyp.rttm"])
def test_turns_are_those_that_meeteval_reads(examples: Path, name: str) -> None:
    theirs = [
        (line.filename, float(line.begin_time), line.speaker_id)
        for line in meeteval.io.RTTM.load(examples / name).lines
    ]

    ours = [
        (account.recording, turn.start, turn.speaker)
        for account in read_accounts(examples / name)
        for turn in account.turns or ()
    ]

    assert sorted(ours) == sorted(theirs)


def test_meeteval_s_files_make_pairs_within_its_uem(examples: Path) -> None:
    pairs, notes = find_pairs(examples / "hyp.stm", examples / "ref.stm", examples / "uem.uem")

    assert [(one.recording, one.scored) for one in pairs] == [
        ("recordingA", (Span(1, 4.5),)),
        ("recordingB", (Span(0, 10),)),
    ]
    assert notes == []


def test_speechbrain_s_rttm_is_read_without_its_speaker_infos(scoring: Path) -> None:
    folder = scoring / "speechbrain" / "tests" / "samples" / "rttm"

    ((pair,), _) = find_pairs(folder / "sys_rttm", folder / "ref_rttm")

    assert pair.recording == "ES2014c"
    assert pair.reference.turns is not None
    assert pair.hypothesis.turns is not None
    assert (len(pair.reference.turns), len(pair.hypothesis.turns)) == (801, 686)


def test_dscore_s_files_are_read(scoring: Path) -> None:
    folder = scoring / "nryant+dscore" / "scorelib" / "tests"

    ((pair,), _) = find_pairs(folder / "sys.rttm", folder / "ref.rttm")

    assert pair.recording == "FILE1"
    assert read_uem(folder / "test_load.uem") == {
        "FILE1": (Span(0, 15), Span(25, 30.4)),
        "FILE2": (Span(4.5, 13.24),),
    }


def test_nist_s_files_are_read_but_for_a_turn_that_runs_backwards(scoring: Path) -> None:
    files = sorted((scoring / "usnistgov+SCTK").rglob("*.rttm"))
    sound = [file for file in files if file.name != "md_test13.sys.rttm"]

    accounts = [account for file in sound for account in read_accounts(file)]

    assert len(sound) == len(files) - 1 > 50
    assert all(account.turns is not None for account in accounts)


def test_word_references_are_read(shared_data: Path) -> None:
    folder = shared_data / "word_align"

    pairs, _ = find_pairs(folder, folder)

    told = {one.recording: one.reference for one in pairs}
    assert told["aesop_fable"].utterances is not None
    assert told["praatio_mary"].words is not None
    assert [word.text for word in told["praatio_mary"].words] == ["mary", "rolled", "the", "barrel"]
