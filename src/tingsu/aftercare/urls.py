from django.urls import path

from tingsu.aftercare.editors import AFTERCARE, RETENTION
from tingsu.aftercare.views import tracking_form_page
from tingsu.complaints.rulebook_pages import pages

app_name = "aftercare"

urlpatterns = [
    path("cases/<str:number>/tracking-form/", tracking_form_page, name="tracking_form"),
    *pages(AFTERCARE),
    *pages(RETENTION),
]
