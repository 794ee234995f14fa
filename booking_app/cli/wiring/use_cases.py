"""The use cases for the packages that speak HTTP, made of the services."""

from booking_app.bookings.blocks import Blocks, DomainMarks
from booking_app.bookings.booking_limits import BookingLimits
from booking_app.bookings.clinic_states import ClinicStates
from booking_app.bookings.contact_fixes import ContactFixes
from booking_app.bookings.desk_messages import DeskMessages
from booking_app.bookings.document_facts import DocumentFactsMaker
from booking_app.bookings.drafts import Drafts
from booking_app.bookings.live_people import LivePeople
from booking_app.bookings.lost_links import LostLinks
from booking_app.bookings.mail.code_mail import CodeMail
from booking_app.bookings.mail.staff_mail import StaffMail
from booking_app.bookings.managing import Managing
from booking_app.bookings.moving import Moving
from booking_app.bookings.next_booking import NextBooking
from booking_app.bookings.overview import Overview
from booking_app.bookings.patient_records.duplicates import Duplicates
from booking_app.bookings.returning.returning import Returning
from booking_app.bookings.signed_copies import SignedCopies
from booking_app.bookings.staff_actions import StaffActions
from booking_app.bookings.statistics.insight import Insight
from booking_app.bookings.unwanted import UnwantedBookings
from booking_app.bookings.verifying import Verifying
from booking_app.bookings.why_not.explaining import Explaining
from booking_app.cli.wiring.person import build_personal_data
from booking_app.cli.wiring.services import Services
from booking_app.clinics.accounts import StaffAccounts
from booking_app.clinics.audit import AuditLog
from booking_app.clinics.factors import Factors
from booking_app.clinics.people import People
from booking_app.clinics.practice_links import PracticeLinks
from booking_app.clinics.sign_ins import SignIns
from booking_app.clinics.staff_links import StaffLinks
from booking_app.clinics.staff_sessions import StaffSessions
from booking_app.clinics.visits import Visits
from booking_app.core.mail import open_postbox
from booking_app.core.recent import RecentReads
from booking_app.deposits.book import DepositBook
from booking_app.deposits.hearing import Hearing
from booking_app.deposits.paying import Paying
from booking_app.migrations.upgrade import current_revision, newest_revision
from booking_app.pages.ops.readiness import Readiness
from booking_app.pages.use_cases import UseCases
from booking_app.setup.clinic_file.packing import Packing
from booking_app.setup.clinics import NewClinics
from booking_app.setup.crm import CrmConnections
from booking_app.setup.deposits import DepositMethods
from booking_app.setup.design.branding import BrandingDesign
from booking_app.setup.design.design import Designing
from booking_app.setup.design.evidence import Evidence
from booking_app.setup.design.questions import QuestionDesign
from booking_app.setup.design.samples import WaiverSamples
from booking_app.setup.design.services import ServiceDesign
from booking_app.setup.design.waivers import WaiverDesign
from booking_app.setup.key import ClinikoKeys
from booking_app.setup.progress import Progress
from booking_app.setup.settings import ClinicSettings
from booking_app.setup.setup import Setup
from booking_app.tasks.listing import TaskList


def build_use_cases(services: Services) -> UseCases:
    """The use cases for the pages: a line for each, however many there are."""
    drafts = Drafts(database=services.database, keyring=services.keyring, clock=services.clock)
    paying = _paying(services, drafts)
    return UseCases(
        settings=services.settings,
        database=services.database,
        clock=services.clock,
        keyring=services.keyring,
        rate_limits=services.rate_limits,
        booking_limits=BookingLimits(services.rate_limits, services.settings.booking_rates),
        codes=services.codes,
        code_mail=_code_mail(services),
        task_kinds=services.task_kinds,
        task_list=TaskList(services.database, services.task_kinds),
        browse=services.browse,
        drafts=drafts,
        returning=_returning(services, drafts),
        next_booking=NextBooking(database=services.database, keyring=services.keyring, clock=services.clock),
        placing=services.placing,
        paying=paying,
        deposit_book=DepositBook(services.database, services.task_runner.wake),
        comparing=services.comparing,
        hearing=Hearing(database=services.database, clock=services.clock, cashiers=services.cashiers, paying=paying),
        held_requests=services.held_requests,
        managing=_managing(services),
        moving=Moving(database=services.database, task_runner=services.task_runner, clock=services.clock),
        reconciliation=services.reconciliation,
        backfill=services.backfill,
        verifying=Verifying(services.database),
        signed_copies=_signed_copies(services),
        lost_links=_lost_links(services),
        desk_messages=DeskMessages(
            database=services.database, keyring=services.keyring, clock=services.clock, wake=services.task_runner.wake
        ),
        connecting=services.connecting,
        page_counts=services.page_counts,
        explaining=Explaining(
            database=services.database, practices=services.practices.waited_for, clock=services.clock
        ),
        insight=Insight(services.database, services.clock),
        overview=Overview(services.database, services.keyring, services.clock),
        live_people=LivePeople(services.practices, services.clock),
        visits=Visits(services.database),
        contact_fixes=ContactFixes(
            database=services.database, keyring=services.keyring, task_runner=services.task_runner
        ),
        duplicates=Duplicates(
            database=services.database,
            keyring=services.keyring,
            task_runner=services.task_runner,
            practices=services.practices,
            clock=services.clock,
        ),
        staff_actions=StaffActions(
            database=services.database, task_runner=services.task_runner, keyring=services.keyring
        ),
        unwanted=_unwanted(services),
        blocks=_blocks(services),
        practice_links=PracticeLinks(services.database),
        packing=Packing(services.database, services.keyring),
        people=People(services.database),
        personal_data=build_personal_data(services),
        clinic_states=ClinicStates(services.database, services.clock),
        staff_accounts=StaffAccounts(services.database),
        staff_links=StaffLinks(services.database),
        staff_sessions=StaffSessions(services.database),
        staff_mail=_staff_mail(services),
        factors=Factors(services.database, services.keyring),
        audit=AuditLog(services.database),
        sign_ins=SignIns(services.database),
        setup=_setup(services),
        readiness=_readiness(services),
        designing=_designing(services),
        accounting=services.accounting,
    )


def _paying(services: Services, drafts: Drafts) -> Paying:
    return Paying(
        database=services.database,
        keyring=services.keyring,
        clock=services.clock,
        drafts=drafts,
        cashiers=services.cashiers,
        task_runner=services.task_runner,
        secret_key=services.settings.secret_key,
        base_url=services.settings.base_url,
    )


def _managing(services: Services) -> Managing:
    return Managing(
        database=services.database,
        task_runner=services.task_runner,
        keyring=services.keyring,
        clock=services.clock,
        plan_cancelled=services.follow_ups.after_cancelling,
    )


def _signed_copies(services: Services) -> SignedCopies:
    return SignedCopies(
        database=services.database,
        keyring=services.keyring,
        clock=services.clock,
        practices=services.practices.waited_for,
        secret_key=services.settings.secret_key,
    )


def _unwanted(services: Services) -> UnwantedBookings:
    return UnwantedBookings(
        database=services.database,
        task_runner=services.task_runner,
        keyring=services.keyring,
        clock=services.clock,
        plan_cancelled=services.follow_ups.after_cancelling,
    )


def _blocks(services: Services) -> Blocks:
    return Blocks(
        database=services.database,
        recent=RecentReads(services.database, services.clock),
        keyring=services.keyring,
        clock=services.clock,
        domains=DomainMarks(services.settings.secret_key),
    )


def _returning(services: Services, drafts: Drafts) -> Returning:
    return Returning(
        database=services.database,
        keyring=services.keyring,
        clock=services.clock,
        drafts=drafts,
        codes=services.codes,
        practices=services.practices.waited_for,
        task_runner=services.task_runner,
    )


def _code_mail(services: Services) -> CodeMail:
    settings, clock = services.settings, services.clock
    postbox = open_postbox(settings.smtp_url, sender=settings.mail_from, monotonic=clock.monotonic)
    return CodeMail(postbox=postbox, sender=settings.mail_from, clock=clock, is_set_up=settings.smtp_url is not None)


def _lost_links(services: Services) -> LostLinks:
    settings, clock = services.settings, services.clock
    return LostLinks(
        database=services.database,
        keyring=services.keyring,
        clock=clock,
        practices=services.practices,
        manage_tokens=services.manage_tokens,
        postbox=open_postbox(settings.smtp_url, sender=settings.mail_from, monotonic=clock.monotonic),
        sender=settings.mail_from,
        base_url=settings.base_url,
    )


def _staff_mail(services: Services) -> StaffMail:
    settings, clock = services.settings, services.clock
    postbox = open_postbox(settings.smtp_url, sender=settings.mail_from, monotonic=clock.monotonic)
    return StaffMail(postbox=postbox, sender=settings.mail_from, clock=clock, is_set_up=settings.smtp_url is not None)


def _readiness(services: Services) -> Readiness:
    return Readiness(
        database=services.database,
        queue=services.queue,
        keyring=services.keyring,
        has_schema=lambda database: current_revision(database) == newest_revision(),
    )


def _designing(services: Services) -> Designing:
    base_url = services.settings.base_url
    return Designing(
        branding=BrandingDesign(services.database),
        services=ServiceDesign(
            database=services.database, practices=services.practices.waited_for, clock=services.clock
        ),
        questions=QuestionDesign(database=services.database, practices=services.practices.waited_for),
        waivers=WaiverDesign(services.database),
        samples=WaiverSamples(database=services.database, clock=services.clock, base_url=base_url),
        evidence=Evidence(
            database=services.database,
            keyring=services.keyring,
            make_facts=DocumentFactsMaker(base_url=base_url),
            base_url=base_url,
        ),
    )


def _setup(services: Services) -> Setup:
    database, replay = services.database, services.task_runner.resume_connection
    return Setup(
        clinics=NewClinics(database, services.settings.clinic_creation),
        settings=ClinicSettings(database),
        key=ClinikoKeys(database=database, keyring=services.keyring, trial=services.practices.trial, replay=replay),
        deposits=DepositMethods(
            database=database,
            keyring=services.keyring,
            cashiers=services.cashiers,
            replay=replay,
            monotonic=services.clock.monotonic,
            base_url=services.settings.base_url,
        ),
        crm=CrmConnections(database=database, keyring=services.keyring, replay=replay),
        progress=Progress(database=database, practices=services.practices.waited_for, clock=services.clock),
    )
