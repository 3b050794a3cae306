"""What the scripts of the public pages say."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def script_texts() -> dict[str, str]:
    """The sentences of the page's script, in the page's language."""
    return {
        "saved": _("Saved"),
        "saving": _("Saving…"),
        "not_saved": _("Not saved yet; we try again."),
        "other_window": _("You also write in another window; what stands here is compared when you go on."),
        "uploading": _("Uploading {percent} %"),
        "received": _("received"),
        "unfinished": _("{percent} % has arrived. Choose the same file again: it goes on from there."),
        "upload_failed": _("{name} was not received. Check the connection and add it again."),
        "upload_not_kept": _("{name} could not be kept: the fault is ours. Try again in a minute."),
        "bytes": pgettext("size of a file", "{count} bytes"),
        "too_large": _("{name} has {size}; at most {limit} can be taken. Nothing was sent."),
        "try_again": _("Try again"),
        "dismiss": _("Dismiss this message"),
        "remove": _("Remove {name}"),
        "copied": _("Copied"),
        "sending": _("Sending…"),
        "no_answer": _("No answer yet. What you typed is still here; press the button again. Nothing is sent twice."),
        "photos_first": _("Photos are still on their way. We go on by ourselves as soon as they have arrived."),
        "photos_lost": _("A photo was not received. Send it again, or press once more to go on without it."),
        "not_removed": _("The file could not be removed. Check the connection and try again."),
        "not_reached": _("We could not reach the server. Check the connection and press “Stay” again."),
        "closed_offline": _(
            "This page has closed for your safety. What you typed is kept in it and sent as soon as you are connected again; leave it open."
        ),
        "listening": _("Listening; tap to stop"),
        "speak": _("Speech input"),
        "read": _("Read aloud"),
        "stop_reading": _("Stop reading"),
    }
