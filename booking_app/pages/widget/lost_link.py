"""“Lost the link to your booking?”: an email address in, the same answer out whatever is known of it."""

from flask import Response, abort, request
from wtforms import EmailField
from wtforms.validators import InputRequired, Length, ValidationError

from booking_app.core.contact_details import ContactUnreadable, read_email
from booking_app.core.rate_limits.rates import Rule, read_rates
from booking_app.core.tokens import hash_token
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.headers import allow_framing
from booking_app.pages.shared.limits import limit_posts, limit_strictly
from booking_app.pages.shared.rendering import render
from booking_app.pages.shared.shell import keep_clinic, shell
from booking_app.pages.widget.blueprint import blueprint

LONGEST = 254
OF_VISITOR = "10 per hour; 30 per day"
OF_ADDRESS = read_rates("3 per hour; 6 per day")


class LostLinkForm(TokenForm):
    """The address that was given when booking."""

    email = EmailField(
        "Your email",
        [InputRequired("Enter an email address, for example name@example.com"), Length(max=LONGEST)],
        description="The address you gave when you booked.",
        render_kw={"autocomplete": "email", "maxlength": LONGEST, "spellcheck": "false", "autocapitalize": "none"},
    )

    def validate_email(self, field: EmailField) -> None:
        try:
            field.data = read_email(str(field.data))
        except ContactUnreadable as error:
            raise ValidationError("Enter an email address like name@example.com") from error


@blueprint.get("/link", endpoint="lost_link")
def lost_link(slug: str) -> Response:
    """The question."""
    return _page(slug, LostLinkForm(scope=_scope(slug)))


@blueprint.post("/link", endpoint="lost_link_asked")
@limit_posts
def lost_link_asked(slug: str) -> Response:
    """The same words at once, whether there is a booking or not; beyond the limit of an address it is sent nothing."""
    form = LostLinkForm(request.form, scope=_scope(slug))
    if not form.validate():
        return _page(slug, form, status=422)
    limit_strictly("lost_links", OF_VISITOR)
    clinic = use_cases().browse.clinic(slug)
    email = str(form.email.data)
    about = hash_token(f"{slug}:{email.casefold()}")
    if clinic and not use_cases().rate_limits.hit(*(Rule("lost_links_to", about, rate) for rate in OF_ADDRESS)):
        use_cases().lost_links.ask(clinic, email)
    return _page(slug, form, is_asked=True)


def _page(slug: str, form: LostLinkForm, *, status: int = 200, is_asked: bool = False) -> Response:
    clinic = use_cases().browse.clinic(slug)
    if clinic is None:
        abort(404)
    keep_clinic(clinic)
    allow_framing(clinic.allowed_sites or ())
    errors = list(form.email.errors) or ([STALE] if status == 422 else [])
    return render(
        "widget/lost_link.html",
        title=f"Find your booking · {clinic.name}",
        status=status,
        shell=shell(),
        form=form,
        error=errors[0] if errors else None,
        is_asked=is_asked,
        slug=slug,
    )


def _scope(slug: str) -> TokenScope:
    return TokenScope("lost link", slug)
