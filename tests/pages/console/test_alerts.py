"""The screen of alerts: what is open now, and the secret that only an owner sees, when asked for."""

from booking_app.alerts.telling import alert_secret
from booking_app.alerts.watching import Watching
from booking_app.clinics.connections import connections_of, pause
from tests.pages.console.desk import Desk


def test_an_open_cause_is_shown_with_what_to_do(desk: Desk) -> None:
    assert "Nothing waits for a person." in desk.page("manager", "/console/demo/alerts").text
    with desk.services.database.begin() as session:
        (hubspot,) = connections_of(session, desk.clinic().id, "hubspot")
        pause(session, hubspot.id, "hubspot_401")
    services = desk.services
    Watching(database=services.database, clock=services.clock, kinds=services.task_kinds, ways={}).run()
    page = desk.page("manager", "/console/demo/alerts")
    assert "Nothing waits for a person." not in page.text and "HubSpot" in page.text
    assert "/console/demo/connections" in page.html.split("Open now")[1]


def test_the_secret_is_shown_to_an_owner_who_asks(desk: Desk) -> None:
    secret = alert_secret(desk.services.settings.secret_key, "demo")
    assert secret not in desk.page("owner", "/console/demo/alerts").html
    assert secret in desk.sign_in("owner").send_form("/console/demo/alerts/secret", {}, status=200).text
    assert secret not in desk.sign_in("manager").send_form("/console/demo/alerts/secret", {}, status=403).text
