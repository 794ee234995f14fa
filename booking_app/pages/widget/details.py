"""Step 4: who is coming, the clinic's questions, the waiver and the signature; on three screens or on one."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Response, request

from booking_app.bookings.records import Questions
from booking_app.bookings.typed import NOTHING, Typed, Typing
from booking_app.clinics.models import Clinic
from booking_app.intake.people import OLDEST
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.form_tokens import TokenScope
from booking_app.pages.shared.limits import limit_posts
from booking_app.pages.shared.rendering import wants_fragment
from booking_app.pages.shared.shell import shell
from booking_app.pages.shared.visitors import evidence
from booking_app.pages.widget.asking import questions_of
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.details_page import details_page
from booking_app.pages.widget.forms.details import DetailsForm, as_typed, details_form
from booking_app.pages.widget.forms.screens import ABOUT, AGREEMENT, INK, QUESTIONS, TRAP, Screen, screens
from booking_app.pages.widget.holding import over
from booking_app.pages.widget.visits import Visit, load_visit

SCREEN = f"/d/<token>/details/<any({QUESTIONS!r},{AGREEMENT!r}):screen>"


@blueprint.get("/d/<token>/details", endpoint="details", defaults={"screen": ABOUT})
@blueprint.get(SCREEN, endpoint="details")
def details(slug: str, token: str, screen: str) -> Response:
    """One screen of the step, with everything that was typed before; one that waits for another leads to that."""
    visit = load_visit(slug, token)
    if ended := over(visit):
        return ended
    questions = questions_of(visit)
    shown, sent = screens_of(visit, questions), typed_of(visit, questions).sent
    wanted = next((one for one in shown if one.key == screen), shown[0])
    furthest = next((one for one in shown if not one.is_sent(sent)), shown[-1])
    if wanted.key != screen or shown.index(wanted) > shown.index(furthest):
        return visit.go("details", screen=furthest.key)
    return _show(visit, form_of(visit, questions), wanted)


@blueprint.post("/d/<token>/details", endpoint="save_details", defaults={"screen": ABOUT})
@blueprint.post(SCREEN, endpoint="save_details")
@limit_posts
def save_details(slug: str, token: str, screen: str) -> Response:
    """Keep what was typed, right or wrong, and go on.

    The first time it is kept at a new address, so that the old one shows nothing personal. What is posted for other
    screens counts as well.
    """
    visit = load_visit(slug, token)
    if ended := over(visit):
        return ended
    questions = questions_of(visit)
    covered = [one for one in screens_of(visit, questions) if one.key == screen or one.asks & set(request.form)]
    if not covered:
        return visit.go("details")
    asked = frozenset(name for one in covered for name in one.asks) | _trapped()
    typing = Typing.of(request.form, asked, is_sent=True)
    questions = questions_of(visit, typing)
    form = form_of(visit, questions, typing, token=request.form.get("token", ""))
    form.validate()
    if form.is_stale:
        return _show(visit, form, covered[0], status=422)
    wrong = next((one for one in covered if not form.is_right(one)), None)
    if wrong is not None:
        return _refuse(visit, form, typing, wrong)
    return _go_on(visit, form, typing, is_signed=any(AGREEMENT in one.parts for one in covered))


def _trapped() -> frozenset[str]:
    """The name of the box that nobody sees, once something stands in it: kept from then on."""
    return frozenset({TRAP} if request.form.get(TRAP) else ())


def _refuse(visit: Visit, form: DetailsForm, typing: Typing, wrong: Screen) -> Response:
    """The form again, with what is wrong in it; it is kept all the same, but for a signature that cannot be one."""
    assert visit.token is not None
    values = typing.values if form.has_ink else {n: v for n, v in typing.values.items() if n not in INK}
    kept = use_cases().drafts.keep_typed(visit.clinic, visit.token, Typing(typing.asked, values))
    return _show(visit.at(kept), form, wrong, status=422)


def _go_on(visit: Visit, form: DetailsForm, typing: Typing, *, is_signed: bool) -> Response:
    """To the next screen that was not sent yet, or to the check once everything is known and agreed to.

    What was agreed to before something else was changed is agreed to again.
    """
    assert visit.draft is not None
    assert visit.token is not None
    drafts, clinic = use_cases().drafts, visit.clinic
    sent = typing.onto(typed_of(visit, form.questions)).sent
    shown = screens_of(visit, form.questions)
    ahead = next((one for one in shown if not (one.is_sent(sent) and form.is_right(one))), None)
    has_agreement = any(AGREEMENT in one.parts for one in shown)
    if ahead is None and (is_signed or not has_agreement):
        circumstances = evidence(form.shown_at, shell().language)
        new = drafts.save_details(clinic, visit.token, form.to_details(), circumstances, typing)
        return visit.at(new).go("check")
    visit = visit.at(drafts.keep_typed(clinic, visit.token, typing))
    if ahead is None and form.to_details() == visit.known_details:
        return visit.go("check")
    return visit.go("details", screen=ahead.key if ahead else AGREEMENT)


def missing_screen(visit: Visit) -> str:
    """The key of the first screen on which something is missing, or of the last when nothing is."""
    questions = questions_of(visit)
    form, sent = form_of(visit, questions), typed_of(visit, questions).sent
    form.validate()
    shown = screens_of(visit, questions)
    return next((one.key for one in shown if not (one.is_sent(sent) and form.is_right(one))), shown[-1].key)


def details_scope(token: str) -> TokenScope:
    return TokenScope("details", token)


def form_of(visit: Visit, questions: Questions, typing: Typing = NOTHING, *, token: str = "") -> DetailsForm:
    """The form with everything typed so far, this request's included."""
    assert visit.token is not None
    values = typing.onto(typed_of(visit, questions)).values
    return details_form(
        questions,
        {**values, "token": (token,)},
        scope=details_scope(visit.token),
        region=visit.clinic.region,
        today=today_at(visit.clinic),
    )


def typed_of(visit: Visit, questions: Questions) -> Typed:
    """What was typed so far. Details from before what is typed was kept were sent in full."""
    assert visit.draft is not None
    draft = visit.draft
    if draft.typed.values or draft.details is None:
        return draft.typed
    sent = frozenset(name for one in screens_of(visit, questions) for name in one.asks)
    return Typed(as_typed(questions, draft.details), sent)


def screens_of(visit: Visit, questions: Questions) -> tuple[Screen, ...]:
    return screens(questions, is_split=visit.clinic.booking_rules().details_screens == "three")


def _show(visit: Visit, form: DetailsForm, screen: Screen, *, status: int = 200) -> Response:
    assert visit.token is not None
    form.bind(details_scope(visit.token))
    today = form.today
    born = {"min": f"{today.year - OLDEST}-01-01", "max": today.isoformat()}
    all_screens = screens_of(visit, form.questions)
    page = details_page(visit, form, screen, all_screens)
    is_first = screen == all_screens[0]
    response = visit.show(
        "widget/details.html", step=4, status=status, is_counted=is_first, form=form, page=page, born=born
    )
    if status == 422 and wants_fragment():
        # The address that shows this form: the draft may have moved while it was kept.
        response.headers.pop("HX-Push-Url", None)
        response.headers["HX-Replace-Url"] = page.action
    return response


def today_at(clinic: Clinic) -> date:
    return use_cases().clock.now().astimezone(ZoneInfo(clinic.time_zone)).date()
