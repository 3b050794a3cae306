"""The door of auditors from outside, below /auditor/."""

from django.urls import path

from tingsu.conformity import door_views

app_name = "auditor"

urlpatterns = [
    path("", door_views.home, name="home"),
    path("clauses/<str:code>/<str:slug>/", door_views.clause_page, name="clause"),
    path("packs/<str:number>.zip", door_views.pack, name="pack"),
    path("packs/<str:number>/<path:name>", door_views.record, name="record"),
]
