"""What the scripts of the public pages say."""

from django.utils.translation import gettext as _


def script_texts() -> dict[str, str]:
    """The sentences of the page's script, in the page's language."""
    return {
        "saved": _("Saved"),
        "saving": _("Saving…"),
        "not_saved": _("Not saved yet; we try again."),
        "other_window": _("You also write in another window; what stands here is compared when you go on."),
        "uploading": _("Uploading {percent} %"),
        "received": _("received"),
        "upload_failed": _("{name} was not received. Check the connection and add it again."),
        "upload_not_kept": _("{name} could not be kept: the fault is ours. Try again in a minute."),
        "too_large": _("{name} has {size}; at most {limit} can be taken. Nothing was sent."),
        "try_again": _("Try again"),
        "dismiss": _("Put this message away"),
        "remove": _("Remove {name}"),
        "copied": _("Copied"),
        "sending": _("Sending…"),
        "listening": _("Listening; tap to stop"),
        "speak": _("Speech input"),
        "read": _("Read aloud"),
        "stop_reading": _("Stop reading"),
    }
