"""Languages are understood however they are written, and near ones offered."""

import pytest

from diascribe.algorithms.tongues import CODES, NAMES, code_of, near
from diascribe.models.whisper.vocabulary import LANGUAGES
from diascribe.weights.catalog import CATALOG
from diascribe.weights.entry import MANY


def test_every_language_of_a_whisper_and_of_the_table_is_known() -> None:
    known = {*LANGUAGES, *(code for one in CATALOG.values() for code in one.languages)}

    assert {code for code in known - {*MANY} if code_of(code) != code} == set()


def test_every_name_leads_to_its_code() -> None:
    assert {code for code, name in NAMES.items() if CODES[name] != code} == {"jv"}  # Whisper's: jw


@pytest.mark.parametrize(
    ("given", "code"),
    [(" en ", "en"), ("EN", "en"), ("Scottish Gaelic", "gd"), ("Mandarin", "zh"), ("en-US", "en")],
)
def test_case_names_and_regions_are_understood(given: str, code: str) -> None:
    assert code_of(given) == code


@pytest.mark.parametrize("given", ["", "x", "xx", "klingon", "en,de", "12", "e n"])
def test_what_is_no_language_is_none(given: str) -> None:
    assert code_of(given) is None


def test_a_country_and_a_slip_lead_to_the_language_that_was_meant() -> None:
    assert (near("cz"), near("Portugese"), near("zzzz")) == (["cs"], ["pt"], [])
