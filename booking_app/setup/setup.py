"""Everything that is set up, as one value for whoever calls it."""

from dataclasses import dataclass

from booking_app.setup.clinics import NewClinics
from booking_app.setup.crm import CrmConnections
from booking_app.setup.deposits import DepositMethods
from booking_app.setup.key import ClinikoKeys
from booking_app.setup.progress import Progress
from booking_app.setup.settings import ClinicSettings


@dataclass(frozen=True)
class Setup:
    """The use cases of this package; safe to share between threads."""

    clinics: NewClinics
    settings: ClinicSettings
    key: ClinikoKeys
    crm: CrmConnections
    deposits: DepositMethods
    progress: Progress
