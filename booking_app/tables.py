"""Every table of the product, for migrations and for what has to walk over all of them."""

import booking_app.alerts.models
import booking_app.availability.models
import booking_app.backfilling.models
import booking_app.booking.models
import booking_app.budget.models
import booking_app.catalogue.models
import booking_app.clinics.audit
import booking_app.clinics.branding_drafts
import booking_app.clinics.models
import booking_app.clinics.sign_ins
import booking_app.clinics.staff
import booking_app.footfall.models
import booking_app.front_desk.models
import booking_app.intake.models
import booking_app.ledger.models
import booking_app.reconciling.models
import booking_app.setup.models
import booking_app.trail.models  # noqa: F401 - imported for their tables
from booking_app.db import Base

metadata = Base.metadata
