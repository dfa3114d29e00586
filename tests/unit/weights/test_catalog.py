"""The table of models says of each what it takes to have it."""

import faster_whisper.utils
import pytest

from diascribe.errors import UnknownModelError
from diascribe.weights.catalog import ALIASES, CATALOG, EMBEDDED_RECOGNIZER, entry_of
from diascribe.weights.entry import MANY


def test_every_whisper_comes_from_where_faster_whisper_gets_it() -> None:
    theirs: dict[str, str] = faster_whisper.utils._MODELS

    ours = {name: one.repo for name, one in CATALOG.items() if one.family == "whisper"}
    named = ours | {alias: ours[name] for alias, name in ALIASES.items()}

    assert named == theirs


def test_whatever_can_be_pulled_says_which_files_it_needs() -> None:
    for one in CATALOG.values():
        assert bool(one.files) == (one.family != "embedded"), one.name
        assert one.licence
        assert one.purpose
        assert bool(one.repo) != bool(one.origin), one.name


def test_english_models_say_so() -> None:
    for name in ("tiny.en", "distil-large-v3.5", "distil-small.en", EMBEDDED_RECOGNIZER):
        assert CATALOG[name].languages == ("en",)
    for name in ("tiny", "large-v3", "large-v3-turbo"):
        assert CATALOG[name].languages == MANY


def test_a_language_to_be_detected_takes_a_model_of_several() -> None:
    assert CATALOG["tiny"].speaks(None)
    assert CATALOG["canary-1b-v2"].speaks(None)
    assert not CATALOG["tiny.en"].speaks(None)


@pytest.mark.parametrize(("alias", "name"), [("turbo", "large-v3-turbo"), ("large", "large-v3")])
def test_the_names_that_requests_use_are_known(alias: str, name: str) -> None:
    assert entry_of(alias, CATALOG).name == name


def test_an_unknown_name_is_told_with_those_near_it() -> None:
    with pytest.raises(UnknownModelError, match=r"^lagre-v3: no model .* near it are large-v3"):
        entry_of("lagre-v3", CATALOG)


def test_a_name_like_no_other_is_told_alone() -> None:
    with pytest.raises(UnknownModelError, match=r"^zzz: no model has that name$"):
        entry_of("zzz", CATALOG)
