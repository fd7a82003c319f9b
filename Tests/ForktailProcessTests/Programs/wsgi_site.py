"""A WSGI application: each path is a row of PEP 3333, or a fault."""
import concurrent.futures
import ctypes
import gzip
import io
import logging
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import wsgiref.validate

HERE = os.path.abspath(__file__)
TEXT = [("Content-Type", "text/plain")]
LOADER = os.getpid()
# An application that uses OpenSSL itself, as most do.
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
closed = []
executor = concurrent.futures.ThreadPoolExecutor(1)


class Closing:
    """An iterable that notes its close."""

    def __init__(self, name, pieces):
        self.name = name
        self.pieces = iter(pieces)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.pieces)

    def close(self):
        closed.append(self.name)


def ok(environ, start_response):
    start_response("200 OK", TEXT)
    return [b"ok\n"]


def identity(environ, start_response):
    start_response("200 OK", TEXT)
    return [b"%d\n" % os.getpid()]


def loader(environ, start_response):
    """The process that has loaded this module."""
    start_response("200 OK", TEXT)
    return [b"%d" % LOADER]


def environ_of(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    lines = [f"{key}={environ[key]!r}\n" for key in sorted(environ)]
    return ["".join(lines).encode()]


def generator(environ, start_response):
    start_response("200 OK", TEXT)

    def pieces():
        yield b"one "
        yield b""
        yield b"two "
        yield b"three"
    return Closing("generator", pieces())


def lazy(environ, start_response):
    """Calls start_response with its first piece."""
    start_response("200 OK", TEXT)
    yield b"lazy"


def empty(environ, start_response):
    start_response("200 OK", TEXT)
    return iter([])


def sized(environ, start_response):
    start_response("200 OK", TEXT + [("Content-Length", "6")])
    return Closing("sized", [b"abc", b"def"])


def whole(environ, start_response):
    start_response("200 OK", TEXT + [("Content-Length", "3")])
    return Closing("whole", [b"abc"])


def parts(environ, start_response):
    start_response("200 OK", TEXT)
    return (b"a", b"b", b"c")


def latin(environ, start_response):
    """Header values are ISO 8859-1, which may hold the bytes of UTF-8."""
    start_response("200 OK", TEXT + [("X-Latin", "caf\xe9"), ("X-UTF8", "caf\xc3\xa9")])
    return [b"ok"]


def write(environ, start_response):
    put = start_response("200 OK", TEXT)
    put(b"written ")
    put(b"first ")
    return [b"and returned"]


def none(environ, start_response):
    start_response("204 No Content", [])
    return []


def unchanged(environ, start_response):
    start_response("304 Not Modified", [("ETag", '"a"')])
    return Closing("unchanged", [b""])


def exc_info(environ, start_response):
    start_response("200 OK", TEXT)
    try:
        raise ValueError("handled")
    except ValueError:
        start_response("500 Handled", TEXT, sys.exc_info())
    return [b"handled"]


def sized_write(environ, start_response):
    put = start_response("200 OK", TEXT + [("Content-Length", "6")])
    put(b"abc")
    put(b"")
    return iter([b"def"])


def wait_for(path):
    while not os.path.exists(path):
        time.sleep(0.01)


def paced(environ, start_response):
    """Gives its second piece once a file is there."""
    start_response("200 OK", TEXT)
    yield b"first"
    wait_for(environ["QUERY_STRING"])
    yield b" second"


def paced_write(environ, start_response):
    put = start_response("200 OK", TEXT)
    put(b"first")
    wait_for(environ["QUERY_STRING"])
    put(b" second")
    return []


def paced_end(environ, start_response):
    """Waits for a file behind the last byte of its body."""
    start_response("200 OK", TEXT + [("Content-Length", "5")])
    yield b"first"
    wait_for(environ["QUERY_STRING"])
    open(environ["QUERY_STRING"] + ".ended", "w").close()


def hangs_behind(environ, start_response):
    start_response("200 OK", TEXT + [("Content-Length", "5")])
    yield b"first"
    while True:
        pass


def hangs_within(environ, start_response):
    start_response("200 OK", TEXT)
    yield b"first"
    while True:
        pass


uploads = []
most_uploads = 0
lock = threading.Lock()


def upload(environ, start_response):
    """Says how many of these ran at a time at most."""
    global most_uploads
    with lock:
        uploads.append(1)
        most_uploads = max(most_uploads, len(uploads))
    count = 0
    while data := environ["wsgi.input"].read(65536):
        count += len(data)
    time.sleep(0.05)
    with lock:
        uploads.pop()
    start_response("200 OK", TEXT)
    return [b"%d %d" % (count, most_uploads)]


def read(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", TEXT)
    return [b"%d %s" % (len(body), body[:10])]


def lines(environ, start_response):
    source = environ["wsgi.input"]
    found = [source.readline(), source.readline(2), *source.readlines()]
    start_response("200 OK", TEXT)
    return [repr(found).encode()]


def iterate(environ, start_response):
    found = [len(line) for line in environ["wsgi.input"]]
    start_response("200 OK", TEXT)
    return [repr(found).encode()]


def errors(environ, start_response):
    environ["wsgi.errors"].write("first line\nsecond ")
    environ["wsgi.errors"].writelines(["line\n"])
    environ["wsgi.errors"].flush()
    environ["wsgi.errors"].write("without an end")
    return ok(environ, start_response)


def file(environ, start_response):
    start_response("200 OK", TEXT)
    return environ["wsgi.file_wrapper"](open(HERE, "rb"))


def rest_of_file(environ, start_response):
    source = open(HERE, "rb")
    source.seek(10)
    start_response("200 OK", TEXT + [("Content-Length", "20")])
    return environ["wsgi.file_wrapper"](source, 7)


def memory_file(environ, start_response):
    start_response("200 OK", TEXT)
    return environ["wsgi.file_wrapper"](io.BytesIO(b"in memory"), 3)


def compressed_file(environ, start_response):
    """A file whose descriptor gives other bytes than its read()."""
    with tempfile.NamedTemporaryFile() as place:
        with gzip.open(place.name, "wb") as file:
            file.write(b"expanded")
        start_response("200 OK", TEXT)
        return environ["wsgi.file_wrapper"](gzip.open(place.name))


def show_closed(environ, start_response):
    start_response("200 OK", TEXT)
    return [" ".join(closed).encode()]


def same_thread(environ, start_response):
    """All that runs for a request runs in one thread."""
    start_response("200 OK", TEXT)
    thread = threading.get_ident()

    def pieces():
        for _ in range(3):
            yield b"same " if threading.get_ident() == thread else b"other "
    return pieces()


kept = threading.local()


def thread_local(environ, start_response):
    """What a thread keeps is there for its next request."""
    kept.count = getattr(kept, "count", 0) + 1
    start_response("200 OK", TEXT)
    return [b"%d" % kept.count]


def endless(environ, start_response):
    start_response("200 OK", TEXT)
    return Closing("endless", iter(lambda: b"x" * 65536, None))


def endless_write(environ, start_response):
    put = start_response("200 OK", TEXT)
    try:
        while True:
            put(b"x" * 65536)
    finally:
        closed.append("endless_write")


def logs(environ, start_response):
    logging.getLogger("shop.orders").warning("order %d is late", 17)
    try:
        raise ValueError("a reason")
    except ValueError:
        logging.exception("no order")
    return ok(environ, start_response)


def child(environ, start_response):
    text = subprocess.run(["echo", "from a child"], stdout=subprocess.PIPE, check=True).stdout
    start_response("200 OK", TEXT)
    return [text]


def forked(environ, start_response):
    """What a child without exec has open: sockets, and what the signals do."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        names = [link(number) for number in os.listdir("/proc/self/fd")]
        os.write(writing, b"%d" % sum(name.startswith("socket:") for name in names))
        os._exit(0)
    os.close(writing)
    os.waitpid(process, 0)
    count = os.read(reading, 100)
    os.close(reading)
    start_response("200 OK", TEXT)
    return [count + b" sockets"]


def broken_pipe_in_child(environ, start_response):
    """A child of Python's ignores SIGPIPE, as Python itself does."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        try:
            # Until the parent has closed its end, too.
            while True:
                os.write(writing, b"x")
        except BrokenPipeError:
            os._exit(3)
    os.close(reading)
    os.close(writing)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    start_response("200 OK", TEXT)
    return [b"%d" % status]


def later(environ, start_response):
    """What an executor has been given is done before the worker leaves."""
    def write():
        time.sleep(0.3)
        with open(environ["QUERY_STRING"], "w"):
            pass
    executor.submit(write)
    return ok(environ, start_response)


def link(number):
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        return ""


def returns_in_child(environ, start_response):
    """A child that returns must not answer."""
    process = os.fork()
    if process:
        os.waitpid(process, 0)
    start_response("200 OK", TEXT)
    return [b"once"]


def sleep(environ, start_response):
    time.sleep(float(environ["QUERY_STRING"]))
    return ok(environ, start_response)


def gate(environ, start_response):
    """Says by a file that it was entered, and waits for another one."""
    path = environ["QUERY_STRING"]
    open(path + ".entered", "w").close()
    wait_for(path)
    return ok(environ, start_response)


# What is against PEP 3333.

def returns_text(environ, start_response):
    start_response("200 OK", TEXT)
    return "text"


def returns_texts(environ, start_response):
    start_response("200 OK", TEXT)
    return ["text"]


def returns_none(environ, start_response):
    start_response("200 OK", TEXT)


def no_start(environ, start_response):
    return [b"never started"]


def start_twice(environ, start_response):
    start_response("200 OK", TEXT)
    return ok(environ, start_response)


def bad_status(environ, start_response):
    start_response("200", TEXT)
    return [b""]


def bytes_status(environ, start_response):
    start_response(b"200 OK", TEXT)
    return [b""]


def number_value(environ, start_response):
    start_response("200 OK", [("Content-Length", 3)])
    return [b"abc"]


def split_value(environ, start_response):
    start_response("200 OK", [("X-Split", "a\r\nSet-Cookie: b=c")])
    return [b""]


def bad_name(environ, start_response):
    start_response("200 OK", [("X Split", "a")])
    return [b""]


def hop_by_hop(environ, start_response):
    start_response("200 OK", [("Transfer-Encoding", "chunked")])
    return [b""]


def too_long(environ, start_response):
    start_response("200 OK", TEXT + [("Content-Length", "3")])
    return [b"abcdef"]


def too_short(environ, start_response):
    start_response("200 OK", TEXT + [("Content-Length", "9")])
    return [b"abcdef"]


def raises(environ, start_response):
    raise ValueError("no luck")


def raises_late(environ, start_response):
    start_response("200 OK", TEXT)

    def pieces():
        yield b"a" * 100
        raise KeyError("in the middle")
    return Closing("raises_late", pieces())


def raises_after_write(environ, start_response):
    start_response("200 OK", TEXT)(b"a" * 100)
    raise KeyError("in the middle")


def fails_after_write(environ, start_response):
    """Nothing can take the place of what has been sent."""
    put = start_response("200 OK", TEXT)
    put(b"half a page")
    try:
        raise ValueError("too late")
    except ValueError:
        start_response("500 Handled", TEXT, sys.exc_info())
    return [b"handled"]


def too_long_write(environ, start_response):
    put = start_response("200 OK", TEXT + [("Content-Length", "9")])
    put(b"abcdef")
    put(b"ghijkl")
    return []


def too_long_late(environ, start_response):
    start_response("200 OK", TEXT + [("Content-Length", "9")])
    return Closing("too_long_late", [b"abcdef", b"ghijkl"])


def too_short_late(environ, start_response):
    start_response("200 OK", TEXT + [("Content-Length", "9")])
    return Closing("too_short_late", [b"abc", b"def"])


# What ends the worker.

def exits(environ, start_response):
    sys.exit(3)


def segfault(environ, start_response):
    ctypes.string_at(0)


def close_all(environ, start_response):
    os.closerange(3, 4096)
    start_response("200 OK", [])
    return [b"closed"]


def abort(environ, start_response):
    os.abort()


class Nested:
    def __repr__(self):
        return repr(self)


def recursion(environ, start_response):
    sys.setrecursionlimit(10 ** 6)
    return repr(Nested())


def hang(environ, start_response):
    while True:
        pass


PATHS = {
    name.replace("_", "-"): value for name, value in list(globals().items())
    if callable(value) and name not in ("Closing", "Nested", "link")
}


def application(environ, start_response):
    name = environ["PATH_INFO"].strip("/").split("/")[0]
    return PATHS.get(name, ok)(environ, start_response)


validated = wsgiref.validate.validator(application)


def factory(name):
    def app(environ, start_response):
        start_response("200 OK", TEXT)
        return [name.encode()]
    return app
