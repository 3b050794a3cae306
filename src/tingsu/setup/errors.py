"""Why a set-up does not go on, one sentence each."""

from django.utils.translation import gettext_lazy as _

from tingsu.kernel.errors import TingsuError


class NotSetUp(TingsuError):
    code, status = "not_set_up", 503
    sentence = _("This complaint service is not set up yet. Please come back later.")


class LinkWrong(TingsuError):
    code, status = "link_wrong", 403
    sentence = _(
        "This link is not the one that was made last. Use the newest one, or make a new one: ./tingsu setup --link"
    )


class LinkUsed(TingsuError):
    code, status = "link_used", 403
    sentence = _(
        "This link was used already, and works once. To go on from this browser make a new one: ./tingsu setup --link"
    )


class LinkOld(TingsuError):
    code, status = "link_old", 403
    sentence = _("This link is older than a day and does not work any more. Make a new one: ./tingsu setup --link")


class TakenOver(TingsuError):
    code, status = "taken_over", 409
    sentence = _(
        "The set-up goes on in another browser, with a newer link. What you entered up to the page before is kept there."
    )


class BeingFounded(TingsuError):
    code, status = "being_founded", 409
    sentence = _("The organisation is being made at this very moment. Wait a few seconds, then load this page again.")


class DoneAlready(TingsuError):
    code, status = "done_already", 410
    sentence = _("The set-up is done. Sign in with the account that was made then.")


class SlugTaken(TingsuError):
    code = "slug_taken"
    sentence = _("Another organisation of this installation has this short name.")


class HostTaken(TingsuError):
    code = "host_taken"
    sentence = _("Another organisation of this installation answers at this host.")


class NotYet(TingsuError):
    code = "not_yet"
    sentence = _("This is still open: %(what)s")
