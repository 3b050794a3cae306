from django.urls import path

from tingsu.signing import views

app_name = "signing"
urlpatterns = [
    path("cases/<str:number>/sign/<slug:side>/", views.sign_page, name="sign"),
]
