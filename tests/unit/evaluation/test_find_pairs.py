"""References and hypotheses meet by name, in files, in folders and in what lies in them."""

from pathlib import Path

import pytest

from diascribe.errors import InputError, SourceError, TranscriptFormatError
from diascribe.evaluation.pairing import find_pairs
from diascribe.span import Span
from diascribe.transcript import Turn


def rttm(recording: str, *turns: tuple[float, float, str]) -> str:
    return "".join(
        f"SPEAKER {recording} 1 {start} {end - start} <NA> <NA> {who} <NA> <NA>\n"
        for start, end, who in turns
    )


def write(root: Path, **files: str) -> Path:
    """Files whose names have `__` for a slash and `_` before the suffix."""
    for key, content in files.items():
        stem, _, suffix = key.replace("__", "/").rpartition("_")
        path = root / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


HI = (0, 1, "x")


def test_recordings_of_two_files_meet_by_name_in_the_reference_s_order(tmp_path: Path) -> None:
    reference = write(tmp_path, ref_rttm=rttm("b", HI) + rttm("a", HI)) / "ref.rttm"
    hypothesis = write(tmp_path, hyp_stm="a 1 x 0 1 hi\nb 1 x 0 1 ho\n") / "hyp.stm"

    pairs, notes = find_pairs(hypothesis, reference)

    assert [(one.recording, one.hypothesis.text) for one in pairs] == [("b", "ho"), ("a", "hi")]
    assert [one.scored for one in pairs] == [None, None]
    assert notes == []


def test_two_lone_recordings_meet_whatever_their_names(tmp_path: Path) -> None:
    write(tmp_path, ref_rttm=rttm("meeting", HI), hyp_rttm=rttm("x", HI))

    pairs, notes = find_pairs(tmp_path / "hyp.rttm", tmp_path / "ref.rttm")

    assert [(one.reference.recording, one.hypothesis.recording) for one in pairs] == [
        ("meeting", "x")
    ]
    places = tmp_path / "ref.rttm", tmp_path / "hyp.rttm"
    assert notes == [f"meeting (in {places[0]}) is compared with x (in {places[1]})"]


def test_files_are_named_on_both_sides_whatever_their_names(tmp_path: Path) -> None:
    write(tmp_path, w_rttm=rttm("w", HI), w5_rttm=rttm("w5", HI))

    _, notes = find_pairs(tmp_path / "w5.rttm", tmp_path / "w.rttm")

    places = tmp_path / "w.rttm", tmp_path / "w5.rttm"
    assert notes == [f"w (in {places[0]}) is compared with w5 (in {places[1]})"]


def test_a_recording_without_hypothesis_is_refused_with_all_names(tmp_path: Path) -> None:
    write(tmp_path, ref__all_rttm="".join(rttm(one, HI) for one in "abcd"))
    write(tmp_path, hyp__a_rttm=rttm("a", HI), hyp__b_rttm=rttm("audio_b", HI), hyp__e_txt="hm")

    with pytest.raises(InputError) as refused:
        find_pairs(tmp_path / "hyp", tmp_path / "ref")

    hyp, ref = tmp_path / "hyp", tmp_path / "ref"
    assert str(refused.value) == (
        f"{hyp}: wanted a hypothesis for each recording of {ref}, lacks b, c, d; "
        f"found beside those that meet: audio_b (in {hyp / 'b.rttm'}), e"
    )
    assert "manifest" in refused.value.hint


def test_where_no_hypothesis_is_left_over_none_is_named(tmp_path: Path) -> None:
    write(tmp_path, ref_rttm=rttm("a", HI) + rttm("b", HI), hyp_rttm=rttm("a", HI))

    with pytest.raises(InputError, match=r"ref\.rttm, lacks b; there are no others$"):
        find_pairs(tmp_path / "hyp.rttm", tmp_path / "ref.rttm")


def test_missing_recordings_may_be_silent(tmp_path: Path) -> None:
    write(tmp_path, ref_stm="a 1 x 0 1 hi\nb 1 x 0 1 ho\n")
    write(tmp_path, hyp_rttm=rttm("a", HI) + rttm("c", HI))

    pairs, notes = find_pairs(tmp_path / "hyp.rttm", tmp_path / "ref.stm", missing="silence")

    assert [one.recording for one in pairs] == ["a", "b", "c"]
    assert pairs[1].hypothesis.turns == ()
    assert pairs[1].hypothesis.text is None, "RTTM would not say it either"
    assert (pairs[2].reference.turns, pairs[2].reference.text) == ((), "")
    assert notes == []


def test_if_no_name_meets_missing_recordings_are_no_silence(tmp_path: Path) -> None:
    write(tmp_path, ref_rttm=rttm("a", HI) + rttm("b", HI), hyp_rttm=rttm("c", HI))

    with pytest.raises(InputError, match=r"lacks a, b; found beside those that meet: c \(in "):
        find_pairs(tmp_path / "hyp.rttm", tmp_path / "ref.rttm", missing="silence")


def test_a_hypothesis_without_reference_is_a_note(tmp_path: Path) -> None:
    write(tmp_path, ref__a_rttm=rttm("a", HI), hyp__a_rttm=rttm("a", HI), hyp__b_txt="hm")

    pairs, notes = find_pairs(tmp_path / "hyp", tmp_path / "ref")

    assert [one.recording for one in pairs] == ["a"]
    assert notes == ["left out, for want of a reference: b"]


def test_recordings_of_the_uem_that_nobody_tells_of_are_a_note(tmp_path: Path) -> None:
    write(tmp_path, ref_rttm=rttm("a", HI), hyp_rttm=rttm("a", HI), of_uem="a 1 0 1\nb 1 0 1\n")

    _, notes = find_pairs(tmp_path / "hyp.rttm", tmp_path / "ref.rttm", tmp_path / "of.uem")

    assert notes == ["in the UEM, but scored nowhere: b"]


def test_recordings_without_hypothesis_may_be_left_out(tmp_path: Path) -> None:
    write(tmp_path, ref_rttm=rttm("a", HI) + rttm("b", HI), hyp_rttm=rttm("a", HI) + rttm("c", HI))

    pairs, notes = find_pairs(tmp_path / "hyp.rttm", tmp_path / "ref.rttm", missing="leave-out")

    assert [one.recording for one in pairs] == ["a"]
    assert notes == [
        f"left out, for want of a reference: c (in {tmp_path / 'hyp.rttm'})",
        f"left out, for want of a hypothesis: b (in {tmp_path / 'ref.rttm'})",
    ]


def test_of_files_of_one_kind_that_called_like_the_recording_counts(tmp_path: Path) -> None:
    ref = write(tmp_path / "ref", **{"a_rttm": rttm("a", HI), "a.utt_rttm": rttm("a", (0, 9, "x"))})

    (pair,), notes = find_pairs(ref / "a.rttm", ref)

    assert pair.reference.turns == pair.hypothesis.turns
    left_out = (
        f"{ref / 'a.utt.rttm'} left out: another file of the kind is called like the recording"
    )
    assert notes == [left_out]


def test_files_of_one_recording_are_put_together(tmp_path: Path) -> None:
    write(
        tmp_path,
        ref__a_rttm=rttm("a", (0, 2, "anna")),
        ref__a_stm="a 1 ben 0 1 from the stm\n",
        ref__a_ctm="a 1 0 1 word\n",
        ref__a_txt="from the text",
        hyp_rttm=rttm("a", HI),
    )

    (pair,), _ = find_pairs(tmp_path / "hyp.rttm", tmp_path / "ref")

    assert pair.reference.turns == (Turn(0, 2, speaker="anna", channel=0),)
    assert pair.reference.text == "from the stm"
    assert pair.reference.words is not None
    assert [word.text for word in pair.reference.words] == ["word"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"b_rttm": rttm("a", HI), "c_rttm": rttm("a", HI)}, "who spoke when"),
        ({"b_stm": "a 1 x 0 1 hi\n", "c_stm": "a 1 x 0 1 hi\n"}, "who spoke when"),
        ({"b_ctm": "a 1 0 1 hi\n", "c_ctm": "a 1 0 1 ho\n"}, "when each word was said"),
        ({"a_txt": "hi", "a.ref_txt": "ho"}, "what was said"),
    ],
)
def test_two_files_that_say_the_same_are_refused(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    ref = write(tmp_path / "ref", **files)
    first, second = sorted(ref.iterdir())

    with pytest.raises(InputError) as refused:
        find_pairs(ref, ref)

    assert str(refused.value) == f"{first} and {second} both say {said} in 'a'"
    assert refused.value.hint == "name the files themselves, or list them in a manifest"


def test_one_name_in_several_folders_is_several_recordings(tmp_path: Path) -> None:
    for side in ("ref", "hyp"):
        write(tmp_path / side, one__e1_txt="hi", two__e1_txt="ho", two__e2_txt="hm")

    pairs, _ = find_pairs(tmp_path / "hyp", tmp_path / "ref")

    assert [(one.recording, one.title, one.hypothesis.text) for one in pairs] == [
        ("one/e1", "one", "hi"),
        ("two/e1", "two", "ho"),
        ("e2", "two", "hm"),
    ]


def test_kinds_in_folders_of_their_own_are_put_together(tmp_path: Path) -> None:
    write(tmp_path, ref__rttm__a_rttm=rttm("a", HI), ref__txt__a_txt="hi", hyp__a_txt="ho")

    (pair,), _ = find_pairs(tmp_path / "hyp", tmp_path / "ref")

    assert (pair.title, pair.reference.text) == (None, "hi")
    assert pair.reference.turns is not None


def test_other_json_in_a_folder_is_a_note_and_hidden_files_are_nothing(tmp_path: Path) -> None:
    write(tmp_path, ref__a_rttm=rttm("a", HI), hyp__a_rttm=rttm("a", HI), hyp__meta_json="{}")
    for name in (".git/b.rttm", "._a.rttm", "a.wav"):
        path = tmp_path / "hyp" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("no RTTM")

    pairs, notes = find_pairs(tmp_path / "hyp", tmp_path / "ref")

    assert len(pairs) == 1
    assert notes == [f"{tmp_path / 'hyp' / 'meta.json'} left out: other JSON"]


def test_a_folder_without_known_files_says_so(tmp_path: Path) -> None:
    (tmp_path / "ref").mkdir()

    with pytest.raises(SourceError, match=r"ref: wanted files that end in \.ctm, \.json, "):
        find_pairs(tmp_path / "ref", tmp_path / "ref")


def test_a_wrong_file_in_a_folder_is_named(tmp_path: Path) -> None:
    write(tmp_path, ref__a_rttm="hello\n")

    with pytest.raises(TranscriptFormatError, match=r"ref/a\.rttm: line 1: wanted SPEAKER"):
        find_pairs(tmp_path / "ref", tmp_path / "ref")


def test_a_uem_limits_what_is_scored(tmp_path: Path) -> None:
    text = rttm("a", HI) + rttm("b", HI)
    write(tmp_path, ref_rttm=text, all_uem="b 1 5 6\na 1 0 3\na 1 2 4\nc 1 0 1\n")

    pairs, _ = find_pairs(tmp_path / "ref.rttm", tmp_path / "ref.rttm", tmp_path / "all.uem")

    assert [one.scored for one in pairs] == [(Span(0, 4),), (Span(5, 6),)]


def test_a_lone_stretch_list_meets_a_lone_recording(tmp_path: Path) -> None:
    write(tmp_path, ref_rttm=rttm("a", HI), x_uem="whatever 1 0 3\n")

    uem = tmp_path / "x.uem"
    (pair,), notes = find_pairs(tmp_path / "ref.rttm", tmp_path / "ref.rttm", uem)

    assert pair.scored == (Span(0, 3),)
    assert notes == [f"a is limited to the stretches of whatever (in {uem})"]


def test_recordings_that_the_uem_lacks_are_refused(tmp_path: Path) -> None:
    write(tmp_path, ref_rttm=rttm("a", HI) + rttm("b", HI) + rttm("c", HI), x_uem="b 1 0 3\n")

    with pytest.raises(InputError) as refused:
        find_pairs(tmp_path / "ref.rttm", tmp_path / "ref.rttm", tmp_path / "x.uem")

    assert str(refused.value) == (
        f"{tmp_path / 'x.uem'}: wanted stretches of each recording, lacks a, c; found recordings: b"
    )


def test_what_the_reference_does_not_score_is_left_out(tmp_path: Path) -> None:
    ignored = "NOSCORE a 1 2 1 <NA> <NA> <NA> <NA> <NA>\n"
    write(tmp_path, ref_rttm=rttm("a", (0, 6, "x")) + ignored, x_uem="a 1 1 10\n")
    write(tmp_path, hyp_rttm=rttm("a", (0, 8, "x")))

    (free,), _ = find_pairs(tmp_path / "hyp.rttm", tmp_path / "ref.rttm")
    (limited,), _ = find_pairs(tmp_path / "hyp.rttm", tmp_path / "ref.rttm", tmp_path / "x.uem")

    assert free.scored == (Span(0, 2), Span(3, 8))
    assert limited.scored == (Span(1, 2), Span(3, 10))
