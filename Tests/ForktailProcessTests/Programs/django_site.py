"""A Django project in one file."""
import os
import signal
import time

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for tests",
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)


def identity(request):
    slot, generation = os.environ["FORKTAIL_SLOT"], os.environ["FORKTAIL_GENERATION"]
    return HttpResponse(f"{slot} {os.getpid()} {generation}\n", content_type="text/plain")


def slow(request):
    time.sleep(2)
    return HttpResponse("slow\n")


def hang(request):
    time.sleep(1e6)


def crash(request):
    os.kill(os.getpid(), signal.SIGKILL)


urlpatterns = [path("", identity), path("slow", slow), path("hang", hang), path("crash", crash)]
application = get_wsgi_application()
