"""What of a recording's words is measured, and what is said where nothing can be."""

from __future__ import annotations

from dataclasses import replace

from diascribe.evaluation.account import Account, Pair
from diascribe.evaluation.figures import FIGURES
from diascribe.evaluation.text.scoring import score_text
from diascribe.formats.txt import Paragraph
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.transcript import Word

REFERENCE = (
    Utterance(0, 2, "Hello there, Ben.", "anna"),
    Utterance(2, 4, "Twenty-one [laughs] colours!", "ben"),
)
HYPOTHESIS = (Utterance(2.1, 4, "21 colors", "B"), Utterance(0.1, 2, "hello their ben", "A"))


def pair(
    reference: tuple[Utterance, ...] | None = REFERENCE,
    hypothesis: tuple[Utterance, ...] | None = HYPOTHESIS,
    *,
    language: str | None = "en",
) -> Pair:
    return Pair(
        reference=Account(recording="talk", utterances=reference),
        hypothesis=Account(recording="talk", utterances=hypothesis, language=language),
    )


def figures(told: Pair, **settings: object) -> dict[str, float | None]:
    scores, _ = score_text(told, **settings)  # type: ignore[arg-type]  # each test gives what it means
    return {name: value for one in scores for name, value in one.figures().items()}


def words(*said: tuple[float, float, str], speaker: str | None = None) -> tuple[Word, ...]:
    return tuple(
        Word(start, end, text=text, timing="aligned", speaker=speaker) for start, end, text in said
    )


def test_utterances_are_compared_in_time_order_after_the_normalizer() -> None:
    found = figures(pair())

    assert (found["wer"], found["words"]) == (1 / 6, 6)
    assert found["cpwer"] == found["tcpwer"] == 1 / 6
    assert found["wder"] == 0
    assert "start_ms_mean" not in found


def test_every_figure_is_explained() -> None:
    said = words((0, 1, "so"), (1, 2, "what"), speaker="anna")
    account = Account(recording="talk", words=said)

    found = figures(Pair(reference=account, hypothesis=account))

    assert found.keys() <= FIGURES.keys()
    assert {"wer", "cer", "cpwer", "tcpwer", "wder", "end_ms_median"} <= found.keys()


def test_the_normalizer_is_stated_and_what_lacks_is_said() -> None:
    _, notes = score_text(pair())

    assert notes == [
        "words: compared after the normalizer english, language en",
        "word times: the reference has no words with times of their own",
    ]


def test_without_speakers_only_words_are_compared() -> None:
    scores, notes = score_text(pair(hypothesis=(Utterance(0, 4, "hello there ben"),)))

    assert [type(one).__name__ for one in scores] == ["WordScore", "CharacterScore"]
    assert [note.partition(":")[0] for note in notes[1:]] == [
        "cpWER",
        "tcpWER",
        "WDER",
        "word times",
    ]


def test_one_file_without_text_is_noted_and_two_are_not() -> None:
    assert score_text(pair(hypothesis=None)) == ([], ["words: the hypothesis has no text"])
    assert score_text(pair(None, None)) == ([], [])


def test_a_recognizer_that_heard_nothing_missed_every_word() -> None:
    found = figures(pair(hypothesis=()))

    assert (found["wer"], found["cer"], found["cpwer"], found["tcpwer"]) == (1, 1, 1, 1)
    assert found["wder"] == 0


def test_plain_text_is_compared_in_the_order_of_the_files() -> None:
    later_first = tuple(reversed(REFERENCE))
    reference = Account(
        recording="talk", utterances=later_first, text=" ".join(one.text for one in later_first)
    )
    hypothesis = Account(recording="talk", text="21 colours Hello there Ben", language="en")

    found = figures(Pair(reference=reference, hypothesis=hypothesis))

    assert found["wer"] == 0
    assert "cpwer" not in found


def test_speakers_without_times_are_compared_too() -> None:
    said = (Paragraph("hello their ben", "A"), Paragraph("21 colors", "B"))
    untimed = Account(recording="talk", language="en", paragraphs=said, text="not looked at")
    told = Pair(reference=pair().reference, hypothesis=untimed)

    found = figures(told)
    _, notes = score_text(told)

    assert (found["cpwer"], found["wder"]) == (1 / 6, 0)
    assert "tcpwer" not in found
    assert "tcpWER: the hypothesis does not say who said what when" in notes


def test_only_what_has_its_middle_in_the_scored_stretches_counts() -> None:
    scored = (Span(0, 1.9), Span(10, 20))

    found = figures(pair(), scored=scored)
    _, notes = score_text(pair(), scored=scored)

    assert (found["words"], found["word_substitutions"]) == (3, 1)
    assert "words: those count whose middle, or whose utterance's, is scored" in notes


def test_text_without_times_cannot_be_scored_in_part() -> None:
    told = Pair(
        reference=Account(recording="talk", utterances=REFERENCE),
        hypothesis=Account(recording="talk", text="hello"),
    )

    assert score_text(told, scored=(Span(0, 1),)) == (
        [],
        ["words: the hypothesis has no text with times"],
    )


def test_a_language_without_blanks_is_compared_by_characters() -> None:
    told = pair(
        (Utterance(0, 2, "今日は、晴れ。", "anna"),),
        (Utterance(0, 2, "今日 わ 晴れ", "A"),),
        language="ja",
    )

    found = figures(told)
    _, notes = score_text(told)

    assert found["wer"] == found["cer"] == found["cpwer"] == found["tcpwer"] == 1 / 5
    assert "words: each character is one, since the language is written without blanks" in notes


def test_the_reference_s_language_is_believed() -> None:
    reference = Account(recording="talk", text="uh one", language="de")
    hypothesis = Account(recording="talk", text="one", language="en")

    found = figures(Pair(reference=reference, hypothesis=hypothesis))

    assert found["wer"] == 1 / 2


def test_a_word_said_late_is_wrong_only_beyond_the_collar() -> None:
    late = pair(hypothesis=tuple(one.shifted(3) for one in HYPOTHESIS))

    assert figures(late)["tcpwer"] == 1 / 6
    assert figures(late, collar_s=0.5)["tcpwer"] != 1 / 6


def test_a_number_written_in_digits_has_one_time() -> None:
    reference = Account(recording="talk", words=words((0, 1, "twenty"), (1, 2, "one")))
    hypothesis = Account(recording="talk", words=words((0, 2, "21")), language="en")

    found = figures(Pair(reference=reference, hypothesis=hypothesis))

    assert (found["wer"], found["timed_words_matched"]) == (0, 0)


WHISPERX = Account(
    recording="talk",
    utterances=(Utterance(0, 4, "Hello there, Ben. Twenty-one colours!", "A"),),
    words=(
        *words((0, 0.5, "Hello"), (0.5, 1, "there,"), (1, 2, "Ben."), speaker="A"),
        *words((2, 3, "Twenty-one"), (3, 4, "colours!"), speaker="B"),
    ),
    language="en",
)
"""One utterance of two speakers, which its words tell apart."""


def against_whisperx(account: Account) -> dict[str, float | None]:
    reference = Account(recording="talk", utterances=REFERENCE)
    return figures(Pair(reference=reference, hypothesis=account))


def test_words_say_better_than_their_utterance_who_speaks() -> None:
    found = against_whisperx(WHISPERX)

    assert (found["wder"], found["cpwer"], found["tcpwer"]) == (0, 0, 0)


def test_words_that_say_something_else_are_no_better_than_utterances() -> None:
    account = replace(WHISPERX, words=(WHISPERX.words or ())[:-1])

    found = against_whisperx(account)

    by_utterance = against_whisperx(replace(WHISPERX, words=None))
    names = ("wder", "cpwer", "tcpwer", "tcpwer_deletions")
    assert [found[one] for one in names] == [by_utterance[one] for one in names]
    assert found["wder"] == 3 / 6


def test_words_of_nobody_leave_the_utterance_its_speaker() -> None:
    nobody_s = tuple(replace(one, speaker=None) for one in WHISPERX.words or ())

    found = against_whisperx(replace(WHISPERX, words=nobody_s))

    assert (found["wder"], found["cpwer"]) == (3 / 6, 6 / 6)


def test_words_that_only_the_normalizer_tells_from_their_utterance_do_not_count() -> None:
    """At the change of speaker the words break in two what is one number: `$5 million`."""
    reference = Account(recording="talk", utterances=(Utterance(0, 2, "$5 million", "anna"),))
    account = Account(
        recording="talk",
        utterances=(Utterance(0, 2, "$5 million", "A"),),
        words=(*words((0, 1, "$5"), speaker="A"), *words((1, 2, "million"), speaker="B")),
        language="en",
    )

    found = figures(Pair(reference=reference, hypothesis=account))

    assert (found["wer"], found["cpwer"], found["wder"]) == (0, 0, 0)


def test_interpolated_words_are_not_measured_and_counted_in_a_note() -> None:
    reference = Account(recording="talk", words=words((0, 1, "so"), (1, 2, "what")))
    guessed = (*words((0, 1, "so")), Word(1.5, 3, text="what", timing="interpolated"))
    told = Pair(reference=reference, hypothesis=Account(recording="talk", words=guessed))

    _, notes = score_text(told)
    _, reversed_notes = score_text(Pair(reference=told.hypothesis, hypothesis=reference))

    found = figures(told)
    assert (found["timed_words"], found["timed_words_matched"]) == (2, 1)
    assert found["start_ms_mean"] == 0
    left_out = "left out, their times being interpolated"
    assert notes[-1] == f"word times: 1 of 2 words of the hypothesis {left_out}"
    assert reversed_notes[-1] == f"word times: 1 of 2 words of the reference {left_out}"
