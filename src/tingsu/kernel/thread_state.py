"""Language, time zone and path of a request are looked up in one step.

Django keeps them in `asgiref.Local`, which asks a context variable through five calls of Python, so that tasks of one event
loop do not share them. Each request and each job of ours has a thread for itself from its beginning to its end, and a page asks for
its language a thousand times: `threading.local` holds the same and answers without a call.
"""

import threading

from django.urls import base as urls
from django.utils import timezone
from django.utils.translation import trans_real

PLACES = ((trans_real, "_active"), (timezone, "_active"), (urls, "_prefixes"), (urls, "_urlconfs"))
"""The module of Django and the name under which it keeps the state of whoever asks."""


def keep_by_thread() -> None:
    """Put the quick ones in the place of Django's. Raises AttributeError where another Django keeps them elsewhere."""
    for module, name in PLACES:
        before = getattr(module, name)
        if not isinstance(before, threading.local):
            own = threading.local()
            if hasattr(before, "value"):
                own.value = before.value
            setattr(module, name, own)
