"""`/healthz` and `/readyz`, for whoever runs the product."""

from sqlalchemy import text

from booking_app.core.sealing import Keyring, new_sealing_key
from tests.faults.shop import Shop


def test_a_working_process_is_alive_and_ready(shop: Shop) -> None:
    assert shop.client.get("/healthz").json == {"status": "ok"}
    answer = shop.client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ok", "database": "ok", "queue": "ok", "keys": "ok"},
    )


def test_a_database_of_another_version_is_not_ready(shop: Shop) -> None:
    with shop.services.database.begin() as session:
        session.execute(text("update alembic_version set version_num = '0000'"))
    answer = shop.client.get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (503, "failing")
    assert shop.client.get("/healthz").status_code == 200


def test_keys_that_do_not_open_what_is_stored_are_not_ready(shop: Shop) -> None:
    readiness = shop.client.application.extensions["use_cases"].readiness
    readiness._keyring = Keyring([new_sealing_key()])
    answer = shop.client.get("/readyz")
    assert (answer.status_code, answer.json["keys"]) == (503, "failing")
