"""Addresses: the public side at the root, the staff side below /desk/, programs below /api/."""

from importlib.util import find_spec

from django.urls import include, path

from tingsu.setup.asked import refuse_unexplained_fields

FIRST = [("api/", "api"), ("files/", "files")]
"""What programs and pictures ask for most stands before the many branches below /desk/, which are tried one after the other."""
MOUNTS = [
    ("desk/settings/people/", "people"),
    ("desk/settings/limits/", "clocks"),
    ("desk/settings/calendars/", "calendars"),
    ("desk/records/", "registers"),
    ("desk/", "triage"),
    ("desk/", "casework"),
    ("desk/", "settlement"),
    ("desk/", "aftercare"),
    ("desk/", "inquiry"),
    ("desk/", "governance"),
    ("desk/", "evaluation"),
    ("desk/settings/hooks/", "hooks"),
    ("desk/", "letters"),
    ("desk/", "mail"),
    ("desk/", "outside"),
    ("desk/", "intake"),
    ("desk/", "figures"),
    ("desk/", "leadership"),
    ("desk/", "improvement"),
    ("desk/", "documents"),
    ("desk/", "warning"),
    ("desk/", "satisfaction"),
    ("desk/", "quality"),
    ("desk/", "planning"),
    ("desk/", "protection"),
    ("desk/", "competence"),
    ("desk/", "knowledge"),
    ("desk/", "appraisal"),
    ("desk/", "phone"),
    ("desk/", "conformity"),
    ("desk/", "privacy"),
    ("desk/", "complaints"),
    ("desk/", "signing"),
    ("desk/", "desk"),
    ("partner/", "partners"),
    ("", "demo"),
    ("", "ops"),
    ("", "setup"),
    ("", "portal"),
]

urlpatterns = [
    path("accounts/", include("tingsu.people.account_urls")),
    *(path(prefix, include(f"tingsu.{app}.urls")) for prefix, app in FIRST),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/settings/programs/", include("tingsu.api.settings_urls")),
    path("hooks/phone/", include("tingsu.phone.hook_urls")),
    path("hooks/", include("tingsu.letters.hook_urls")),
    path("desk/settings/partner-accounts/", include("tingsu.partners.desk_urls")),
    path("auditor/", include("tingsu.conformity.door_urls")),
    path("desk/", include("tingsu.portal.desk_urls")),
    path("desk/settings/jobs/", include("tingsu.ops.settings_urls")),
    *(path(prefix, include(f"tingsu.{app}.urls")) for prefix, app in MOUNTS if find_spec(f"tingsu.{app}.urls")),
]

for _pattern in urlpatterns:
    _pattern.url_patterns  # noqa: B018 each app's pages, and with them its forms, are loaded now
refuse_unexplained_fields()

handler400 = "tingsu.pages.views.not_read"
handler500 = "tingsu.pages.views.server_error"
