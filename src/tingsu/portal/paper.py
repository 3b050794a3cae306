"""The registration form of SZ Annex B on paper: its six sections, blank (RG-01 … RG-07)."""

from typing import Any

from django.utils.translation import gettext as _


def blank_form() -> list[dict[str, Any]]:
    """Sections with their lines; the second of each pair is the height of the line on paper."""
    return [
        {
            "title": _("Details of the complainant"),
            "lines": [
                (_("Name or organisation"), ""),
                (_("Address"), ""),
                (_("City, postcode"), ""),
                (_("Country"), ""),
                (_("Telephone"), ""),
                (_("Fax"), ""),
                (_("E-mail"), ""),
                (_("Agent's details, if somebody acts for you"), ""),
                (_("Contact person, if different"), ""),
            ],
            "boxes": [_("I wish to stay anonymous")],
        },
        {
            "title": _("Product or service"),
            "lines": [(_("Product or order number, if known"), ""), (_("Description"), "tall")],
        },
        {
            "title": _("The problem"),
            "lines": [(_("Date of occurrence"), ""), (_("Description of the problem"), "taller")],
        },
        {
            "title": _("Remedy requested"),
            "boxes": [_("Yes, I ask for a remedy"), _("No remedy asked for")],
            "lines": [(_("Which"), "tall")],
        },
        {"title": _("Date and signature"), "lines": [(_("Date"), ""), (_("Signature"), "")]},
        {"title": _("Attachments"), "lines": [(_("List of attachments"), "tall")]},
    ]
