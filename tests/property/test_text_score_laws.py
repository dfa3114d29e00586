"""Laws that scores of words must hold, for any two accounts of a recording."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from diascribe.evaluation.account import Account, Pair
from diascribe.evaluation.text.normalizers import NORMALIZERS, normalizer
from diascribe.evaluation.text.scoring import score_text
from diascribe.formats.utterances import Utterance
from diascribe.transcript import Word

WRITTEN = (
    "yes no well it's won't I'd've can't've uh mm-hmm o'clock 5 21st 1990s '90s 10:30 $2.50 1,000 "
    "hundred and 007 50% colour travelling [noise] <unk> Straße हिन्दी 今日は l\u2019été"
)

spoken = st.lists(st.sampled_from(["a", "b", "c", "21", "[noise]"]), max_size=4).map(" ".join)
anything = st.lists(st.sampled_from(WRITTEN.split()) | st.text(max_size=8), max_size=8).map(
    " ".join
)
names = st.sampled_from(["anna", "ben", "cleo"])


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """Utterances and words on a grid of seconds."""
    starts = draw(st.lists(st.integers(0, 20), max_size=5))
    utterances = tuple(
        Utterance(start, start + draw(st.integers(0, 3)), draw(spoken), draw(names))
        for start in starts
    )
    words = tuple(
        Word(one.start, one.end, text=text, timing="aligned", speaker=one.speaker)
        for one in utterances
        for text in one.text.split()[:1]
    )
    return Account(recording="talk", utterances=utterances, words=words, language="en")


def figures(reference: Account, hypothesis: Account) -> dict[str, float | None]:
    scores, _ = score_text(Pair(reference=reference, hypothesis=hypothesis), collar_s=2.03)
    return {name: value for one in scores for name, value in one.figures().items()}


def renamed(account: Account) -> Account:
    """The account with every speaker called otherwise."""
    new = {"anna": "2", "ben": "0", "cleo": "1", None: None}
    return replace(
        account,
        utterances=tuple(
            replace(one, speaker=new[one.speaker]) for one in account.utterances or ()
        ),
        words=tuple(replace(one, speaker=new[one.speaker]) for one in account.words or ()),
    )


def shifted(account: Account, offset: float) -> Account:
    return replace(
        account,
        utterances=tuple(one.shifted(offset) for one in account.utterances or ()),
        words=tuple(one.shifted(offset) for one in account.words or ()),
    )


@given(accounts())
def test_what_is_said_as_the_reference_says_it_has_no_errors(account: Account) -> None:
    found = figures(account, account)

    rates = [found.get(name, 0) for name in ("wer", "cer", "cpwer", "wder")]
    assert rates == [0, 0, 0, 0]
    assert all(not found.get(f"{edge}_ms_mean") for edge in ("start", "end"))


@given(accounts(), accounts())
def test_names_of_speakers_do_not_matter(reference: Account, hypothesis: Account) -> None:
    assert figures(reference, renamed(hypothesis)) == figures(reference, hypothesis)
    assert figures(renamed(reference), hypothesis) == figures(reference, hypothesis)


@given(accounts(), accounts(), st.integers(1, 1000))
def test_both_later_by_as_much_is_as_right(
    reference: Account, hypothesis: Account, offset: int
) -> None:
    later = figures(shifted(reference, offset), shifted(hypothesis, offset))

    assert later == figures(reference, hypothesis)


@given(accounts(), accounts())
def test_times_only_add_errors(reference: Account, hypothesis: Account) -> None:
    by_utterance = [replace(one, words=None) for one in (reference, hypothesis)]

    found = figures(*by_utterance)

    if found.get("tcpwer") is not None and found.get("cpwer") is not None:
        assert (found["tcpwer"] or 0) >= (found["cpwer"] or 0)


@given(accounts(), accounts())
def test_shares_lie_between_none_and_all(reference: Account, hypothesis: Account) -> None:
    found = figures(reference, hypothesis)

    shares = [found.get(name) for name in ("wder", "start_within_50_ms", "end_within_20_ms")]
    assert all(share is None or 0 <= share <= 1 for share in shares)


@given(st.lists(st.tuples(accounts(), accounts()), min_size=2, max_size=3))
def test_components_of_files_add_up(pairs: list[tuple[Account, Account]]) -> None:
    scored = [score_text(Pair(reference=one, hypothesis=other))[0] for one, other in pairs]
    total = scored[0][0]
    for scores in scored[1:]:
        total = total + scores[0]

    counts = [scores[0].figures() for scores in scored]
    for name in ("words", "word_hits", "word_substitutions", "word_deletions", "word_insertions"):
        assert total.figures()[name] == sum(each[name] or 0 for each in counts)


@given(anything, st.sampled_from(sorted(NORMALIZERS)))
def test_a_normalized_text_is_left_as_it_is(text: str, name: str) -> None:
    rules = normalizer(name, "en")
    once = rules.words([text])[0]

    assert rules.words([" ".join(once)])[0] == once
    assert all(word and not any(map(str.isspace, word)) for word in once)


@given(anything)
def test_case_and_punctuation_do_not_matter(text: str) -> None:
    rules = normalizer("basic", None)

    # No brackets and no letters at the text's edges: `(%` and ` %a` begin NIST's annotations.
    assert rules.words([f'" {text.upper()} !"']) == rules.words([text.upper()])
