"""The table of models says of each what it takes to have it."""

from pathlib import Path

import faster_whisper.utils
import onnx_asr.resolver
import pytest

from diascribe.errors import UnknownModelError
from diascribe.weights.catalog import ALIASES, CATALOG, EMBEDDED_RECOGNIZER, entry_of
from diascribe.weights.entry import MANY
from diascribe.weights.layouts import layout_of


def test_every_whisper_comes_from_where_faster_whisper_gets_it() -> None:
    theirs: dict[str, str] = faster_whisper.utils._MODELS

    ours = {name: one.repo for name, one in CATALOG.items() if one.family == "whisper"}
    named = ours | {alias: ours[name] for alias, name in ALIASES.items()}

    assert named == theirs


def test_every_onnx_model_comes_from_where_onnx_asr_gets_it() -> None:
    theirs = {*onnx_asr.resolver.model_repos.values()}

    ours = {one.repo for one in CATALOG.values() if one.family == "onnx-asr"}

    assert ours - theirs == {f"istupakov/canary-{one}-flash-onnx" for one in ("1b", "180m")}


def test_every_onnx_model_is_laid_out_as_onnx_asr_looks_for_it(tmp_path: Path) -> None:
    for one in CATALOG.values():
        if one.family == "onnx-asr":
            files = [tmp_path / one.name / name.replace("*", "x") for name in one.files]
            for file in files:
                file.parent.mkdir(exist_ok=True)
                file.write_text("{}")
            layout = layout_of(tmp_path / one.name)
            assert (layout is None) == ("parakeet" in one.name and "ctc" not in one.name), one.name


@pytest.mark.parametrize("name", ["canary-1b-v2", "canary-180m-flash-int8"])
def test_one_that_must_be_told_the_language_is_not_taken_where_nobody_knows(name: str) -> None:
    assert CATALOG[name].speaks("de")
    assert not CATALOG[name].speaks(None)


def test_whatever_can_be_pulled_says_which_files_it_needs() -> None:
    for one in CATALOG.values():
        assert bool(one.files) == (one.family != "embedded"), one.name
        assert one.licence
        assert one.purpose
        assert bool(one.repo) != bool(one.origin), one.name


def test_english_models_say_so() -> None:
    for name in ("tiny.en", "distil-large-v3.5", "distil-small.en", EMBEDDED_RECOGNIZER):
        assert CATALOG[name].languages == ("en",)
    english = {name for name, one in CATALOG.items() if one.languages == ("en",)}
    assert {name for name in CATALOG if name.endswith(".en") or "distil" in name} <= english
    for name in ("tiny", "large-v3", "large-v3-turbo"):
        assert CATALOG[name].languages == MANY


def test_a_language_to_be_detected_takes_a_model_of_several() -> None:
    assert CATALOG["tiny"].speaks(None)
    assert CATALOG["parakeet-tdt-0.6b-v3"].speaks(None)
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


def test_an_aligner_of_any_language_may_be_given() -> None:
    entry = entry_of("ctc-cy", CATALOG)

    assert (entry.name, entry.family, entry.languages) == ("ctc-cy", "ctc", ("cy",))
    assert entry.files == CATALOG["ctc-en"].files
    assert "ctc-cy" not in CATALOG


@pytest.mark.parametrize("name", ["ctc-", "ctc-welsh", "ctc-CY", "ctc-c/", "cy"])
def test_an_aligner_is_called_by_a_code_of_its_language(name: str) -> None:
    with pytest.raises(UnknownModelError):
        entry_of(name, CATALOG)
