"""The use cases for the packages that speak HTTP, made of the parts."""

import os
import time

from booking_app.bookings.document_facts import DocumentFactsMaker
from booking_app.bookings.drafts import Drafts
from booking_app.bookings.managing import Managing
from booking_app.bookings.moving import Moving
from booking_app.bookings.overview import Overview
from booking_app.bookings.placing import Placing
from booking_app.bookings.staff_actions import StaffActions
from booking_app.bookings.statistics.insight import Insight
from booking_app.bookings.verifying import Verifying
from booking_app.bookings.why_not.explaining import Explaining
from booking_app.cli.wiring.services import Services
from booking_app.clinics.audit import AuditLog
from booking_app.clinics.factors import Factors
from booking_app.clinics.people import People
from booking_app.clinics.practice_links import PracticeLinks
from booking_app.clinics.sign_ins import SignIns
from booking_app.migrations.upgrade import current_revision, newest_revision
from booking_app.pages.ops.readiness import Readiness
from booking_app.pages.use_cases import UseCases
from booking_app.setup.clinic_file.packing import Packing
from booking_app.setup.clinics import NewClinics
from booking_app.setup.crm import CrmConnections
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


def build_use_cases(parts: Services) -> UseCases:
    """The use cases for the pages. Half the web threads may wait for Cliniko, the others never do."""
    threads = int(os.environ.get("BOOKING_WEB_THREADS", "8"))
    return UseCases(
        settings=parts.settings,
        database=parts.database,
        clock=parts.clock,
        keyring=parts.keyring,
        browse=parts.browse,
        drafts=Drafts(database=parts.database, keyring=parts.keyring, clock=parts.clock),
        placing=Placing(
            database=parts.database,
            task_runner=parts.task_runner,
            keyring=parts.keyring,
            clock=parts.clock,
            manage_tokens=parts.manage_tokens,
            plan_afterwards=parts.follow_ups.after_confirming,
            inline_places=threads // 2,
            pause=time.sleep,
        ),
        held_requests=parts.held_requests,
        managing=Managing(
            database=parts.database,
            task_runner=parts.task_runner,
            clock=parts.clock,
            plan_cancelled=parts.follow_ups.after_cancelling,
        ),
        moving=Moving(database=parts.database, task_runner=parts.task_runner, clock=parts.clock),
        reconciliation=parts.reconciliation,
        backfill=parts.backfill,
        verifying=Verifying(parts.database),
        connecting=parts.connecting,
        page_counts=parts.page_counts,
        explaining=Explaining(database=parts.database, practices=parts.practices.waited_for, clock=parts.clock),
        insight=Insight(parts.database, parts.clock),
        overview=Overview(parts.database, parts.keyring),
        staff_actions=StaffActions(database=parts.database, task_runner=parts.task_runner, keyring=parts.keyring),
        practice_links=PracticeLinks(parts.database),
        packing=Packing(parts.database, parts.keyring),
        people=People(parts.database),
        factors=Factors(parts.database, parts.keyring),
        audit=AuditLog(parts.database),
        sign_ins=SignIns(parts.database),
        setup=_setup(parts),
        readiness=Readiness(
            database=parts.database,
            queue=parts.queue,
            keyring=parts.keyring,
            has_schema=lambda database: current_revision(database) == newest_revision(),
        ),
        designing=_designing(parts),
    )


def _designing(parts: Services) -> Designing:
    base_url = parts.settings.base_url
    return Designing(
        branding=BrandingDesign(parts.database),
        services=ServiceDesign(database=parts.database, practices=parts.practices.waited_for, clock=parts.clock),
        questions=QuestionDesign(database=parts.database, practices=parts.practices.waited_for),
        waivers=WaiverDesign(parts.database),
        samples=WaiverSamples(database=parts.database, clock=parts.clock, base_url=base_url),
        evidence=Evidence(
            database=parts.database,
            keyring=parts.keyring,
            make_facts=DocumentFactsMaker(base_url=base_url),
            base_url=base_url,
        ),
    )


def _setup(parts: Services) -> Setup:
    database, replay = parts.database, parts.task_runner.resume_connection
    return Setup(
        clinics=NewClinics(database),
        settings=ClinicSettings(database),
        key=ClinikoKeys(database=database, keyring=parts.keyring, trial=parts.practices.trial, replay=replay),
        crm=CrmConnections(database=database, keyring=parts.keyring, replay=replay),
        progress=Progress(database=database, practices=parts.practices.waited_for, clock=parts.clock),
    )
