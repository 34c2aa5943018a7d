"""The WSGI entry point for granian or any other server."""

from django.core.wsgi import get_wsgi_application

from peakend.config.start import start_django

start_django()
application = get_wsgi_application()
