"""Bodies of posted forms, looked at before they are decoded: decoding what is refused anyway takes seconds."""

from io import BytesIO
from typing import IO, Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from booking_app.intake.ink import MOST_BYTES
from booking_app.pages.shared.typed_values import CleanValues

# Whatever may be typed anywhere stays below it, also with every character written as %XX.
LONGEST_VALUE = 3 * MOST_BYTES
# A signature that is far too large is refused in its form, where everything else that was typed is kept.
SIGNATURES = (b"sign_strokes", b"sign_picture")
TOO_LARGE = b"." * (MOST_BYTES + 1)


class _BoundedParser(FormDataParser):
    def parse(self, stream: IO[bytes], mimetype: str, *args: Any, **options: Any) -> Any:
        if mimetype == "application/x-www-form-urlencoded":
            stream = BytesIO(b"&".join(_bounded(pair) for pair in stream.read().split(b"&")))
        return super().parse(stream, mimetype, *args, **options)


class FormRequest(Request):
    """The application's request: a form with a value that nothing accepts is answered without decoding that value."""

    form_data_parser_class = _BoundedParser
    parameter_storage_class = CleanValues


def _bounded(pair: bytes) -> bytes:
    if len(pair) <= LONGEST_VALUE:
        return pair
    name = pair[:100].partition(b"=")[0]
    if name in SIGNATURES:
        return name + b"=" + TOO_LARGE
    raise RequestEntityTooLarge
