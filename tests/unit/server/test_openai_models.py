"""The models that are offered: those installed, and OpenAI's names."""

from pathlib import Path

import pytest
from stored_models import stored

from diascribe.engine.shelf import NOTHING
from diascribe.errors import UnknownModelError
from diascribe.server.openai.names import THEIRS, body, find, offered
from diascribe.weights.store import Store

STANDING_IN = dict.fromkeys(THEIRS, "diascribe")


def test_without_models_the_embedded_one_answers_to_openai_s_names() -> None:
    owners = {one.id: one.owner for one in offered(NOTHING)}

    assert owners == {"pocketsphinx-en-us": "diascribe", **STANDING_IN}


def test_installed_recognizers_come_first_with_their_makers(tmp_path: Path) -> None:
    store = Store(tmp_path)
    stored(store, "small")

    first = offered(store)[0]

    assert (first.id, first.owner) == ("small", "Systran")


def test_a_model_has_the_four_fields_of_the_contract() -> None:
    listed = body(offered(NOTHING))

    assert listed["object"] == "list"
    assert listed["data"][0] == {
        "id": "pocketsphinx-en-us",
        "object": "model",
        "created": 0,
        "owned_by": "diascribe",
    }


def test_a_model_that_is_known_and_not_installed_does_not_exist() -> None:
    with pytest.raises(UnknownModelError, match="'small' does not exist"):
        find("small", offered(NOTHING))
