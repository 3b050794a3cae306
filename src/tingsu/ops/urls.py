from django.urls import path

from tingsu.ops import views

urlpatterns = [path("healthz", views.health, name="health")]
