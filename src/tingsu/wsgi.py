"""Django as WSGI, which `tingsu.asgi` puts behind the door of the web server."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tingsu.ops.maintenance import Notice

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingsu.settings")
application = Notice(get_wsgi_application(), Path(settings.HOME))
