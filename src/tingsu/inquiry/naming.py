"""How queries outside a case are called in its history."""

from tingsu.complaints.models import Complaint
from tingsu.complaints.naming import Names, declare_names
from tingsu.inquiry.models import Release
from tingsu.inquiry.steps.releases import words_of


def releases(complaint: Complaint) -> Names:
    return {str(row.pk): words_of(row) for row in Release.of(complaint)}


declare_names(releases, "releases_asked", "releases_open")
