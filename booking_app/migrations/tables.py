"""Every table of the product, for migrations and for what has to walk over all of them."""

import booking_app.accounting.models
import booking_app.alerts.models
import booking_app.availability.models
import booking_app.bookings.blocks
import booking_app.bookings.front_desk_sync.models
import booking_app.bookings.models
import booking_app.bookings.patient_records.models
import booking_app.bookings.reconciliation.models
import booking_app.bookings.statistics.models
import booking_app.catalogue.models
import booking_app.clinics.audit
import booking_app.clinics.branding_drafts
import booking_app.clinics.models
import booking_app.clinics.sign_ins
import booking_app.clinics.staff
import booking_app.clinics.staff_links
import booking_app.clinics.staff_sessions
import booking_app.core.one_time_codes
import booking_app.core.proxy_signs
import booking_app.core.rate_limits.models
import booking_app.crm.backfill.models
import booking_app.deposits.models
import booking_app.intake.models
import booking_app.pms.rate_budget.models
import booking_app.setup.models
import booking_app.tasks.models
import booking_app.tasks.write_log.models  # noqa: F401 - imported for their tables
from booking_app.core.db import Base

metadata = Base.metadata
