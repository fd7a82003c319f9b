"""The answer of hello.py by Django."""
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="only for tests")
urlpatterns = [path("plain", lambda request: HttpResponse("Hello, World!\n", "text/plain"))]
app = get_wsgi_application()
