"""A transport that sends nothing: it writes down what would have been sent and answers as the vendor would."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from booking_app.core.outbound_http.transport import Answer, Call, Transport

SECRET_HEADERS = ("authorization", "api-token")
MASK = "***"

Answers = Callable[[Call], Answer]


@dataclass(frozen=True)
class RecordedCall:
    """A request as it would have left, its credentials masked."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: object


@dataclass(frozen=True, kw_only=True)
class RecordingTransport(Transport):
    """Takes the place of a connection's transport; every copy of it writes into the same list."""

    answers: Answers = field(repr=False)
    calls: list[RecordedCall]

    def send(self, call: Call) -> Answer:
        """Write the call down and answer it; nothing leaves this process."""
        headers = {name: MASK if name.lower() in SECRET_HEADERS else text for name, text in self.headers.items()}
        self.calls.append(RecordedCall(call.method, self.base_url + call.path(), headers, call.body))
        return self.answers(call)


def recording(transport: Transport, answers: Answers, calls: list[RecordedCall]) -> RecordingTransport:
    """A recorder in place of a transport, which notes into `calls`."""
    return RecordingTransport(
        vendor=transport.vendor,
        base_url=transport.base_url,
        http=transport.http,
        headers=transport.headers,
        monotonic=transport.monotonic,
        answers=answers,
        calls=calls,
    )
