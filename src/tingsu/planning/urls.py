"""Pages of planning, below /desk/."""

from django.urls import path

from tingsu.planning import views

app_name = "planning"

urlpatterns = [
    path("planning/", views.overview_page, name="overview"),
    path("planning/shipped/", views.take_over, name="take_over"),
    path("planning/map/", views.map_page, name="map"),
    path("planning/actions/", views.plan_page, name="plan"),
    path("planning/criteria/", views.criteria_page, name="criteria"),
    path("planning/standards/", views.standards_page, name="standards"),
]
