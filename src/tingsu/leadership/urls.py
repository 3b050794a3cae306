"""What statements have beside their register, below /desk/."""

from django.urls import path

from tingsu.leadership import views

app_name = "leadership"
urlpatterns = [
    path("values/feedback/", views.feedback_page, name="feedback"),
    path("values/<str:number>/read/", views.read, name="read"),
    path("values/<str:number>/readers/", views.readers, name="readers"),
    path("values/examples/<slug:kind>/", views.adopt, name="adopt"),
]
