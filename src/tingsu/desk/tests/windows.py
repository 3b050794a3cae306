"""A browser in which the desk is open, on a clock that the test moves."""

from tingsu.desk.tests.cases import local

AT = local("2026-03-02 10:00")
KEPT = "Object.entries(localStorage).filter(([key]) => key.startsWith('tingsu-draft'))"
WIDE = {"viewport": {"width": 1440, "height": 900}}


def posts(window, path):
    return [body for method, asked, body in window.asked if method == "POST" and asked == path]
