"""What the packages that speak HTTP are handed: the use cases, ready to be called."""

from dataclasses import dataclass

from booking_app.accounting.use_cases import Accounting
from booking_app.bookings.blocks import Blocks
from booking_app.bookings.booking_limits import BookingLimits
from booking_app.bookings.browse import Browse
from booking_app.bookings.clinic_states import ClinicStates
from booking_app.bookings.contact_fixes import ContactFixes
from booking_app.bookings.desk_messages import DeskMessages
from booking_app.bookings.drafts import Drafts
from booking_app.bookings.held_requests import HeldRequests
from booking_app.bookings.live_people import LivePeople
from booking_app.bookings.lost_links import LostLinks
from booking_app.bookings.mail.code_mail import CodeMail
from booking_app.bookings.mail.staff_mail import StaffMail
from booking_app.bookings.managing import Managing
from booking_app.bookings.moving import Moving
from booking_app.bookings.next_booking import NextBooking
from booking_app.bookings.overview import Overview
from booking_app.bookings.patient_records.duplicates import Duplicates
from booking_app.bookings.person.personal_data import PersonalData
from booking_app.bookings.placing import Placing
from booking_app.bookings.reconciliation.reconciliation import Reconciliation
from booking_app.bookings.returning.returning import Returning
from booking_app.bookings.signed_copies import SignedCopies
from booking_app.bookings.staff_actions import StaffActions
from booking_app.bookings.statistics.insight import Insight
from booking_app.bookings.statistics.page_counts import PageCounts
from booking_app.bookings.unwanted import UnwantedBookings
from booking_app.bookings.verifying import Verifying
from booking_app.bookings.why_not.explaining import Explaining
from booking_app.clinics.accounts import StaffAccounts
from booking_app.clinics.audit import AuditLog
from booking_app.clinics.factors import Factors
from booking_app.clinics.people import People
from booking_app.clinics.practice_links import PracticeLinks
from booking_app.clinics.sign_ins import SignIns
from booking_app.clinics.staff_links import StaffLinks
from booking_app.clinics.staff_sessions import StaffSessions
from booking_app.clinics.visits import Visits
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.one_time_codes import OneTimeCodes
from booking_app.core.rate_limits.rate_limits import RateLimits
from booking_app.core.sealing import Keyring
from booking_app.core.settings import Settings
from booking_app.crm.backfill.backfill import Backfill
from booking_app.crm.sync.connecting import Connecting
from booking_app.deposits.book import DepositBook
from booking_app.deposits.comparing import Comparing
from booking_app.deposits.hearing import Hearing
from booking_app.deposits.paying import Paying
from booking_app.pages.ops.readiness import Readiness
from booking_app.setup.clinic_file.packing import Packing
from booking_app.setup.design.design import Designing
from booking_app.setup.setup import Setup
from booking_app.tasks.kinds import TaskKinds
from booking_app.tasks.listing import TaskList


@dataclass(frozen=True)
class UseCases:
    """One per process; every part is safe to share between threads."""

    settings: Settings
    database: Database
    accounting: Accounting
    clock: Clock
    keyring: Keyring
    rate_limits: RateLimits
    booking_limits: BookingLimits
    codes: OneTimeCodes
    code_mail: CodeMail
    task_kinds: TaskKinds
    task_list: TaskList
    browse: Browse
    drafts: Drafts
    returning: Returning
    next_booking: NextBooking
    placing: Placing
    paying: Paying
    hearing: Hearing
    deposit_book: DepositBook
    comparing: Comparing
    held_requests: HeldRequests
    managing: Managing
    moving: Moving
    reconciliation: Reconciliation
    backfill: Backfill
    verifying: Verifying
    signed_copies: SignedCopies
    lost_links: LostLinks
    desk_messages: DeskMessages
    connecting: Connecting
    readiness: Readiness
    page_counts: PageCounts
    explaining: Explaining
    insight: Insight
    overview: Overview
    live_people: LivePeople
    duplicates: Duplicates
    contact_fixes: ContactFixes
    visits: Visits
    staff_actions: StaffActions
    unwanted: UnwantedBookings
    blocks: Blocks
    practice_links: PracticeLinks
    packing: Packing
    people: People
    personal_data: PersonalData
    clinic_states: ClinicStates
    staff_accounts: StaffAccounts
    staff_links: StaffLinks
    staff_sessions: StaffSessions
    staff_mail: StaffMail
    factors: Factors
    audit: AuditLog
    sign_ins: SignIns
    setup: Setup
    designing: Designing
