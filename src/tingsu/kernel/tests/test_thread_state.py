"""Language, time zone and path of a request stand in `threading.local`: each thread has its own, and Django finds them there."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation
from django.utils.translation import gettext

from tingsu.kernel import thread_state


def test_each_thread_has_its_own_language_time_zone_and_path() -> None:
    assert all(isinstance(getattr(module, name), threading.local) for module, name in thread_state.PLACES)

    def told() -> tuple[str | None, str, str]:
        return translation.get_language(), str(timezone.get_current_timezone()), get_script_prefix()

    usual = told()
    with translation.override("en"), timezone.override("America/New_York"):
        set_script_prefix("/firm/")
        try:
            assert told() == ("en", "America/New_York", "/firm/")
            assert gettext("Queue") == "Queue"
            with ThreadPoolExecutor(1) as other:
                assert other.submit(told).result() == (
                    settings.LANGUAGE_CODE,
                    usual[1],
                    "/",
                )
        finally:
            set_script_prefix(usual[2])
    assert told() == usual


def test_what_was_chosen_before_stays_chosen() -> None:
    kept = [(module, name, getattr(module, name)) for module, name in thread_state.PLACES]
    thread_state.keep_by_thread()
    assert all(getattr(module, name) is before for module, name, before in kept), "a second time changes nothing"
