"""How the notices of signing read."""

from django.utils.translation import pgettext_lazy

from tingsu.letters.notices import declare

declare({"case.document_signed": (pgettext_lazy("notice", "A document was signed"), "edit")})
