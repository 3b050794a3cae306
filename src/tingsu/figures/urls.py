"""Pages of the figures, below /desk/."""

from django.urls import path

from tingsu.complaints.rulebook_pages import pages
from tingsu.figures import analysis_pages, cohort_pages, cost_pages, relation_pages, views
from tingsu.figures.editors import INDICATORS

app_name = "figures"

urlpatterns = [
    path("indicators/", views.indicators_page, name="indicators"),
    path("indicators/list.<str:form>", views.indicators_file, name="file"),
    path("indicators/<str:code>/chart.<str:form>", views.indicator_picture, name="picture"),
    path("indicators/<str:code>/", views.indicator_page, name="indicator"),
    path("indicators/<str:code>/cases/", views.cases_page, name="cases"),
    path("analysis/", analysis_pages.analysis_page, name="analysis"),
    path("analysis/stages/", analysis_pages.stages_page, name="stages"),
    path("analysis/stages/chart.<str:form>", analysis_pages.stages_picture, name="stages_picture"),
    path("analysis/costs/", cost_pages.costs_page, name="costs"),
    path("analysis/costs/list.<str:form>", cost_pages.costs_file, name="costs_file"),
    path("analysis/satisfaction/", relation_pages.relation_page, name="relation"),
    path("analysis/cohorts/", cohort_pages.cohorts_page, name="cohorts"),
    path("analysis/cohorts/list.<str:form>", cohort_pages.cohorts_file, name="cohorts_file"),
    path("analysis/list.<str:form>", analysis_pages.analysis_file, name="analysis_file"),
    *pages(INDICATORS),
]
