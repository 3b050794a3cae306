"""How letter templates are edited: a rulebook each, in one frame, linked beside each other (AK-02)."""

from django.utils.translation import gettext_lazy as _

from tingsu.complaints.rulebook_pages import Column, Editor
from tingsu.letters.preview import places_of, previews
from tingsu.letters.templates_book import TEMPLATES, Template, kind_of


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
        part_context=lambda body: {"previews": previews(body), "places": places_of(template)},
    )


LETTERS = [_editor(template) for template in TEMPLATES.values()]
