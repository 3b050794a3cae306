"""What the portal brings to the staff side, below /desk/: the question tree's rules and the figures of the form."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.portal.tree import TREE
from tingsu.portal.views import effort

app_name = "web"
urlpatterns = [*pages(TREE), path("effort/", effort.by_month, name="effort")]
