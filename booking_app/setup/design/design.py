"""Everything a manager designs, as one value for whoever calls it."""

from dataclasses import dataclass

from booking_app.setup.design.branding import BrandingDesign
from booking_app.setup.design.evidence import Evidence
from booking_app.setup.design.questions import QuestionDesign
from booking_app.setup.design.samples import WaiverSamples
from booking_app.setup.design.services import ServiceDesign
from booking_app.setup.design.waivers import WaiverDesign


@dataclass(frozen=True)
class Designing:
    """The use cases of this package; safe to share between threads."""

    branding: BrandingDesign
    services: ServiceDesign
    questions: QuestionDesign
    waivers: WaiverDesign
    samples: WaiverSamples
    evidence: Evidence
