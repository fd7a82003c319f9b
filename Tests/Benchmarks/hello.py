# The application for the servers in Python: the same answers as forktail's hello and files.
import os

DIRECTORY = "files"


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/plain":
        return answer(start_response, "text/plain; charset=utf-8", 14, [b"Hello, World!\n"])
    file = open(os.path.join(DIRECTORY, os.path.basename(path)), "rb")
    size = os.fstat(file.fileno()).st_size
    body = environ["wsgi.file_wrapper"](file)
    return answer(start_response, "application/octet-stream", size, body)


def answer(start_response, media_type, size, body):
    start_response("200 OK", [("Content-Type", media_type), ("Content-Length", str(size))])
    return body
