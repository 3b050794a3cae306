"""Where complaints are raised outside the service team's own channels (XR-01, IN-15, IG-05)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MEDIA, OTHER, OWN = "media", "other", "own"
PLATFORMS = (
    ("shenzhen", _("Shenzhen public service platform")),
    ("12315", _("National 12315 platform")),
    ("966315", _("Consumer hotline 966315")),
    ("12345", _("12345 government hotline")),
    ("petition", _("Government petitions")),
    ("xiaofeibao", _("Consumer protection platform Xiaofeibao")),
    (MEDIA, pgettext_lazy("platform", "Media")),
    (OTHER, pgettext_lazy("platform", "Another body")),
)
SOURCES = ((OWN, _("A list of our own (stores, another system)")), *PLATFORMS)
"""Where a list may come from: ours leads to complaints alone, one of a platform to spill-over complaints too."""


def channel_of(source: str) -> str:
    """By which channel a complaint of this source counts as received (IN-03)."""
    return {MEDIA: "media", OTHER: "other", OWN: "other"}.get(source, "regulator")


def name_of(source: str, words: str) -> str:
    """What a body is called; another one by the words given for it."""
    return words or str(dict(SOURCES).get(source, source))
