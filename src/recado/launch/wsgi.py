"""The WSGI application that granian serves (`recado web`)."""

import os

from recado.launch.lifeline import tie_to_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recado.launch.settings")
tie_to_parent()

from django.core.wsgi import get_wsgi_application  # noqa: E402  # Django reads the line above

application = get_wsgi_application()
