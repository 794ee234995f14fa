"""Who holds what of people: every package that does has a line here, for export and erasing."""

from booking_app.accounting.person import AccountingData
from booking_app.bookings.person.cliniko import ClinikoData
from booking_app.bookings.person.finding import PersonFinder
from booking_app.bookings.person.own_data import OwnData
from booking_app.bookings.person.personal_data import PersonalData
from booking_app.cli.wiring.services import Services
from booking_app.crm.person import CrmData
from booking_app.deposits.personal import DepositData


def build_personal_data(services: Services) -> PersonalData:
    """The use case with every part; our own comes first, and is erased last."""
    database, keyring = services.database, services.keyring
    return PersonalData(
        database=database,
        finder=PersonFinder(database=database, keyring=keyring, practices=services.practices.waited_for),
        parts=(
            OwnData(database=database, keyring=keyring, clock=services.clock),
            CrmData(database=database, connectors=services.connectors),
            DepositData(database=database, keyring=keyring, clock=services.clock),
            AccountingData(database=database, opener=services.accounting.opener),
            ClinikoData(),
        ),
    )
