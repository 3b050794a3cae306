"""Where people stand: slips of a suggestion box or a store's desk, visitors at a screen; below /desk/."""

from django.urls import path

from tingsu.intake import batch_page, visit_page

app_name = "intake"
urlpatterns = [
    path("batches/<str:number>/slips/", batch_page.grid, name="slips"),
    path("visits/", visit_page.page, name="visits"),
]
