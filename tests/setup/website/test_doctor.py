"""The site doctor on pages as they are found: what it says, and that it says nothing about a sound page."""

import pytest

from booking_app.setup.website import Level, examine
from tests.setup.website.samples import BASE, CLINIC, LINK, RELEASES, SCRIPT, SITE, SNIPPET, codes, found, page

NEWEST = list(RELEASES.values())[-1]
PINNED = (
    f'<script async src="{BASE}/{NEWEST.file_name}" integrity="{NEWEST.integrity}" '
    'crossorigin="anonymous" data-clinic="demo"></script>'
)


def test_a_page_with_the_snippet_is_well() -> None:
    assert codes(page()) == set()
    (said,) = examine(page(), expected=CLINIC, url=SITE)
    assert said.level is Level.NOTE


@pytest.mark.parametrize(
    "body",
    [
        LINK,
        LINK + PINNED,
        f'<clinic-booking data-clinic="demo">{LINK}</clinic-booking>{SCRIPT}',
        f'<iframe src="{BASE}/b/demo" title="Book"></iframe>{LINK}',
        SNIPPET + SNIPPET,
        "<p>Unclosed <b>tags <div>" + SNIPPET,
    ],
)
def test_every_form_of_the_snippet_is_well(body: str) -> None:
    assert codes(page(body)) == set()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<p>Call us</p>", "snippet_missing"),
        (f"<!-- {SNIPPET} -->", "snippet_missing"),
        (SNIPPET.replace("<", "&lt;").replace(">", "&gt;"), "snippet_as_text"),
        (SNIPPET.replace("book.example", "old.example"), "snippet_of_another_address"),
        (LINK + SCRIPT.replace("book.example", "old.example"), "snippet_of_another_address"),
        (SCRIPT, "link_missing"),
        ('<clinic-booking data-clinic="demo"></clinic-booking>', "script_missing"),
        (SNIPPET.replace("/b/demo", "/b/dmeo"), "other_clinic"),
        (SNIPPET.replace('data-clinic="demo"', 'data-clinic="other"'), "other_clinic"),
        (f'<clinic-booking data-clinic="demo"></clinic-booking>{SCRIPT}', "element_without_link"),
        (f'<iframe src="{BASE}/b/demo"></iframe>{LINK}', "frame_without_title"),
        (f'<iframe src="{BASE}/b/demo" title="Book"></iframe>', "frame_without_link"),
        (f'<iframe src="{BASE}/b/demo" title="Book" sandbox="allow-scripts"></iframe>{LINK}', "frame_sandboxed"),
        (f'<iframe data-src="{BASE}/b/demo" title="Book" class="lazyload"></iframe>{LINK}', "frame_held_back"),
    ],
)
def test_what_is_wrong_with_the_snippet_is_said(body: str, code: str) -> None:
    assert code in codes(page(body))


def test_one_finding_is_said_once_however_often_it_is_met() -> None:
    wrong = SNIPPET.replace("/b/demo", "/b/dmeo").replace('data-clinic="demo"', 'data-clinic="dmeo"')
    said = [one for one in examine(page(wrong), expected=CLINIC, url=SITE) if one.code == "other_clinic"]
    assert len(said) == 1
    assert "2 other places" in said[0].said


def test_a_page_without_the_snippet_is_given_it() -> None:
    assert SNIPPET in found(page(""))["snippet_missing"].fix


def test_wix_is_told_to_use_a_link() -> None:
    advice = found(page("", head='<meta name="generator" content="Wix.com Website Builder">'))
    assert f"{BASE}/b/demo" in advice["snippet_missing_wix"].fix


@pytest.mark.parametrize(
    ("head", "tool"),
    [
        ('<script src="/cdn-cgi/scripts/7d0fa10a/cloudflare-static/rocket-loader.min.js"></script>', "Rocket Loader"),
        ('<script type="rocketlazyloadscript" data-rocket-src="/a.js"></script>', "WP Rocket"),
        ('<script src="/wp-content/cache/autoptimize/js/autoptimize_0123456789.js"></script>', "Autoptimize"),
        ('<script type="litespeed/javascript" data-src="/a.js"></script>', "LiteSpeed"),
        ('<script type="pmdelayedscript" src="/a.js"></script>', "Perfmatters"),
    ],
)
def test_an_optimiser_is_named_where_it_can_touch_the_script(head: str, tool: str) -> None:
    bare = f'<script src="{BASE}/embed.js" data-clinic="demo"></script>'
    assert tool in found(page(LINK + bare, head))["optimiser"].said
    assert tool in found(page(LINK, head))["script_merged"].said


def test_an_optimiser_that_was_asked_to_spare_the_script_is_passed_over() -> None:
    rocket = '<script src="/rocket-loader.min.js"></script>'
    litespeed = '<script type="litespeed/javascript" data-src="/a.js"></script>'
    assert codes(page(head=rocket + litespeed)) == set()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ('type="rocketlazyloadscript" data-rocket-src', "script_held_back"),
        ('type="litespeed/javascript" data-src', "script_held_back"),
        ('type="0123456789abcdef01234567-text/javascript" src', "script_held_back"),
        ('type="text/plain" data-cookieconsent="marketing" src', "script_waits_for_consent"),
    ],
)
def test_a_script_that_was_changed_on_the_way_is_noticed(changed: str, code: str) -> None:
    assert code in codes(page(LINK + SCRIPT.replace("src", changed, 1)))


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (PINNED.replace(NEWEST.version, "9.9.9"), "unknown_version"),
        (PINNED.replace("sha384-", "sha384-x"), "wrong_sum"),
        (PINNED.replace(' crossorigin="anonymous"', ""), "pin_without_crossorigin"),
        (PINNED.replace(f'integrity="{NEWEST.integrity}" ', ""), "version_not_pinned"),
        (PINNED.replace(NEWEST.file_name, "embed.js"), "pinned_newest"),
        (PINNED.replace(NEWEST.version, "1.0.0"), "wrong_sum"),
    ],
)
def test_a_wrong_pin_is_fixed_by_a_right_one(script: str, code: str) -> None:
    advice = found(page(LINK + script))[code]
    fixed = advice.fix.removeprefix("Write: ")
    assert codes(page(LINK + fixed)) == set()


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (f"script-src {BASE}/embed.js; frame-src {BASE}", set()),
        (f"default-src 'none'; script-src {BASE}; child-src https:", set()),
        ("script-src *.example; frame-src *", set()),
        ("default-src 'self'", {"policy_refuses_script", "policy_refuses_frame"}),
        (f"script-src {BASE}/embed.js; default-src 'none'", {"policy_refuses_frame"}),
        (f"script-src {BASE}/other.js; frame-src http://book.example", {"policy_refuses_script"}),
        ("script-src 'none'; script-src *", {"policy_refuses_script"}),
        (f"script-src 'nonce-abc' 'strict-dynamic' {BASE}; frame-src {BASE}", {"policy_refuses_script"}),
        ("sandbox allow-scripts", {"page_sandboxed"}),
    ],
)
def test_a_policy_is_read_as_browsers_read_it(policy: str, expected: set[str]) -> None:
    assert codes(page(), headers={"Content-Security-Policy": policy}) == expected
    if "sandbox" not in policy:
        assert codes(page(head=f'<meta http-equiv="Content-Security-Policy" content="{policy}">')) == expected


def test_two_policies_both_have_to_agree() -> None:
    assert codes(page(), headers={"content-security-policy": f"frame-src {BASE}, frame-src 'none'"}) == {
        "policy_refuses_frame"
    }


def test_a_script_with_the_nonce_of_the_page_is_let_through() -> None:
    policy = {"Content-Security-Policy": f"script-src 'nonce-abc' 'strict-dynamic'; frame-src {BASE}"}
    assert codes(page(SNIPPET.replace("<script", '<script nonce="abc"')), headers=policy) == set()
    assert "nonce" in found(page(), headers=policy)["policy_refuses_script"].fix


def test_a_policy_that_only_reports_refuses_nothing() -> None:
    assert codes(page(), headers={"Content-Security-Policy-Report-Only": "default-src 'none'"}) == set()


@pytest.mark.parametrize("value", ["require-corp", 'credentialless; report-to="x"'])
def test_a_page_that_isolates_itself_is_told_so(value: str) -> None:
    assert codes(page(), headers={"Cross-Origin-Embedder-Policy": value}) == {"isolated"}
    assert codes(page(LINK), headers={"Cross-Origin-Embedder-Policy": value}) == set()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (SITE, set()),
        (SITE + ":443/book?x=1", set()),
        ("https://clinic.example/", {"site_not_allowed"}),
        ("http://www.clinic.example/", {"site_not_allowed", "not_https"}),
        (None, set()),
    ],
)
def test_the_address_of_the_page_has_to_be_on_the_list(url: str | None, expected: set[str]) -> None:
    assert codes(page(), url=url) == expected


def test_the_fix_for_a_site_that_is_missing_names_it_exactly() -> None:
    assert '"https://clinic.example"' in found(page(), url="https://clinic.example/book")["site_not_allowed"].fix


def test_a_redirect_to_another_site_does_not_pass_unnoticed() -> None:
    advice = examine(page(), expected=CLINIC, url=SITE + "/", hops=("https://clinic.example/",))
    assert [one.code for one in advice if one.code == "led_elsewhere"]
    advice = examine(page(), expected=CLINIC, url=SITE + "/", hops=(SITE + "/book",))
    assert not [one.code for one in advice if one.code == "led_elsewhere"]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<script>fbq('init', '1')</script>", "the Meta pixel"),
        ('<noscript><img src="https://www.facebook.com/tr?id=1"></noscript>', "the Meta pixel"),
        ('<script async src="https://www.googletagmanager.com/gtm.js?id=GTM-1"></script>', "Google Tag Manager"),
        ('<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>', "Google Analytics or Ads"),
        ('<script type="text/plain" data-src="https://static.hotjar.com/c/hotjar-1.js"></script>', "Hotjar"),
    ],
)
def test_a_pixel_beside_the_booking_button_is_named(head: str, name: str) -> None:
    assert name in found(page(head=head))["trackers"].said


def test_a_page_that_only_writes_of_pixels_is_left_alone() -> None:
    assert codes(page(SNIPPET + "<p>We never call fbq( or load static.hotjar.com.</p>")) == set()


@pytest.mark.parametrize("html", ["", "<", "<a href=", "\x00" * 50, "<script>" * 2000, "<!doctype html><![CDATA["])
def test_what_is_no_page_is_no_crash(html: str) -> None:
    assert codes(html) == {"snippet_missing"}


def test_the_worst_is_said_first() -> None:
    advice = examine(page(head="<script>fbq()</script>"), expected=CLINIC, url="https://clinic.example/")
    assert [one.level for one in advice] == [Level.BROKEN, Level.RISK]
