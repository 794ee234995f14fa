"""Faults: whom they meet, how often, and that dropping really closes the connection."""

import socket

import httpx
import pytest

from booking_sandbox.server import SandboxServer

from .conftest import Clinic, linked

PATIENT = {"first_name": "Robin", "last_name": "Sample"}


def count(clinic: Clinic) -> int:
    return int(clinic.api.get("/patients").json()["total_entries"])


def test_a_status_fault_answers_in_place_of_the_service_and_only_as_often_as_it_was_told(clinic: Clinic) -> None:
    before = count(clinic)
    clinic.control.fault("status", method="POST", path=r"^/v1/patients$", status=502, times=2)
    answers = [clinic.api.post("/patients", json=PATIENT) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [502, 502, 201]
    assert answers[0].headers["Content-Type"].startswith("text/html")
    assert count(clinic) == before + 1


def test_a_status_fault_after_the_commit_hides_that_it_worked(clinic: Clinic) -> None:
    before = count(clinic)
    clinic.control.fault("status", method="POST", status=504, after_commit=True)
    assert clinic.api.post("/patients", json=PATIENT).status_code == 504
    assert count(clinic) == before + 1


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_call_ends_without_an_answer(clinic: Clinic, kind: str, made: int) -> None:
    before = count(clinic)
    clinic.control.fault(kind, method="POST")
    with pytest.raises(httpx.RemoteProtocolError):
        clinic.api.post("/patients", json=PATIENT)
    assert count(clinic) == before + made
    assert clinic.control.calls(account="demo")[-2].status is None


def test_a_dropped_call_closes_the_socket_without_a_byte(sandbox: SandboxServer) -> None:
    sandbox.control.fault("drop_before")
    host, port = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=2) as connection:
        connection.sendall(b"GET /v1/user HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(100) == b""


@pytest.mark.parametrize("body", ["html", "garbage", "truncated", "empty"])
def test_a_malformed_answer_is_no_json_although_the_work_was_done(clinic: Clinic, body: str) -> None:
    before = count(clinic)
    clinic.control.fault("malformed", method="POST", body=body)
    answer = clinic.api.post("/patients", json=PATIENT)
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert count(clinic) == before + 1


def test_a_delay_adds_up_with_another_fault(clinic: Clinic) -> None:
    clinic.control.fault("delay", seconds=0.05)
    clinic.control.fault("status", status=500, body="json")
    answer = clinic.api.get("/user")
    assert answer.json() == {"status": "500", "error": "Simulated fault"}
    call = clinic.control.calls(account="demo")[-1]
    assert call.milliseconds >= 50
    assert call.fault == "delay, status"


def test_a_delayed_call_does_not_hold_up_the_others(sandbox: SandboxServer, clinic: Clinic) -> None:
    clinic.control.fault("delay", path="/user$", seconds=5)
    with pytest.raises(httpx.ReadTimeout):
        clinic.api.get("/user", timeout=0.05)
    assert httpx.get(f"{sandbox.cliniko_url}/users", auth=(sandbox.key("demo"), ""), timeout=2).status_code == 200


def test_a_rate_limit_is_told_in_the_words_of_each_service(clinic: Clinic, hubspot: httpx.Client) -> None:
    clinic.control.fault("rate_limit", seconds=30, times=None)
    cliniko = clinic.api.get("/user")
    assert cliniko.status_code == 429
    assert int(cliniko.headers["X-RateLimit-Reset"]) > 1_700_000_000
    answer = hubspot.get("/crm/objects/2026-09/contacts")
    assert (answer.status_code, answer.json()["policyName"]) == (429, "TEN_SECONDLY_ROLLING")
    assert answer.headers["Retry-After"] == "30"


def test_a_rule_meets_only_its_service_account_method_and_path(sandbox: SandboxServer, clinic: Clinic) -> None:
    control = clinic.control
    control.fault("status", service="hubspot", times=None)
    control.fault("status", account="northside", times=None)
    control.fault("status", method="POST", path="/never", times=None)
    assert clinic.api.get("/user").status_code == 200
    other = httpx.get(f"{sandbox.cliniko_url}/user", auth=(sandbox.key("northside"), ""))
    assert other.status_code == 500


def test_a_probability_is_the_same_for_the_same_seed(clinic: Clinic) -> None:
    runs = []
    for _ in range(2):
        clinic.control.clear_faults()
        clinic.control.fault("status", times=None, probability=0.5, seed=3)
        runs.append([clinic.api.get("/user").status_code for _ in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


def test_faults_are_set_listed_and_cleared_over_http_on_both_ports(sandbox: SandboxServer, clinic: Clinic) -> None:
    rule = {"match": {"method": "GET", "path": "/user$"}, "fault": {"kind": "status", "status": 503}, "times": 1}
    for base in (sandbox.control_url, f"{sandbox.url}/control"):
        made = httpx.post(f"{base}/faults", json=rule).json()["id"]
        assert httpx.get(f"{base}/faults").json()["faults"][-1]["match"] == rule["match"]
        assert clinic.api.get("/user").status_code == 503
        assert httpx.get(f"{base}/faults").json()["faults"][-1]["met"] == 1
        assert httpx.delete(f"{base}/faults/{made}").json() == {"ok": True}
    assert httpx.get(f"{sandbox.control_url}/faults").json() == {"faults": []}
    wrong = httpx.post(f"{sandbox.control_url}/faults", json={"fault": {"kind": "earthquake"}})
    assert wrong.status_code == 400


def test_the_control_port_has_nothing_but_the_switches(sandbox: SandboxServer) -> None:
    base = sandbox.control_url.removesuffix("/control")
    assert base != sandbox.url
    assert httpx.get(f"{base}/v1/user", auth=(sandbox.key("demo"), "")).status_code == 404
    assert httpx.get(f"{sandbox.control_url}/").json()["routes"]


def test_a_fault_on_the_file_store_leaves_cliniko_alone(clinic: Clinic) -> None:
    clinic.control.fault("status", service="s3", status=503, times=None)
    path = f"/patients/{clinic.add_patient()}/attachment_presigned_post"
    post = clinic.api.get(path).json()
    answer = httpx.post(post["url"], data=post["fields"], files={"file": ("x", b"x", "text/plain")})
    assert answer.status_code == 503
    assert linked(clinic.api.get("/patient_attachments"), "patient_attachments") == []
