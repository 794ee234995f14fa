"""Been here before: a code by mail in place of typing, over the real sandbox; and what a stranger gets out of it."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking_app.bookings.models import Draft
from booking_app.bookings.returning.known import Known
from booking_app.bookings.subject import draft_subject
from booking_app.clinics.audit import AuditEntry
from booking_app.intake.models import Waiver
from booking_app.intake.waivers import publish
from booking_app.pms.records import NewPatient
from booking_app.tasks import lookups
from tests.faults.shop import Shop
from tests.pages.shared.client import Page

KNOWN = "pat.sample@example.com"
HERE = {"REMOTE_ADDR": "192.0.2.7"}


@dataclass
class Visitor:
    """Somebody at step 4 who says to have been here before. `at` is where they are now."""

    shop: Shop
    at: str

    def press(self, label: str = "", *, status: int = 303, **typed: Any) -> Page | None:
        """Send the form on the page whose button this is; a redirect is followed, a refusal is the page returned."""
        page = self.shop.client.page(self.at)
        actions = [values["action"] for tag, values in page.tags if tag == "form"]
        action = actions[1] if label == "Send a new code" else actions[0]
        answer = self.shop.client.send(action, {"token": page.token(), **typed}, status=status, environ_overrides=HERE)
        if status != 303:
            return Page(answer.text)
        self.at = str(answer.headers["Location"])
        return None

    def page(self) -> Page:
        return self.shop.client.page(self.at)

    def work(self) -> None:
        """What a worker does for those who wait for a code."""
        with self.shop.services.database.reading() as session:
            drafts = session.scalars(select(Draft.id)).all()
        for one in drafts:
            self.shop.services.task_runner.advance(draft_subject(one))

    def code(self) -> str:
        """The newest code in the mail."""
        self.work()
        found = re.search(r"\b\d{8}\b", self.shop.sandbox.control.mails()[-1].text)
        assert found is not None, "the newest mail has no code"
        return found[0]

    def draft(self) -> Draft:
        """The row behind the address."""
        with self.shop.services.database.reading() as session:
            row = session.scalars(select(Draft).order_by(Draft.touched_at.desc(), Draft.id.desc())).first()
            assert row is not None
            return row

    def known(self) -> Known | None:
        sealed = self.draft().sealed_known
        return Known.from_json(self.shop.services.keyring.unseal_json(sealed)) if sealed else None


def at_step_4(shop: Shop, slot: int = 1) -> Visitor:
    details = shop.choose(slot)
    page = shop.client.page(details)
    assert "Been here before?" in page.text
    (link,) = [values["href"] for tag, values in page.tags if tag == "a" and values.get("href", "").endswith("/return")]
    return Visitor(shop, link)


@pytest.fixture
def patient(shop: Shop) -> Shop:
    """The clinic knows one patient, Pat Sample."""
    add_patient(shop)
    return shop


def add_patient(shop: Shop, **changes: Any) -> str:
    """What the front desk does for somebody new; returns the id of the record."""
    pat = NewPatient(
        first_name="Pat", last_name="Sample", email=KNOWN, phone="+61412345678", date_of_birth=date(1980, 3, 31),
        marker="",
    )  # fmt: skip
    return shop.services.practices.waited_for(1).create_patient(replace(pat, **changes)).cliniko_id


def test_a_code_in_place_of_seven_fields(patient: Shop) -> None:
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    asked = visitor.at
    visitor.press(code=visitor.code())
    assert visitor.at.rsplit("/d/")[1].split("/")[0] != asked.rsplit("/d/")[1].split("/")[0], "proof moves the draft"
    patient.client.page(asked, status=410)
    about = patient.client.page(visitor.at.rsplit("/details")[0] + "/details")
    assert (about.values("first_name"), about.values("last_name")) == (["Pat"], ["Sample"])
    assert about.values("phone") == ["+61 412 345 678"]
    assert [about.values(f"date_of_birth_{part}")[0] for part in ("day", "month", "year")] == ["31", "3", "1980"]


def test_whoever_came_back_is_booked_on_their_own_record_without_a_search(patient: Shop) -> None:
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    visitor.press(code=visitor.code())
    check = patient.fill(visitor.at)
    before = len(patient.sandbox.control.calls())
    assert patient.confirm(check).endswith("/done")
    patient.work()
    calls = [f"{c.method} {c.route}" for c in patient.sandbox.control.calls()[before:] if c.service == "cliniko"]
    assert "GET /v1/patients" not in calls, calls
    assert patient.tasks()["patient"].note == "known"
    assert len(patient.mine("patients")) == 1
    assert patient.booking().is_returning


@pytest.mark.parametrize("happened", ["archived", "merged"])
def test_a_record_that_is_gone_meanwhile_is_looked_for_as_ever(patient: Shop, happened: str) -> None:
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    visitor.press(code=visitor.code())
    check = patient.fill(visitor.at)
    (known,) = patient.mine("patients")
    now = patient.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    other = {"merged_at": now, "merged_with_patient_id": _another(patient)} if happened == "merged" else {}
    patient.sandbox.control.change("demo", "patients", known["id"], archived_at=now, **other)
    assert patient.confirm(check).endswith("/done")
    assert patient.tasks()["patient"].note != "known"
    assert patient.booking().cliniko_patient_id != known["id"]


def _another(shop: Shop) -> str:
    return next(row["id"] for row in shop.sandbox.control.records("demo", "patients") if row["email"] != KNOWN)


def test_a_code_mistyped_five_times_is_void(patient: Shop) -> None:
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    right = visitor.code()
    wrong = f"{(int(right) + 1) % 10**8:08}"
    said = [visitor.press(status=422, code=wrong) for _ in range(5)]
    assert all("That code isn’t right" in page.text for page in said[:4] if page)
    void = visitor.press(status=422, code=right)
    assert void is not None
    assert "That code no longer works" in void.text
    assert visitor.known() is None
    visitor.press("Send a new code")
    visitor.press(code=visitor.code())
    assert visitor.known() is not None


def test_an_expired_code_is_void(patient: Shop) -> None:
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    code = visitor.code()
    patient.clock.ahead += timedelta(minutes=11)
    assert "no longer works" in (visitor.press(status=422, code=code) or Page("")).text
    assert visitor.known() is None


def test_a_code_is_good_once_and_for_its_own_draft_and_address(patient: Shop) -> None:
    first, second = at_step_4(patient, 1), at_step_4(patient, 2)
    first.press(email=KNOWN)
    code = first.code()
    second.press(email="somebody.else@example.com")
    second.work()
    assert second.press(status=422, code=code), "a code of another address"
    used = first.at
    first.press(code=code)
    patient.client.page(used, status=410)
    again = at_step_4(patient, 3)
    again.press(email=KNOWN)
    again.work()
    assert again.press(status=422, code=code), "a code that was used"


def test_a_stranger_learns_nothing(patient: Shop) -> None:
    """The same words, addresses, statuses and requests for an address that is known and for one that is not."""
    seen = []
    for number, email in enumerate((KNOWN, "nobody.here@example.com")):
        visitor = at_step_4(patient, number + 1)
        before = len(patient.sandbox.control.calls())
        visitor.press(email=email)
        assert len(patient.sandbox.control.calls()) == before, "Cliniko is not asked while the page is waited for"
        asked = visitor.page().text.replace(email, "…")
        answers = [visitor.press(status=422, code="12345678")]
        visitor.work()
        answers += [visitor.press(status=422, code="12345678") for _ in range(6)]
        seen.append((visitor.at.rsplit("/", 2)[1:], asked, [[*page.h1, _error(page)] for page in answers if page]))
    assert seen[0] == seen[1]


def _error(page: Page) -> str:
    return next(text for text in ("That code isn’t right", "That code no longer works") if text in page.text)


def test_an_unknown_address_hears_so_by_mail_and_by_mail_alone(patient: Shop) -> None:
    visitor = at_step_4(patient)
    visitor.press(email="nobody.here@example.com")
    visitor.work()
    mail = patient.sandbox.control.mails()[-1]
    assert mail.recipients == ("nobody.here@example.com",)
    assert "has no patient with this address" in " ".join(mail.text.split())
    assert not re.search(r"\d{8}", mail.text)


def test_an_address_that_asks_too_often_is_stopped(patient: Shop) -> None:
    visitor = at_step_4(patient)
    page = visitor.page()
    address, answers = page.form_to("/return"), []
    for number in range(50):
        data = {"token": page.token(), "email": f"guess.{number}@example.com"}
        answers.append(patient.client.post(address, data=data, environ_overrides=HERE).status_code)
    assert 0 < answers.count(303) <= 10
    assert set(answers[10:]) == {429}


def test_a_lost_answer_about_a_proven_patient_wants_no_second_code(patient: Shop) -> None:
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    code = visitor.code()
    patient.sandbox.control.fault("status", service="cliniko", method="GET", path="/patients$", times=4)
    visitor.press(code=code)
    assert visitor.at.endswith("/return/who")
    assert "need another" in visitor.page().text
    patient.sandbox.control.clear_faults()
    visitor.press()
    assert "/details" in visitor.at
    assert visitor.known() is not None


def test_without_cliniko_the_code_is_sent_all_the_same(patient: Shop) -> None:
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    patient.sandbox.control.fault("status", service="cliniko", method="GET", path="/patients$", times=9)
    code = visitor.code()
    patient.sandbox.control.clear_faults()
    visitor.press(code=code)
    assert "/details" in visitor.at


def test_a_family_is_told_first_names_until_a_birth_date_is_typed(patient: Shop) -> None:
    robin = add_patient(patient, first_name="Robin", date_of_birth=date(1985, 2, 1))
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    visitor.press(code=visitor.code())
    page = visitor.page()
    assert "Robin" in page.text
    assert "Sample" not in page.text
    assert "1985" not in page.text
    refused = visitor.press(status=422, who=robin, date_of_birth="1980-03-31")
    assert refused is not None
    assert "match the clinic’s records" in refused.text
    visitor.press(who=robin, date_of_birth="1985-02-01")
    known = visitor.known()
    assert known is not None
    assert known.person is not None
    assert known.person.first_name == "Robin"


def test_birth_dates_cannot_be_guessed_at_length(patient: Shop) -> None:
    robin = add_patient(patient, first_name="Robin", date_of_birth=date(1985, 2, 1))
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    visitor.press(code=visitor.code())
    for year in range(1950, 1955):
        visitor.press(status=422, who=robin, date_of_birth=f"{year}-02-01")
    visitor.press(status=429, who=robin, date_of_birth="1985-02-01")


def test_nothing_of_the_record_is_left_once_the_draft_is_over(patient: Shop) -> None:
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    visitor.press(code=visitor.code())
    assert visitor.draft().sealed_known is not None
    patient.clock.ahead += timedelta(minutes=31)
    patient.services.purging.run()
    with patient.services.database.reading() as session:
        assert session.scalars(select(Draft.id).where(Draft.sealed_known.is_not(None))).all() == []


def test_a_code_that_nobody_waits_for_is_not_sent(patient: Shop) -> None:
    visitor = at_step_4(patient)
    visitor.press(email=KNOWN)
    mails = len(patient.sandbox.control.mails())
    patient.clock.ahead += timedelta(minutes=11)
    visitor.work()
    assert len(patient.sandbox.control.mails()) == mails
    with patient.services.database.reading() as session:
        (task,) = lookups.tasks_of(session, draft_subject(visitor.draft().id))
    assert (task.state, task.note) == ("done", "nobody_waits_any_more")


TREATMENT = "Consent to assessment and treatment"


@pytest.fixture
def regular(shop: Shop) -> Shop:
    """Pat Sample has booked online before: signed, answered and agreed."""
    shop.book()
    shop.work()
    return shop


def prove(shop: Shop, slot: int = 1) -> Visitor:
    visitor = at_step_4(shop, slot)
    visitor.press(email=KNOWN)
    visitor.press(code=visitor.code())
    return visitor


def test_a_regular_answers_what_is_asked_every_time_and_signs_nothing(regular: Shop) -> None:
    visitor = prove(regular)
    assert visitor.at.endswith("/details/questions")
    page = visitor.page()
    assert page.values("answer_emergency_contact") == ["Kim Sample 0412 000 111"], "an answer that may stand"
    answer = regular.client.send(
        page.form_to("/details/questions"),
        {"token": page.token(), "answer_reason": "Still sore", "answer_emergency_contact": "Kim Sample 0412 000 111"},
    )
    check = str(answer.headers["Location"])
    assert check.endswith("/check")
    shown = regular.client.page(check).text
    assert all(text in shown for text in ("Pat Sample", "31 March 1980", KNOWN, "Kim Sample", "Agreed on"))
    assert regular.confirm(check).endswith("/done")
    regular.work()
    form = regular.mine("patient_forms")[-1]
    sections = {one["name"]: one for one in form["content"]["sections"]}
    assert [one["name"] for one in sections["Kept from an earlier visit"]["questions"]] == ["Emergency contact"]
    assert TREATMENT in [one["name"] for one in sections["Agreed to at an earlier visit"]["questions"]]
    assert TREATMENT not in sections
    assert "document" not in regular.tasks(), "nothing was signed, so there is no document"


def test_what_was_kept_once_is_as_old_as_when_it_was_given(regular: Shop) -> None:
    """Each visit may keep an answer, and yet it is asked for again when its days are over."""
    for days in (200, 200):
        visitor = prove(regular, 2)
        check = regular.fill(visitor.at)
        regular.confirm(check)
        regular.work()
        regular.clock.ahead += timedelta(days=days)
        regular.sandbox.control.advance(days=days)
    visitor = prove(regular, 3)
    assert visitor.page().values("answer_emergency_contact") == [""]


def test_a_text_that_changed_is_signed_again_and_the_others_are_not(regular: Shop) -> None:
    with regular.services.database.begin() as session:
        waiver = session.scalars(select(Waiver).where(Waiver.key == "consent")).one()
        publish(session, waiver, "Something new.", field_keys=(), now=regular.clock.now())
    visitor = prove(regular)
    check = regular.fill(visitor.at)
    assert regular.confirm(check).endswith("/done")
    regular.work()
    sections = [one["name"] for one in regular.mine("patient_forms")[-1]["content"]["sections"]]
    assert TREATMENT in sections
    assert "document" in regular.tasks()


def test_somebody_else_with_a_proven_code_signs_for_themselves(regular: Shop) -> None:
    visitor = prove(regular)
    about = visitor.at.rsplit("/details")[0] + "/details"
    page = regular.client.page(about)
    other = regular.answers(page, first_name="Robin", date_of_birth="1990-01-01")
    names = ("token", "first_name", "last_name", "email", "phone", "date_of_birth")
    regular.client.send(page.form_to("/details"), {name: other[name] for name in names})
    check = regular.fill(about, first_name="Robin", date_of_birth="1990-01-01", sign_name="Robin Sample")
    assert "Agreed on" not in regular.client.page(check).text
    assert regular.confirm(check).endswith("/done")
    regular.work()
    assert regular.tasks()["patient"].note == "created"
    assert "document" in regular.tasks()


def correct(shop: Shop, **typed: str) -> str:
    """Come back, type over what is known, and go to the summary."""
    visitor = prove(shop)
    about = visitor.at.rsplit("/details")[0] + "/details"
    page = shop.client.page(about)
    names = ("first_name", "last_name", "email", "phone")
    known = {name: page.values(name)[0] for name in names} | {"date_of_birth": "1980-03-31"}
    answer = shop.client.send(page.form_to("/details"), {"token": page.token(), **known, **typed})
    return shop.fill(str(answer.headers["Location"]), **known | typed)


def audited(shop: Shop) -> list[AuditEntry]:
    with shop.services.database.reading() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.patient_corrected")))


def test_a_proven_patient_corrects_the_phone_and_nothing_else(regular: Shop) -> None:
    (before,) = regular.mine("patients")
    numbers = [{"phone_type": "Mobile", "number": "0412 345 678"}, {"phone_type": "Home", "number": "08 8123 4567"}]
    regular.sandbox.control.change("demo", "patients", before["id"], patient_phone_numbers=numbers)
    assert regular.confirm(correct(regular, phone="0491 570 157")).endswith("/done")
    regular.work()
    (after,) = regular.mine("patients")
    assert [one["number"] for one in after["patient_phone_numbers"]] == ["+61491570157", "08 8123 4567"]
    same = ("first_name", "last_name", "email", "date_of_birth", "old_reference_id", "emergency_contact")
    assert {name: after.get(name) for name in same} == {name: before.get(name) for name in same}
    (line,) = audited(regular)
    assert line.after == {"booking": regular.booking().reference, "changed": "phone"}
    assert regular.tasks()["correction"].note == "phone"


def test_a_correction_whose_answer_was_lost_is_not_sent_twice(regular: Shop) -> None:
    check = correct(regular, phone="0491 570 157")
    lost = {"service": "cliniko", "method": "PATCH", "path": "/patients/[0-9]+$"}
    regular.sandbox.control.fault("drop_after", **lost)
    regular.confirm(check)
    regular.work(rounds=30, seconds=10)
    (after,) = regular.mine("patients")
    assert [one["number"] for one in after["patient_phone_numbers"]] == ["+61491570157"]
    assert cliniko_calls(regular).count("PATCH /v1/patients/{id}") <= 1
    assert regular.tasks()["correction"].state == "done"


def test_whoever_has_not_proven_to_be_the_patient_corrects_nothing(regular: Shop) -> None:
    regular.confirm(regular.fill(regular.choose(1), phone="0491 570 157"))
    regular.work()
    assert "correction" not in regular.tasks()
    (after,) = regular.mine("patients")
    assert [one["number"] for one in after["patient_phone_numbers"]] == ["+61412345678"]


MOST_PRESSES = 6
MOST_CALLS_TO_RECALL = 3  # who has the address, for the mail; the same for the page; the forms
MOST_CALLS_TO_CONFIRM = 4  # the time, the record, the appointment, its conflicts


def link_to(page: Page, part: str) -> str:
    return next(values["href"] for tag, values in page.tags if tag == "a" and part in values.get("href", ""))


def cliniko_calls(shop: Shop) -> list[str]:
    return [f"{call.method} {call.route}" for call in shop.sandbox.control.calls() if call.service == "cliniko"]


def test_a_regular_books_in_six_presses_one_code_and_few_calls(regular: Shop) -> None:
    """As docs/patient-journey.md counts it: from the first page, with category and service to choose."""
    presses, typed = [], ["email", "code"]
    address = link_to(regular.client.page("/b/demo"), "/services?")
    presses.append("category")
    link_to(regular.client.page(address), "/times?")
    presses.append("service")
    visitor = at_step_4(regular)
    presses += ["time", "Continue"]
    before = len(cliniko_calls(regular))
    visitor.press(email=KNOWN)
    visitor.press(code=visitor.code())
    recalled = cliniko_calls(regular)[before:]
    assert len(recalled) <= MOST_CALLS_TO_RECALL, recalled
    while not visitor.at.endswith("/check"):
        page = visitor.page()
        asked = {name: value for name, value in regular.answers(page).items() if name in _empty(page)}
        typed += asked
        kept = {name: page.values(name)[0] for name in ("answer_emergency_contact",) if page.values(name)}
        action = page.form_to(visitor.at)
        answer = regular.client.send(action, {"token": page.token(), **kept, **asked})
        visitor.at = str(answer.headers["Location"])
        presses.append("Continue")
    before = len(cliniko_calls(regular))
    page = visitor.page()
    regular.client.send(page.form_to("/confirm"), {"token": page.token()})
    presses.append("Confirm booking")
    assert regular.booking().state == "confirmed"
    confirmed = cliniko_calls(regular)[before:]
    assert len(confirmed) <= MOST_CALLS_TO_CONFIRM, confirmed
    assert len(presses) <= MOST_PRESSES, presses
    assert typed == ["email", "code", "answer_reason"], "the one question that is asked every time"


def _empty(page: Page) -> set[str]:
    """The boxes in which nothing stands."""
    boxes = {values.get("name", "") for tag, values in page.tags if tag in ("input", "textarea")}
    return {name for name in boxes if not any(page.values(name))}
