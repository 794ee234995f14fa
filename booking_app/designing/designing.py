"""Everything a manager designs, as one value for whoever calls it."""

from dataclasses import dataclass

from booking_app.designing.branding import BrandingDesign
from booking_app.designing.evidence import Evidence
from booking_app.designing.questions import QuestionDesign
from booking_app.designing.samples import WaiverSamples
from booking_app.designing.services import ServiceDesign
from booking_app.designing.waivers import WaiverDesign


@dataclass(frozen=True)
class Designing:
    """The use cases of this room; safe to share between threads."""

    branding: BrandingDesign
    services: ServiceDesign
    questions: QuestionDesign
    waivers: WaiverDesign
    samples: WaiverSamples
    evidence: Evidence
