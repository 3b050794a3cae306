"""The application that the web server loads: Django behind the door that buffers, limits and measures (ops.web.door)."""

from tingsu.ops.web.serving import at_the_door
from tingsu.wsgi import application as pages

application = at_the_door(pages)
