"""The keyboard map shown by "?" (look and feel §5). The scripts read their keys from the pages' data-key attributes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Row = tuple[tuple[str, ...], str | Promise]

KEY_MAP: tuple[tuple[str | Promise, tuple[Row, ...]], ...] = (
    (
        _("Everywhere"),
        (
            (("/",), _("Search")),
            (("N",), _("Register a complaint")),
            (("?",), _("All keys")),
            (("Ctrl ↵",), _("Send or save")),
            (("Esc",), _("Close or clear")),
        ),
    ),
    (
        _("Lists"),
        (
            (("J", "K"), _("Next, previous")),
            (("X",), _("Select")),
            (("Shift X",), _("Select a range")),
            (("↵",), _("Open")),
            (("Space",), _("Preview")),
            (("F",), _("Filter")),
            (("A",), _("Assign")),
            (("T",), _("Department task")),
            (("M",), _("Link")),
            (("P",), _("Risk")),
            (("B",), _("Feedback to several")),
        ),
    ),
    (
        _("Case"),
        (
            (("R",), _("Reply")),
            (("I",), _("Internal note")),
            (("C",), _("Call record")),
            (("E",), _("Edit")),
            (("G",), _("Next step of the process")),
        ),
    ),
    (_("Live board"), ((("\\",), _("Wall screen")),)),
    (
        _("Incoming mail"),
        (
            (("1", "7"), _("Say what a mail is")),
            (("G",), _("Put it to the suggested case")),
            (("J",), _("Next that waits")),
        ),
    ),
    (
        _("Phone registration"),
        (
            (("Alt 1", "Alt 4"), _("Sections")),
            (("Alt R",), _("Take the suggested risk")),
            (("Alt O",), _("Order")),
            (("Ctrl ;",), _("Next step of the script")),
        ),
    ),
)
