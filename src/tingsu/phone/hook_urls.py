"""Where telephone systems send their events; no session, no cookie: the signature says who it is."""

from django.urls import path

from tingsu.phone.hooks import events

urlpatterns = [path("<str:number>/", events, name="phone_events")]
