"""Prints the processor time of a call of a WSGI application, in a loop without a server: MODULE."""
import importlib
import io
import sys
import time

ROUNDS, CALLS = 10, 1000
app = importlib.import_module(sys.argv[1]).app
template = {
    "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": "/plain", "QUERY_STRING": "",
    "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1", "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.multithread": False,
    "wsgi.multiprocess": True, "wsgi.run_once": False,
}


def start_response(status, headers, exc_info=None):
    pass


def call():
    environ = dict(template)
    environ["wsgi.input"] = io.BytesIO()
    result = app(environ, start_response)
    b"".join(result)
    close = getattr(result, "close", None)
    if close:
        close()


def seconds():
    start = time.process_time()
    for _ in range(CALLS):
        call()
    return time.process_time() - start


seconds()
print(f"{min(seconds() for _ in range(ROUNDS)) / CALLS * 1e6:.1f} us")
