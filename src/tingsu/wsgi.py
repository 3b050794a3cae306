"""Django as WSGI, which `tingsu.asgi` puts behind the door of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingsu.settings")
application = get_wsgi_application()
