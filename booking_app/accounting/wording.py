"""What a code of this package means to a bookkeeper, and the next step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """Why, and what to do about it."""

    sentence: str
    fix: str


_MAP = "Open Accounting, Settings, and choose the code for it. The invoice is then posted automatically."
_THERE = "Fix it in Xero, then press Try again."
_SAID = {
    "settling": Meaning(
        "It was changed a short while ago.",
        "It is posted automatically once it has gone unchanged for the hours set under Settings.",
    ),
    "unmapped_tax": Meaning("This Cliniko tax has no tax code in Xero yet: {about}.", _MAP),
    "no_account": Meaning("No account is chosen for one of its lines.", _MAP),
    "lines_do_not_sum": Meaning(
        "Its lines do not add up to its total.",
        "Look at the invoice in Cliniko. A difference of up to 5 cents may go to a rounding account (Settings).",
    ),
    "no_patient": Meaning("Cliniko doesn’t say who the invoice is for.", "Look at the invoice in Cliniko."),
    "no_name": Meaning(
        "We don’t have a name for this tracking option: {about}.",
        "Read Cliniko again (Booking page, Practitioners), or switch tracking off under Settings.",
    ),
    "closed_period": Meaning(
        "Its date is in a period that is closed in Xero.",
        "Move the lock date in Xero, or choose “next open day” under Settings.",
    ),
    "number_taken": Meaning(
        "Xero has another document with this number.",
        "Compare the two. If the one in Xero is not ours, choose another number prefix before the first posting.",
    ),
    "unknown_account": Meaning(
        "Xero doesn’t recognise the account on one of its lines, or doesn’t accept it there.", _MAP
    ),
    "tax_refused": Meaning("Xero doesn’t accept this tax code on that account.", _MAP),
    "approval_limit": Meaning(
        "Your Xero plan allows no more approved invoices for now.",
        "Post as drafts (Settings), or change the plan, then press Try again.",
    ),
    "contact_archived": Meaning("The contact is archived in Xero.", "Restore it in Xero, then press Try again."),
    "contact_taken": Meaning(
        "Another contact in Xero has this name.", "Rename that one in Xero, then press Try again."
    ),
    "tracking_unknown": Meaning(
        "Xero has no such option in the tracking category.",
        "Add the practitioner or location as an option in Xero, then press Try again.",
    ),
    "not_editable": Meaning(
        "It is paid, credited or locked in Xero and cannot be taken back.",
        "Remove the payment there first, or enter a credit note by hand and accept the difference in the report.",
    ),
    "refused": Meaning("Xero doesn’t accept it as it is.", _THERE),
    "archived": Meaning("It was archived in Cliniko before it was posted.", "You don’t need to do anything."),
    "edited": Meaning(
        "It was edited in Cliniko after it was posted.",
        "Press “Post again” to take the document back and post the new one, or accept the difference in the report.",
    ),
    "archived_after": Meaning(
        "It was archived in Cliniko after it was posted.", "Press “Take back” to void it in Xero."
    ),
    "connection_paused": Meaning("The connection is paused.", "Connect again."),
    "not_authorised": Meaning("Nobody has connected Xero yet.", "Press Connect to Xero."),
    "no_organisation": Meaning("No organisation is chosen.", "Choose one on this page."),
    "currency_differs": Meaning(
        "The organisation keeps its books in {about}, the clinic bills in another currency.",
        "Choose the clinic’s own organisation.",
    ),
    "exports_itself": Meaning(
        "Cliniko’s own export to Xero is on: every sale would be there twice.",
        "Switch it off in Cliniko, then confirm below that it is off.",
    ),
    "no_start_date": Meaning("No first day is set.", "Set the start date under Settings."),
    "prefix_in_use": Meaning(
        "Another clinic posts to the same organisation with this number prefix.", "Choose another prefix."
    ),
    "xero_invalid_grant": Meaning("Xero has ended the authorisation.", "Connect again; nothing will be lost."),
    "xero_invalid_client": Meaning(
        "Xero does not know this client ID and secret.", "Copy both again from the app’s page at Xero."
    ),
    "xero_403:disconnected": Meaning(
        "The organisation has disconnected this app.", "Connect again; nothing will be lost."
    ),
    "xero_401:scope": Meaning("This connection lacks a permission it needs.", "Connect again and allow everything."),
    "cliniko_403": Meaning(
        "The owner of the Cliniko key isn’t allowed to read invoices.",
        "Use the key of an administrator or bookkeeper under Connections.",
    ),
    "access_denied": Meaning("The authorisation was cancelled.", "Press Connect to Xero to try again."),
    "state_unknown": Meaning(
        "This reply from Xero doesn’t match a request from you, or came too late.",
        "Press Connect to Xero to try again.",
    ),
}
UNEXPLAINED = Meaning(
    "It did not work ({code}).",
    "We’ll try again automatically. If it keeps happening, look the code up in docs/accounting.md.",
)

_DIFFERS = {
    "missing": Meaning("This document isn’t in Xero.", "Check who deleted it. Accept it, or take back and post again."),
    "voided_there": Meaning("Somebody has voided it in Xero.", "Ask why. Accept it, or post it again."),
    "not_voided": Meaning("It was taken back here but is still in Xero.", "Void it there."),
    "total_differs": Meaning(
        "Its total is different in Xero.", "Somebody has changed it there. Correct it there, or accept it."
    ),
    "tax_differs": Meaning(
        "Its tax differs by more than a cent a line.", "Check the tax codes of its lines, and the mapping."
    ),
    "date_differs": Meaning("Its date is different in Xero.", "It may fall in another quarter. Correct it there."),
    "paid_there": Meaning(
        "It is paid in Xero and open in Cliniko.", "Enter the payment in Cliniko, or check who it belongs to."
    ),
    "extra": Meaning(
        "A document has our prefix, but we did not post it.",
        "It may have been entered by hand. Void it, or accept it.",
    ),
    "twice": Meaning("The same Cliniko invoice is there twice.", "Void one of the two in Xero."),
    "edited_here": _SAID["edited"],
    "archived_here": _SAID["archived_after"],
    "not_posted": Meaning(
        "It has been waiting to be posted for more than two days.", "Its own page says why and what to do."
    ),
}


def difference_meaning(kind: str) -> Meaning:
    """What a kind of difference means, and what to do about it."""
    return _DIFFERS[kind]


def meaning_of(code: str) -> Meaning:
    """By the whole code, or by what stands before its colon; what comes after is shown as what it is about."""
    word, _, about = code.partition(":")
    found = _SAID.get(code) or _SAID.get(word)
    if found is None:
        return Meaning(UNEXPLAINED.sentence.format(code=code), UNEXPLAINED.fix)
    return Meaning(found.sentence.format(about=about), found.fix)
