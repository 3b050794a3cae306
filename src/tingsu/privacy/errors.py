"""The ways privacy says no."""

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import NotAllowed, TingsuError


class RevealNotAllowed(NotAllowed):
    code = "reveal_not_allowed"
    sentence = _("Your role does not allow showing this in full.")


class PurposeNeeded(TingsuError):
    code, status = "purpose_needed", 422
    sentence = _("Say what you need it for, in at least two characters.")


class NothingToReveal(TingsuError):
    code, status = "nothing_to_reveal", 404
    sentence = _("This was not given, or it has been erased.")
