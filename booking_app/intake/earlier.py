"""What a patient has answered, agreed to and consented to at earlier visits, as far as it need not be asked again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from booking_app.intake.answers import Posted
from booking_app.intake.fields import FieldSpec
from booking_app.intake.mapping import patient_attribute
from booking_app.intake.people import is_minor
from booking_app.intake.waivers import WaiverText, needs_resigning


@dataclass(frozen=True)
class Agreement:
    """A text agreed to before: the version, when, in which booking, and whether it was signed, by a guardian or not."""

    title: str
    version_sha256: str
    agreed_at: datetime
    reference: str
    is_signed: bool
    by_guardian: bool

    def covers(self, waiver: WaiverText, *, born: date | None, now: datetime) -> bool:
        """Whether the text need not be agreed to again. What a guardian signed ends with childhood."""
        if self.by_guardian and born is not None and not is_minor(born, now.date()):
            return False
        is_weaker = waiver.signature == "required" and not self.is_signed
        return not is_weaker and not needs_resigning(
            signed_at=self.agreed_at,
            signed_sha256=self.version_sha256,
            current_sha256=waiver.version_sha256,
            resign_after_days=waiver.resign_after_days,
            now=now,
        )

    def to_json(self) -> dict[str, Any]:
        return {**self.__dict__, "agreed_at": self.agreed_at.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Agreement":
        return cls(**{**value, "agreed_at": datetime.fromisoformat(value["agreed_at"])})


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as a form posts it, and when it was given."""

    raw: str | list[str]
    given_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {"raw": self.raw, "given_at": self.given_at.isoformat()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "KeptAnswer":
        return cls(value["raw"], datetime.fromisoformat(value["given_at"]))


@dataclass(frozen=True)
class Earlier:
    """`answers` by the key of the question, `consents` by their exact wording."""

    answers: Mapping[str, KeptAnswer] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()
    consents: Mapping[str, bool] = field(default_factory=dict)

    def with_address(self, address: Mapping[str, str], fields: Sequence[FieldSpec], now: datetime) -> "Earlier":
        """With the address that the clinic has today in place of what was answered before."""
        there = {spec.key: address.get(patient_attribute(spec.maps_to) or "", "") for spec in fields}
        given = {key: self.answers[key].given_at if key in self.answers else now for key in there}
        known = {key: KeptAnswer(text, given[key]) for key, text in there.items() if text}
        return replace(self, answers={**self.answers, **known})

    def reusable(self, fields: tuple[FieldSpec, ...], now: datetime) -> Posted:
        """The answers that the clinic lets stand today: field key -> what a form posts."""
        found = {spec.key: self.answers[spec.key] for spec in fields if spec.key in self.answers}
        return {
            spec.key: found[spec.key].raw
            for spec in fields
            if spec.key in found and spec.may_reuse(now - found[spec.key].given_at)
        }

    def agreement_to(self, waiver: WaiverText, *, born: date | None, now: datetime) -> Agreement | None:
        """The newest agreement that still covers this text; it bears the title the text has today."""
        covering = (one for one in self.agreements if one.covers(waiver, born=born, now=now))
        newest = max(covering, key=lambda one: one.agreed_at, default=None)
        return replace(newest, title=waiver.title) if newest else None

    def to_json(self) -> dict[str, Any]:
        return {
            "answers": {key: one.to_json() for key, one in self.answers.items()},
            "agreements": [one.to_json() for one in self.agreements],
            "consents": dict(self.consents),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Earlier":
        return cls(
            {key: KeptAnswer.from_json(one) for key, one in value["answers"].items()},
            tuple(Agreement.from_json(one) for one in value["agreements"]),
            value["consents"],
        )
