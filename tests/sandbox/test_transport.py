"""Who is let in, how often, and what answers when the address is wrong."""

import httpx
import pytest

from booking_sandbox.server import SandboxServer

from .conftest import Clinic


def test_a_key_works_with_and_without_its_shard_and_with_an_empty_password(sandbox: SandboxServer) -> None:
    for key in ("MS0xMjM0-sandbox-au1", "MS0xMjM0-sandbox"):
        answer = httpx.get(f"{sandbox.cliniko_url}/user", auth=(key, ""))
        assert answer.json()["role"] == "administrator"


@pytest.mark.parametrize("key", ["nonsense", "MS0xMjM0-sandbox-uk1", ""])
def test_a_bad_key_and_a_wrong_shard_get_the_same_text_without_a_hint(sandbox: SandboxServer, key: str) -> None:
    answer = httpx.get(f"{sandbox.cliniko_url}/user", auth=(key, ""))
    assert (answer.status_code, answer.text.strip()) == (401, "HTTP Basic: Access denied.")
    assert "json" not in answer.headers["Content-Type"]


def test_a_receptionists_key_reads_public_settings_but_not_all_settings(sandbox: SandboxServer) -> None:
    auth = ("MS0xMjM0-reception-au1", "")
    assert httpx.get(f"{sandbox.cliniko_url}/settings/public", auth=auth).status_code == 200
    assert httpx.get(f"{sandbox.cliniko_url}/settings", auth=auth).status_code == 403


def test_an_administrators_key_reads_all_settings(api: httpx.Client) -> None:
    assert "compliance" in api.get("/settings").json()["account"]


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("POST", "/user"), ("DELETE", "/settings/public")])
def test_an_address_without_a_route_is_a_web_page_not_json(api: httpx.Client, method: str, path: str) -> None:
    answer = api.request(method, path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_an_unknown_record_is_a_json_404(api: httpx.Client) -> None:
    answer = api.get("/patients/1")
    assert (answer.status_code, answer.json()) == (404, {"status": "404", "error": "Not Found"})


def test_call_201_of_a_minute_is_refused_with_the_second_it_may_come_again(sandbox: SandboxServer) -> None:
    sandbox.control.set_knob(rate_limit_per_minute=3)
    first, second = (httpx.Client(auth=(f"MS0xMjM0-{name}-au1", "")) for name in ("sandbox", "second"))
    with first, second:
        for _ in range(3):
            assert first.get(f"{sandbox.cliniko_url}/user").status_code == 200
        # The limit is the user's: another key of the same owner is over it as well.
        answer = second.get(f"{sandbox.cliniko_url}/user")
    assert answer.status_code == 429
    assert answer.headers["X-RateLimit-Reset"].isdigit()
    assert httpx.get(f"{sandbox.cliniko_url}/user", auth=("MS0xMjM0-reception-au1", "")).status_code == 200


def test_the_limit_is_200_a_minute_unless_it_is_changed(sandbox: SandboxServer) -> None:
    assert sandbox.control.knobs()["rate_limit_per_minute"] == 200


def test_strict_mode_wants_a_user_agent_with_a_contact(sandbox: SandboxServer, api: httpx.Client) -> None:
    assert api.get("/user", headers={"User-Agent": "x"}).status_code == 200
    sandbox.control.set_knob(strict_user_agent=True)
    assert api.get("/user", headers={"User-Agent": "x"}).status_code == 403
    assert api.get("/user", headers={"User-Agent": "Booking App (us@example.com)"}).status_code == 200


def test_a_body_without_a_json_content_type_is_not_read(api: httpx.Client) -> None:
    content = b'{"first_name": "Robin", "last_name": "Sample"}'
    answer = api.post("/patients", content=content, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"first_name": "can’t be blank", "last_name": "can’t be blank"}


def test_form_encoded_phone_numbers_break_the_server(api: httpx.Client) -> None:
    answer = api.post("/patients", data={"first_name": "A", "patient_phone_numbers[][number]": "0491 570 156"})
    assert answer.status_code == 500


def test_a_404_may_have_no_body_at_all(sandbox: SandboxServer, api: httpx.Client) -> None:
    sandbox.control.set_knob(not_found_body="empty")
    assert (api.get("/patients/1").status_code, api.get("/patients/1").content) == (404, b"")


def test_the_accounts_zone_may_stand_in_the_settings(sandbox: SandboxServer, api: httpx.Client) -> None:
    assert "time_zone" not in api.get("/settings/public").json()["account"]
    sandbox.control.set_knob(account_time_zone_in_settings=True)
    assert api.get("/settings/public").json()["account"]["time_zone"] == "Adelaide"


def test_json_that_cannot_be_read_is_a_400(api: httpx.Client) -> None:
    answer = api.post("/patients", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_every_answer_has_a_request_id(api: httpx.Client) -> None:
    assert api.get("/user").headers["X-Request-Id"]


def test_a_connection_is_kept_and_used_again(clinic: Clinic) -> None:
    streams = [clinic.api.get("/user").extensions["network_stream"].get_extra_info("client_addr") for _ in range(3)]
    assert len(set(streams)) == 1


def test_the_accounts_do_not_see_each_other(sandbox: SandboxServer, clinic: Clinic) -> None:
    patient_id = clinic.add_patient()
    other = httpx.get(f"{sandbox.cliniko_url}/patients/{patient_id}", auth=(sandbox.key("northside"), ""))
    assert other.status_code == 404
