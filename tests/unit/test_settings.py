"""Settings come from the environment, and say so when they cannot be understood."""

import sys
from pathlib import Path

import pytest

from diascribe.errors import OptionsError
from diascribe.settings import data_folder, read_access, read_settings


def test_without_any_the_models_are_in_the_users_data_folder() -> None:
    settings = read_settings({"HOME": "/home/ada"})

    share = "Library/Application Support" if sys.platform == "darwin" else ".local/share"
    assert settings.models == Path("/home/ada") / share / "diascribe" / "models"
    assert (settings.offline, settings.token, settings.hub) == (False, None, None)


def test_each_variable_says_its_setting() -> None:
    settings = read_settings(
        {
            "DIASCRIBE_MODELS": "/opt/models",
            "DIASCRIBE_OFFLINE": "1",
            "HF_TOKEN": " a-token\n",
            "HF_ENDPOINT": "http://mirror/",
        }
    )

    assert settings.models == Path("/opt/models")
    assert settings.offline
    assert (settings.token, settings.hub) == ("a-token", "http://mirror")


@pytest.mark.parametrize(
    ("said", "offline"),
    [("", False), ("0", False), ("no", False), ("Off", False), ("TRUE", True), ("yes", True)],
)
def test_yes_and_no_are_understood(said: str, offline: bool) -> None:  # noqa: FBT001
    assert read_settings({"HOME": "/", "DIASCRIBE_OFFLINE": said}).offline == offline


def test_anything_else_is_refused() -> None:
    with pytest.raises(OptionsError, match="DIASCRIBE_OFFLINE: wanted 1 or 0, got 'perhaps'"):
        read_settings({"DIASCRIBE_OFFLINE": "perhaps"})


def test_data_lies_where_the_user_wants_it() -> None:
    assert data_folder({"XDG_DATA_HOME": "/data"}) == Path("/data/diascribe")
    assert data_folder({"XDG_DATA_HOME": "data", "HOME": "/"}) != Path("data/diascribe")


def test_a_user_without_a_home_shares_the_machines_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)

    assert data_folder({}) == Path("/var/lib/diascribe")


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(read_settings({"HOME": "/", "HF_TOKEN": "secret"}))


def test_a_password_in_the_hubs_address_is_not_shown() -> None:
    assert "secret" not in repr(read_settings({"HOME": "/", "HF_ENDPOINT": "http://a:secret@hub"}))


def test_a_tilde_is_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    assert read_settings({"DIASCRIBE_MODELS": "~/models"}).models == Path("/home/ada/models")


def test_the_home_of_nobody_is_refused() -> None:
    with pytest.raises(OptionsError, match="DIASCRIBE_MODELS: wanted a folder, got '~no"):
        read_settings({"DIASCRIBE_MODELS": "~nobody-of-that-name/models"})


def test_object_stores_are_reached_as_the_environment_says() -> None:
    access = read_settings(
        {
            "HOME": "/home/ada",
            "AWS_ENDPOINT_URL": "http://store:9000/",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "an-id",
            "AWS_SECRET_ACCESS_KEY": "a-secret",
            "AZURE_STORAGE_ACCOUNT_NAME": "calls",
        }
    ).access

    assert (access.s3_endpoint, access.s3_region) == ("http://store:9000", "eu-west-1")
    assert (access.s3_key_id, access.s3_secret) == ("an-id", "a-secret")
    assert (access.azure_account, access.azure_key) == ("calls", None)
    assert "a-secret" not in repr(access)


def test_what_is_said_for_s3_alone_goes_first() -> None:
    access = read_access(
        {
            "HOME": "/home/ada",
            "AWS_ENDPOINT_URL": "http://all",
            "AWS_ENDPOINT_URL_S3": "http://s3",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_REGION": "eu-west-2",
        }
    )

    assert (access.s3_endpoint, access.s3_region) == ("http://s3", "eu-west-2")
