import pytest

from booking_app.pms.client import ClinikoForeignLink, ClinikoUnreadable
from booking_app.pms.client.addresses import checked_storage_url, followed, path_of, with_query

BASE = "https://api.au1.cliniko.com/v1"
PAGE = BASE + "/patients?page=1"


@pytest.mark.parametrize("bad", ["", ".", "..", "1/2", "1?x=1", "1#", "a b", "ü", "1" * 65, "%2e%2e", "1\n"])
def test_what_cannot_be_an_id_never_reaches_an_address(bad):
    """An empty id would turn one patient into all of them."""
    with pytest.raises(ValueError, match="patient_id is not a Cliniko id"):
        path_of("/patients/{patient_id}", {"patient_id": bad})


def test_a_query_is_encoded_throughout():
    assert with_query(BASE, [("q[]", "last_name:=Van Dyk")]) == BASE + "?q%5B%5D=last_name%3A%3DVan%20Dyk"
    query = [("q[]", "email:=jo+x@example.com"), ("q[]", "starts_at:>=2026-11-24T00:00:00Z")]
    assert with_query(BASE + "/patients", query) == (
        BASE + "/patients?q%5B%5D=email%3A%3Djo%2Bx%40example.com&q%5B%5D=starts_at%3A%3E%3D2026-11-24T00%3A00%3A00Z"
    )


@pytest.mark.parametrize(
    ("link", "target"),
    [
        (BASE + "/patients?page=2", BASE + "/patients?page=2"),
        ("https://API.au1.cliniko.com:443/v1/patients?page=2", "https://API.au1.cliniko.com:443/v1/patients?page=2"),
        ("/v1/patients?page=2", BASE + "/patients?page=2"),
        ("?page=2", BASE + "/patients?page=2"),
        ("patients?q%5B%5D=id%3A%3D1&page=2", BASE + "/patients?q%5B%5D=id%3A%3D1&page=2"),
    ],
)
def test_a_link_may_be_absolute_or_relative(link, target):
    """The documents show both."""
    assert followed(link, page_url=PAGE, base_url=BASE) == target


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1/patients",
        "http://api.au1.cliniko.com/v1/patients",
        "https://api.au2.cliniko.com/v1/patients",
        "https://api.au1.cliniko.com:8443/v1/patients",
        "https://api.au1.cliniko.com.evil.example/v1/patients",
        "https://api.au1.cliniko.com@evil.example/v1/patients",
        "https://user:pw@api.au1.cliniko.com/v1/patients",
        "//evil.example/v1/patients",
        "/v2/patients",
        "/v1evil/patients",
        "/v1/../admin",
        "https://api.au1.cliniko.com/v1/%2e%2e/admin",
        "https://[bad/v1",
        "https://api.au1.cliniko.com:port/v1/patients",
        "javascript:alert(1)",
    ],
)
def test_a_link_out_of_the_api_is_not_followed(link):
    """The key travels with every request, so a link must not choose who receives it."""
    with pytest.raises(ClinikoForeignLink):
        followed(link, page_url=PAGE, base_url=BASE)


LOCAL = "http://127.0.0.1:8700/v1"


@pytest.mark.parametrize(
    ("url", "base_url"),
    [
        ("https://bucket.s3.amazonaws.com", BASE),
        ("https://bucket.s3.amazonaws.com/", LOCAL),
        ("http://127.0.0.1:8700/s3", LOCAL),
        ("http://localhost:9000/bucket", LOCAL),
        ("http://[::1]:9000/bucket", LOCAL),
        ("http://cliniko:8700/s3", "http://cliniko:8700/v1"),
    ],
)
def test_a_file_store_is_reached_over_https_or_beside_a_local_api(url, base_url):
    assert checked_storage_url(url, base_url=base_url) == url


@pytest.mark.parametrize(
    ("url", "base_url"),
    [
        ("http://bucket.s3.amazonaws.com", BASE),
        ("http://127.0.0.1:8700/s3", BASE),
        ("http://bucket.s3.amazonaws.com", LOCAL),
        ("ftp://127.0.0.1/s3", LOCAL),
        ("https://user:pw@bucket.s3.amazonaws.com", BASE),
        ("bucket.s3.amazonaws.com", BASE),
        ("https://[bad", BASE),
        ("", LOCAL),
    ],
)
def test_an_unsafe_file_store_is_refused(url, base_url):
    with pytest.raises(ClinikoUnreadable):
        checked_storage_url(url, base_url=base_url)
