"""Drafts: found by their token alone, and showing what was typed to nobody else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from booking_app.bookings.errors import DetailsMissing, DraftGone, SlotGone
from booking_app.bookings.models import Draft
from booking_app.bookings.typed import Typing
from booking_app.clinics.models import Clinic
from booking_app.core.tokens import hash_token
from booking_app.intake.people import Guardian
from booking_app.migrations import tables
from tests.bookings.conftest import NINE, Desk, choose, details, evidence

PAT = Typing(frozenset({"first_name"}), {"first_name": ("Pat",)})
LATER = choose(NINE + timedelta(minutes=30))


def rows(desk: Desk) -> list[Draft]:
    with desk.database.reading() as session:
        return list(session.scalars(select(Draft).order_by(Draft.id)))


class TestTheToken:
    def test_is_stored_as_a_hash(self, desk: Desk) -> None:
        token = desk.open()
        assert rows(desk)[0].token_hash == hash_token(token)
        assert token not in {str(value) for value in vars(rows(desk)[0]).values()}

    def test_nobody_guesses_is_gone(self, desk: Desk) -> None:
        with pytest.raises(DraftGone):
            desk.drafts.load(desk.clinic, "guessed")

    def test_of_another_clinic_is_refused(self, desk: Desk) -> None:
        token = desk.ready()
        other = Clinic(slug="other", name="Other Health", time_zone="Australia/Adelaide")
        with desk.database.begin() as session:
            session.add(other)
        for ask in (desk.drafts.load, desk.drafts.extend, desk.placing.status, desk.placing.confirm):
            with pytest.raises(DraftGone):
                ask(other, token)

    def test_moves_with_the_first_personal_data(self, desk: Desk) -> None:
        old = desk.open()
        new = desk.drafts.save_details(desk.clinic, old, details(), evidence(desk.clock))
        assert new != old
        shown = desk.drafts.load(desk.clinic, new)
        assert (shown.details, shown.is_personal) == (details(), True)
        assert shown.attribution == {"utm_source": "news"}
        with desk.database.reading() as session:
            assert "news" not in str(session.execute(select(Draft.__table__)).all()), "it is sealed like the rest"

    def test_that_was_left_behind_shows_choices_only(self, desk: Desk) -> None:
        old = desk.open()
        assert not desk.drafts.load(desk.clinic, old).has_moved
        new = desk.drafts.save_details(desk.clinic, old, details(), evidence(desk.clock))
        shown = desk.drafts.load(desk.clinic, old)
        assert (shown.choice, shown.details, shown.is_personal, shown.has_moved) == (choose(), None, False, True)
        assert not desk.drafts.load(desk.clinic, new).has_moved

    def test_stays_when_details_are_corrected(self, desk: Desk) -> None:
        token = desk.ready()
        again = desk.drafts.save_details(desk.clinic, token, details(first_name="Norah"), evidence(desk.clock))
        assert again == token
        shown = desk.drafts.load(desk.clinic, token).details
        assert shown is not None and shown.first_name == "Norah"


class TestTime:
    def test_thirty_idle_minutes_show_nothing(self, desk: Desk) -> None:
        token = desk.ready()
        desk.clock.advance(minutes=30, seconds=1)
        with pytest.raises(DraftGone):
            desk.drafts.load(desk.clinic, token)

    def test_looking_at_it_counts_as_activity(self, desk: Desk) -> None:
        token = desk.ready()
        for _ in range(4):
            desk.clock.advance(minutes=29)
            assert desk.drafts.load(desk.clinic, token).details == details()

    def test_choices_alone_are_kept_for_a_day(self, desk: Desk) -> None:
        token = desk.open()
        desk.clock.advance(hours=23)
        assert desk.drafts.load(desk.clinic, token).choice == choose()
        desk.clock.advance(hours=25)
        with pytest.raises(DraftGone):
            desk.drafts.load(desk.clinic, token)

    def test_what_has_become_a_booking_shows_nothing_personal(self, desk: Desk) -> None:
        token = desk.ready()
        desk.confirm(token)
        shown = desk.drafts.load(desk.clinic, token)
        assert (shown.details, shown.booking_state) == (None, "confirmed")

    def test_what_has_become_a_booking_cannot_be_changed(self, desk: Desk) -> None:
        token = desk.ready()
        desk.confirm(token)
        with pytest.raises(DraftGone):
            desk.drafts.save_details(desk.clinic, token, details(), evidence(desk.clock))
        with pytest.raises(DraftGone):
            desk.drafts.choose_slot(desk.clinic, token, LATER)


class TestAnswers:
    def test_are_kept_when_the_time_is_chosen_anew(self, desk: Desk) -> None:
        token = desk.ready()
        desk.drafts.choose_slot(desk.clinic, token, LATER)
        shown = desk.drafts.load(desk.clinic, token)
        assert (shown.choice, shown.details) == (LATER, details())

    def test_are_kept_when_the_new_time_is_gone(self, desk: Desk) -> None:
        desk.open(LATER)
        token = desk.ready()
        with pytest.raises(SlotGone):
            desk.drafts.choose_slot(desk.clinic, token, LATER)
        assert desk.drafts.load(desk.clinic, token).details == details()

    def test_are_kept_when_the_hold_was_lost_while_typing(self, desk: Desk) -> None:
        token = desk.open()
        desk.clock.advance(minutes=11)
        desk.open()
        token = desk.drafts.save_details(desk.clinic, token, details(), evidence(desk.clock))
        shown = desk.drafts.load(desk.clinic, token)
        assert (shown.details, shown.hold_ends_at) == (details(), None)

    def test_are_sealed_wherever_they_lie(self, desk: Desk, tmp_path: Path) -> None:
        """Draft, booking, proposal and task rows, the write-ahead log, and whatever SQLite left in free pages."""
        desk.book(phone="+61491570158", answers={"q": {"label": "Allergies", "type": "text", "value": "penicillin",
                                                       "options": [], "maps_to": "form"}})  # fmt: skip
        desk.work()
        with desk.database.reading() as session:
            rows = [str(row) for table in tables.metadata.sorted_tables for row in session.execute(select(table))]
        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir()) + "".join(rows).encode()
        assert b"au1:7" in stored, "what is not sealed was found, so the right places were searched"
        # A name alone is so short that sealed bytes may spell it by chance: it is looked for as it would be written.
        names = [f"{mark}{name}{mark}" for name in ("Nora", "Quill") for mark in ("'", '"')]
        for secret in (*names, "Nora Quill", "nora.quill@example.com", "1990-04-05", "61491570158", "penicillin"):
            assert secret.encode() not in stored, secret

    def test_are_said_back_exactly_when_signed_by_a_guardian(self, desk: Desk) -> None:
        typed = details(guardian=Guardian("Gus", "Quill", "+61491570157", "Father"), waiver_versions={"w": "0" * 64})
        token = desk.drafts.save_details(desk.clinic, desk.open(), typed, evidence(desk.clock))
        assert desk.drafts.load(desk.clinic, token).details == typed


class TestWhatIsTyped:
    def test_moves_the_draft_once_and_is_sealed(self, desk: Desk) -> None:
        old = desk.open()
        new = desk.drafts.keep_typed(desk.clinic, old, PAT)
        assert new != old
        assert desk.drafts.keep_typed(desk.clinic, new, PAT) == new
        assert desk.drafts.load(desk.clinic, new).typed.values == {"first_name": ("Pat",)}
        assert desk.drafts.load(desk.clinic, old).typed.values == {}
        assert b"Pat" not in (rows(desk)[1].sealed_typed or b"")

    def test_of_an_empty_form_moves_nothing(self, desk: Desk) -> None:
        token = desk.open()
        assert desk.drafts.keep_typed(desk.clinic, token, Typing(frozenset({"first_name"}), {})) == token
        assert len(rows(desk)) == 1

    def test_is_shown_for_thirty_idle_minutes_only(self, desk: Desk) -> None:
        token = desk.drafts.keep_typed(desk.clinic, desk.open(), PAT)
        desk.clock.advance(minutes=30, seconds=1)
        with pytest.raises(DraftGone):
            desk.drafts.load(desk.clinic, token)

    def test_stays_when_another_time_is_chosen(self, desk: Desk) -> None:
        token = desk.drafts.keep_typed(desk.clinic, desk.open(), PAT)
        desk.drafts.choose_slot(desk.clinic, token, LATER)
        assert desk.drafts.load(desk.clinic, token).typed.values == {"first_name": ("Pat",)}

    def test_is_not_taken_for_details(self, desk: Desk) -> None:
        token = desk.drafts.keep_typed(desk.clinic, desk.open(), PAT)
        with pytest.raises(DetailsMissing):
            desk.placing.confirm(desk.clinic, token)


class TestAProvenEmail:
    def test_moves_the_draft_to_a_new_address_with_all_its_answers(self, desk: Desk) -> None:
        token = desk.drafts.save_details(desk.clinic, desk.open(), details(), evidence(desk.clock))
        assert not desk.drafts.load(desk.clinic, token).has_proven_email
        moved = desk.drafts.prove_email(desk.clinic, token)
        draft = desk.drafts.load(desk.clinic, moved)
        assert (draft.has_proven_email, draft.details) == (True, details())
        assert draft.hold_ends_at is not None
        with pytest.raises(DraftGone):
            desk.drafts.load(desk.clinic, token)

    def test_is_proven_no_more_once_another_is_typed(self, desk: Desk) -> None:
        token = desk.drafts.save_details(desk.clinic, desk.open(), details(), evidence(desk.clock))
        moved = desk.drafts.prove_email(desk.clinic, token)
        other = replace(details(), email="another@example.com")
        moved = desk.drafts.save_details(desk.clinic, moved, other, evidence(desk.clock))
        assert not desk.drafts.load(desk.clinic, moved).has_proven_email
