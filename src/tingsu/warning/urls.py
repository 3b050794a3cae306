"""Pages of early warning, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.warning import views
from tingsu.warning.editors import RULES

app_name = "warning"

urlpatterns = [
    path("warnings/<str:number>/chart.<str:form>", views.picture, name="picture"),
    *pages(RULES),
]
