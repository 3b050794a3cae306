"""Pages of the conformity view, below /desk/."""

from django.urls import path

from tingsu.conformity import views

app_name = "conformity"

urlpatterns = [
    path("conformity/", views.index_page, name="index"),
    path("conformity/processes/", views.processes_page, name="processes"),
    path("conformity/rules/<slug:kind>.pdf", views.rules, name="rules"),
    path("conformity/principles/", views.principles_page, name="principles"),
    path("conformity/packs/<str:number>.zip", views.pack, name="pack"),
    path("conformity/audits/<str:number>/password/", views.first_password, name="password"),
    path("conformity/<str:code>/<str:slug>/", views.one_page, name="clause"),
]
