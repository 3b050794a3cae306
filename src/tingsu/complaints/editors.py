"""How letter templates are edited: a rulebook each, in one frame, linked beside each other (AK-02)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tingsu.complaints.rulebook_pages import Column, Editor, Text
from tingsu.kernel.fields import in_language
from tingsu.letters import choosing, signatures
from tingsu.letters.preview import places_of, previews
from tingsu.letters.sms import short
from tingsu.letters.templates_book import TEMPLATES, Template, kind_of
from tingsu.people import queries as people


def _editor(template: Template) -> Editor:
    return Editor(
        app="complaints",
        kind=kind_of(template.name),
        name=f"letter_{template.name}",
        slug=f"letters/{template.name.replace('_', '-')}",
        title=template.label,
        intro=_(
            "Places in braces are filled in when the letter leaves; a line whose places are all empty is left out."
        ),
        columns=(
            Column(name="subject", label=_("Subject"), kind="both"),
            Column(name="body", label=_("Text of the letter"), kind="long"),
        ),
        beside=tuple(
            (other.label, f"complaints:letter_{other.name}") for other in TEMPLATES.values() if other is not template
        ),
        part="complaints/letter_preview.html",
        part_context=lambda body: {"previews": previews(body, signatures.firms), "places": places_of(template)},
    )


LETTERS = [_editor(template) for template in TEMPLATES.values()]

BESIDE = (
    (_("Quiet hours"), "complaints:means"),
    (_("Text messages"), "complaints:text_messages"),
    (_("Signatures of mails"), "complaints:mail_signatures"),
)


def _units() -> dict[str, Text]:
    """Whose signature it may be: the firm's, or one of a unit."""
    found: dict[str, Text] = {signatures.FIRM: _("The whole firm")}
    return found | {unit.code: in_language(unit.name) for unit in people.units()}


SIGNATURES = Editor(
    app="complaints",
    kind=signatures.KIND,
    slug="mail-signatures",
    title=_("Signatures of mails"),
    intro=_(
        "What stands below each mail to a party: the signature of the unit of whoever writes, else of a unit above it, else the firm's. "
        "Who writes is named by the letter itself, under the work name; here stand unit, line, hours, address."
    ),
    entries="signatures",
    key="unit",
    columns=(
        Column(name="unit", label=_("Of whom"), kind="choice", options=_units),
        Column(
            name="text",
            label=pgettext_lazy("mail", "Signature"),
            kind="long",
            hint=_(
                "At most ten lines. {organisation} and {hotline} are filled in; a line whose places are all empty is left out."
            ),
        ),
    ),
    beside=BESIDE,
)
MEANS = Editor(
    app="complaints",
    kind=choosing.KIND,
    slug="means",
    title=_("Means and quiet hours"),
    intro=_(
        "When nothing rings at a complainant, by text message or telephone. Cases that cannot wait, acknowledgements and codes "
        "somebody has just asked for leave at any hour."
    ),
    columns=(
        Column(
            name="quiet_from", label=_("Quiet from"), hint=_("On the wall clock of the organisation, such as 21:00.")
        ),
        Column(name="quiet_until", label=_("Quiet until"), hint=_("Equal times: there are no quiet hours.")),
        Column(name="call_tries", label=_("Tries of a call before another means is taken"), kind="number"),
        Column(
            name="no_progress_notices",
            label=_("No automatic progress notices"),
            kind="flag",
            hint=_(
                "Else whoever heard nothing since a limit began is told stage, next date and contact before it ends."
            ),
        ),
    ),
    beside=BESIDE,
)
TEXT_MESSAGES = Editor(
    app="complaints",
    kind=short.KIND,
    slug="text-messages",
    title=_("Text messages"),
    intro=_(
        "How each kind of letter reads as a text message, and the code that the provider gave when it approved the text. A kind without a "
        "code does not leave by text message."
    ),
    entries="texts",
    columns=(
        Column(
            name="code",
            label=_("Letter"),
            kind="choice",
            options={name: one.label for name, one in TEMPLATES.items()},
        ),
        Column(
            name="text",
            label=_("Text as it was approved"),
            kind="long",
            hint=_("Places in braces are filled in. Names, words of the case and amounts cannot stand here."),
        ),
        Column(
            name="approved",
            label=_("Code of the provider"),
            kind="both",
            required=False,
            hint=_("Such as SMS_123456789 or 1234567."),
        ),
    ),
    beside=BESIDE,
)
