"""Whom a key speaks for."""

from typing import Any

import pytest

from booking_app.pms.cliniko import ClinikoPractice
from booking_app.pms.cliniko.realm import realm_of


@pytest.mark.parametrize(
    ("key", "base_url", "realm"),
    [
        ("secret", None, "au1"),
        ("se-cret-UK2", None, "uk2"),
        ("secret-au4", "http://127.0.0.1:8700/v1", "127.0.0.1:8700/au4"),
        ("sandbox-demo", "http://127.0.0.1:8700/v1", "127.0.0.1:8700/none"),
    ],
)
def test_accounts_of_two_shards_or_servers_never_meet(key: str, base_url: str | None, realm: str) -> None:
    assert realm_of(key, base_url) == realm


def test_a_key_says_who_it_is_in_two_requests(cliniko: Any, practice: ClinikoPractice, records: Any) -> None:
    cliniko.on("GET", "/user", {"id": "51", "role": "administrator"})
    cliniko.on("GET", "/settings/public", records.settings())
    told = practice.whoami()
    assert (told.budget_key, told.account_key, told.user_role) == ("au2:user:51", "au2:11", "administrator")
    assert told.region == "au2"
    assert len(cliniko.requests) == 2


def test_the_key_is_never_shown(practice: ClinikoPractice) -> None:
    assert repr(practice) == "ClinikoPractice(au2)"
