"""What the log must not keep."""

import logging
import re

_LINK = re.compile(r"(/c/)[^/\s?#'\"]+")


class CoverLinks(logging.Filter):
    """The link of a letter opens a case without anything else: a log line names the page, never the key (PS-03)."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if "/c/" in line:
            record.msg, record.args = _LINK.sub(r"\1…", line), ()
        return True
