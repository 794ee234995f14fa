import pytest

from booking_app.pms.client import ClinikoMisconfigured, base_url_of, shard_of


@pytest.mark.parametrize(
    ("key", "shard"),
    [
        ("plainkeywithoutanything", "au1"),
        ("abc-uk2", "uk2"),
        ("ab-cd-ef-CA1", "ca1"),
        ("  abc-au5\n", "au5"),
        ("abc-us12", "us12"),
    ],
)
def test_the_shard_stands_after_the_last_hyphen_and_is_au1_without_one(key, shard):
    """Cliniko's guide on authentication."""
    assert shard_of(key) == shard
    assert base_url_of(key) == f"https://api.{shard}.cliniko.com/v1"


@pytest.mark.parametrize(
    "key",
    [
        "abc-evil.example.com/",
        "abc-au1.evil",
        "abc-",
        "abc-au",
        "abc-au123",
        "abc-1au",
        "abc-au1/../x",
        "abc-au1@evil",
        "abc-a\u04431",
    ],
)
def test_an_ending_that_is_no_shard_never_becomes_part_of_a_host_name(key):
    with pytest.raises(ClinikoMisconfigured):
        base_url_of(key)


@pytest.mark.parametrize("key", ["", "   ", "with blank-au1", "colon:in-au1", "line\nbreak-au1", "ümlaut-au1"])
def test_a_text_that_cannot_be_a_key_is_refused_without_repeating_it(make_client, key):
    with pytest.raises(ClinikoMisconfigured) as caught:
        make_client(api_key=key)
    assert not key.strip() or key.strip() not in str(caught.value)


def test_an_explicit_base_url_replaces_the_one_of_the_key(make_client):
    client = make_client(api_key="any-thing", base_url="http://127.0.0.1:8700/v1/")
    assert client.base_url == "http://127.0.0.1:8700/v1"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/v1",
        "127.0.0.1:8700",
        "https://user:pw@host/v1",
        "https://host/v1?x=1",
        "https:///v1",
        "http://[::1/v1",
    ],
)
def test_a_base_url_that_is_no_plain_address_is_refused(make_client, url):
    with pytest.raises(ClinikoMisconfigured):
        make_client(base_url=url)


@pytest.mark.parametrize(
    "contact",
    [
        {"contact_email": ""},
        {"contact_email": "nobody"},
        {"app_name": "a\r\nX: y"},
        {"app_name": "Bäder"},
        {"app_name": "x" * 101},
    ],
)
def test_a_contact_that_cannot_stand_in_the_user_agent_is_refused(make_client, contact):
    with pytest.raises(ClinikoMisconfigured):
        make_client(**contact)
