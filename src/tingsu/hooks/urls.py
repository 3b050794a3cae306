"""Settings pages of subscriptions to events."""

from django.urls import path

from tingsu.hooks import views

app_name = "hooks"
urlpatterns = [
    path("", views.list_page, name="list"),
    path("<uuid:id>/", views.one_page, name="one"),
    path("<uuid:id>/<slug:what>/", views.do, name="do"),
]
