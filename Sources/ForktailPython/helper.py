"""The part of the bridge that is Python: what PEP 3333 says of objects.

The functions whose names begin with an underscore are forktail's.
"""
import faulthandler, io, os, re, stat, sys, threading, traceback

END = object()
current = threading.local()


class ApplicationFault(Exception):
    """What an application does against PEP 3333."""


class BodyError(OSError):
    """The body of a request can't be read to its end."""


class Body(io.RawIOBase):
    def __init__(self, source):
        self.source = source

    def readable(self):
        return True

    def readinto(self, room):
        data = _read(self.source, len(room), BodyError)
        room[:len(data)] = data
        return len(data)


class Errors:
    encoding = "utf-8"

    def __init__(self):
        self.lock = threading.Lock()
        self.rest = ""

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("wsgi.errors takes str, not " + type(text).__name__)
        with self.lock:
            *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            _log("error", "wsgi.errors", utf8(line), None, None)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        with self.lock:
            line, self.rest = self.rest, ""
        if line:
            _log("error", "wsgi.errors", utf8(line), None, None)

    def isatty(self):
        return False


class FileWrapper:
    def __init__(self, filelike, blksize=65536):
        self.filelike = filelike
        self.blksize = blksize
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self):
        return self

    def __next__(self):
        data = self.filelike.read(self.blksize)
        if data:
            return data
        raise StopIteration


is_status = re.compile("[2-9][0-9][0-9] [\t -~\x80-\xff]*").fullmatch
is_head = re.compile(
    "(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\n)*").fullmatch
hop_by_hop = re.compile(
    "^(connection|keep-alive|proxy-authenticate|proxy-authorization|te|trailers?"
    "|transfer-encoding|upgrade):", re.I | re.M).search
lengths = re.compile("^content-length:[ \t]*(.*?)[ \t]*$", re.I | re.M).findall


def check_bytes(data, what):
    if type(data) is not bytes and not isinstance(data, bytes):
        raise ApplicationFault(
            f"{what} is {type(data).__name__}, not bytes" +
            ("; encode it" if isinstance(data, str) else ""))
    return data


class Exchange:
    """A call of the application, to the end of what it returns."""
    __slots__ = ("environ", "status", "head", "length", "sent", "has_begun", "written",
                 "result", "iterator", "first", "is_closed")

    def __init__(self, environ):
        self.environ = environ
        self.status = None
        self.head = b""
        self.length = None
        self.sent = 0
        self.has_begun = False
        self.written = None
        self.result = None
        self.iterator = None
        self.first = None
        self.is_closed = False

    def start_response(self, status, headers, exc_info=None):
        if exc_info:
            try:
                if self.has_begun:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
            # Nothing of it has been sent.
            self.written = None
        elif self.status is not None:
            raise ApplicationFault("start_response was called again without exc_info")
        if type(status) is not str:
            raise ApplicationFault(
                f"the status is {type(status).__name__}, not str: {status!r}")
        if not is_status(status):
            raise ApplicationFault(
                f"the status is not of three digits from 200 on, a space and a phrase: "
                f"{status!r}")
        if type(headers) is not list:
            raise ApplicationFault(
                f"the headers are {type(headers).__name__}, not list")
        try:
            head = "".join([f"{name}:{value}\n" for name, value in headers
                            if type(name) is str and type(value) is str])
            is_whole = head.count("\n") == len(headers)
        except (TypeError, ValueError):
            head, is_whole = "", False
        if not is_whole or not is_head(head) or hop_by_hop(head):
            raise ApplicationFault(fault_of(headers))
        found = lengths(head)
        length = None
        if found:
            if len(set(found)) > 1 or not (found[0].isascii() and found[0].isdigit()):
                raise ApplicationFault(f"Content-Length is {', '.join(found)!r}")
            length = int(found[0])
        self.status = status
        self.head = head.encode("latin-1")
        self.length = length
        return self.write

    def write(self, data):
        check_bytes(data, "what write() got")
        if self.written is None:
            # Memory is for the usual page; more goes to a file.
            import tempfile
            self.written = tempfile.SpooledTemporaryFile(1 << 20)
        self.written.write(data)

    def check_started(self):
        if self.status is None:
            raise ApplicationFault("the application has not called start_response")
        self.has_begun = True

    def check_length(self, count, is_end):
        """Compares what is sent with Content-Length."""
        self.sent += count
        if self.length is None or self.has_no_body:
            return
        if self.sent > self.length:
            raise ApplicationFault(
                f"the body is longer than its Content-Length of {self.length} bytes")
        if is_end and self.sent < self.length:
            raise ApplicationFault(
                f"the body has {self.sent} bytes, and Content-Length says {self.length}")

    @property
    def has_no_body(self):
        return (self.environ["REQUEST_METHOD"] == "HEAD"
                or self.status[:3] in ("204", "304"))

    def begin(self, result):
        """Returns what the response is made of; its body is bytes, a file or this."""
        self.result = result
        kind = type(result)
        if (kind is list or kind is tuple) and self.written is None:
            for part in result:
                check_bytes(part, "a part of the body")
            body = result[0] if len(result) == 1 else b"".join(result)
            return self.complete(body)
        if result is None:
            raise ApplicationFault("the application returned None, not an iterable of bytes")
        if kind is str:
            raise ApplicationFault("the application returned str, not an iterable of bytes")
        if kind is bytes and self.written is None:
            # Legal, and sent as one piece instead of one for each byte.
            return self.complete(result)
        if kind is FileWrapper and self.written is None:
            file = self.file(result)
            if file:
                return file
        self.iterator = iter(result)
        first = self.take_written() if self.written else b""
        while not first:
            first = next(self.iterator, END)
            if first is END:
                written = self.take_written() if self.written else b""
                return self.complete(written)
            check_bytes(first, "a piece of the body")
            if self.written:
                first = self.take_written() + first
        self.check_started()
        if self.has_no_body:
            self.close()
            return self.parts(None)
        is_whole = self.length == len(first)
        self.check_length(len(first), False)
        if is_whole and _finishes_early:
            self.finish()
            return self.parts(first)
        self.first = first
        return self.parts(self)

    def take_written(self):
        file, self.written = self.written, None
        file.seek(0)
        return file.read()

    def complete(self, body):
        self.check_started()
        self.check_length(len(body), True)
        self.close()
        return self.parts(body)

    def parts(self, body):
        return (self.status, self.head, -1 if self.length is None else self.length, body)

    def file(self, wrapper):
        """The file for sendfile(2), where it is one."""
        # Others with a descriptor, such as gzip.GzipFile, give other bytes than it has.
        raw = getattr(wrapper.filelike, "raw", wrapper.filelike)
        if type(raw) is not io.FileIO or isinstance(wrapper.filelike, io.TextIOBase):
            return None
        try:
            number = wrapper.filelike.fileno()
            offset = wrapper.filelike.tell()
            status = os.fstat(number)
        except (AttributeError, OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode) or offset < 0:
            return None
        self.check_started()
        count = max(0, status.st_size - offset)
        if self.length is not None and not self.has_no_body:
            if self.length > count:
                raise ApplicationFault(
                    f"the file has {count} bytes, and Content-Length says {self.length}")
            count = self.length
        copy = os.dup(number)
        os.set_inheritable(copy, False)
        self.close()
        return self.parts((copy, offset, count))

    def next(self):
        """The next piece of the body; None at its end."""
        try:
            if self.first is not None:
                piece, self.first = self.first, None
                return piece
            while True:
                piece = next(self.iterator, END)
                if piece is END:
                    if self.written:
                        piece = self.take_written()
                        self.check_length(len(piece), False)
                        return piece
                    self.check_length(0, True)
                    self.close()
                    return None
                check_bytes(piece, "a piece of the body")
                if self.written:
                    piece = self.take_written() + piece
                if piece:
                    self.check_length(len(piece), False)
                    return piece
        except BaseException as error:
            self.close()
            report(error, self.environ)
            return False

    def finish(self):
        """Runs the application to its end, although the body is whole."""
        for piece in self.iterator:
            if piece:
                check_bytes(piece, "a piece of the body")
                self.check_length(len(piece), False)
        self.close()

    def close(self):
        if self.is_closed:
            return
        self.is_closed = True
        result, self.result, self.iterator = self.result, None, None
        close = getattr(result, "close", None)
        if close is not None:
            try:
                close()
            except BaseException as error:
                report(error, self.environ)


def fault_of(headers):
    """Why start_response can't take the headers."""
    for header in headers:
        if type(header) is not tuple or len(header) != 2:
            return f"a header is not a tuple of a name and a value: {header!r}"
        name, value = header
        for what, text in (("name", name), ("value", value)):
            if type(text) is not str:
                return (f"the {what} of a header is {type(text).__name__}, not str: "
                        f"{header!r}")
        if hop_by_hop(name + ":"):
            return f"the header {name} is for one connection, so the server sets it"
        if "\r" in value or "\n" in value:
            return f"the value of the header {name} has a line break: {value!r}"
        if not is_head(f"{name}:\n"):
            return f"no header can have the name {name!r}"
        if not is_head(f"{name}:{value}\n"):
            return (f"the value of the header {name} has a control character, or one that "
                    f"is not of ISO 8859-1: {value!r}")
    return "the headers are not a list of tuples of two str"


def utf8(text):
    """A text that can be written: a lone surrogate becomes an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def report(error, environ):
    """Logs an exception with its traceback, without the lines of this text."""
    if isinstance(error, SystemExit):
        summary = f"it called sys.exit({error.code!r}), so the worker leaves"
    elif isinstance(error, ApplicationFault):
        summary = str(error)
    else:
        summary = traceback.format_exception_only(type(error), error)[-1].strip()
    try:
        lines = traceback.format_exception(type(error), error, error.__traceback__)
    except BaseException:
        lines = [summary]
    _fail(utf8(summary), utf8("".join(lines).rstrip()), environ.get("REQUEST_METHOD", "-"),
          environ.get("REQUEST_URI", "-"))
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        _leave()


def handle(environ, source):
    """Calls the application.

    Returns what the response is made of; None where the application failed, False where
    the body of the request can't be read."""
    exchange = Exchange(environ)
    if _logs_json:
        current.request = environ["REQUEST_METHOD"] + " " + environ["REQUEST_URI"]
    environ["wsgi.input"] = (
        io.BytesIO() if source is None else io.BufferedReader(Body(source), 16384))
    try:
        return exchange.begin(application(environ, exchange.start_response))
    except BodyError:
        exchange.close()
        return False
    except BaseException as error:
        exchange.close()
        report(error, environ)
        return None


def prepare(number):
    """Makes a crash write the stacks of all threads; comes before forktail's own handlers."""
    global report_number
    report_number = number
    faulthandler.enable(file=number, all_threads=True)


def write_stacks():
    """Writes the stacks of all threads where a crash would write them."""
    os.ftruncate(report_number, 0)
    os.lseek(report_number, 0, os.SEEK_SET)
    faulthandler.dump_traceback(file=report_number, all_threads=True)


def boot(module, name):
    """Loads the application; returns a text where that fails."""
    global application
    os.register_at_fork(after_in_child=_forked)
    # It is of forktail's own, and of this process.
    os.environ.pop("FORKTAIL_STDERR", None)
    sys.argv = [""]
    if sys.path and sys.path[0] in ("", "-c"):
        sys.path[0] = os.getcwd()
    try:
        __import__(module)
    except BaseException as error:
        return load_failure(module, error)
    application = sys.modules[module]
    try:
        if name.isidentifier() or all(part.isidentifier() for part in name.split(".")):
            for part in name.split("."):
                application = getattr(application, part)
        else:
            # A call such as create_app("production").
            application = eval(name, vars(application))
    except BaseException as error:
        return load_failure(f"{module}:{name}", error)
    if not callable(application):
        return f"{module}:{name} is {type(application).__name__}, which is not callable"
    if _logs_json:
        take_over_logging()
    if _reloads:
        threading.Thread(target=watch, name="forktail reload", daemon=True).start()
    return None


def take_over_logging():
    """Makes lines of the server's log of the root logger's records, unless that has a handler."""
    import logging
    if logging.root.handlers:
        return

    class Handler(logging.Handler):
        def emit(self, record):
            try:
                trace = None
                if record.exc_info and record.exc_info[0]:
                    trace = logging.Formatter().formatException(record.exc_info)
                _log(level_name(record.levelno), utf8(record.name),
                     utf8(record.getMessage()), trace and utf8(trace),
                     getattr(current, "request", None))
            except Exception:
                self.handleError(record)

    logging.root.addHandler(Handler())


def level_name(number):
    for least, name in ((50, "critical"), (40, "error"), (30, "warning"), (20, "info")):
        if number >= least:
            return name
    return "debug"


def source_files():
    """The files of the loaded modules, and those beside them below the working directory."""
    own = os.getcwd() + os.sep
    files, folders = set(), set()
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str) or not path.endswith((".py", ".so")):
            continue
        path = os.path.abspath(path)
        files.add(path)
        if path.startswith(own):
            folders.add(os.path.dirname(path))
    for folder in folders:
        try:
            files.update(os.path.join(folder, name) for name in os.listdir(folder)
                         if name.endswith(".py"))
        except OSError:
            pass
    return files


def times():
    found = {}
    for path in source_files():
        try:
            status = os.stat(path)
            found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            pass
    return found


def watch():
    """Asks the arbiter for a reload when a file has changed; `--reload`."""
    import signal, time
    before = times()
    while True:
        time.sleep(0.4)
        now = times()
        # A module that the application loads later is no change.
        changed = sorted(path for path in before if now.get(path) != before[path])
        # A file in a folder of the application may be what a failed reload was missing.
        changed += sorted(path for path in now if path not in before and path not in loaded_paths())
        before = now
        if changed:
            _log("info", "forktail", f"{changed[0]} has changed: reloading", None, None)
            try:
                os.kill(_arbiter, signal.SIGHUP)
            except OSError as error:
                _log("error", "forktail", f"the arbiter can't be told to reload: {error}", None, None)


def loaded_paths():
    return {os.path.abspath(module.__file__) for module in list(sys.modules.values())
            if isinstance(getattr(module, "__file__", None), str)}


def load_failure(what, error):
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    _log("error", "forktail", f"{what} can't be loaded", utf8("".join(lines).rstrip()), None)
    text = traceback.format_exception_only(type(error), error)[-1].strip()
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if not frame.filename.startswith("<")]
    place = f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
    if isinstance(error, SyntaxError) and error.filename:
        place = f" ({error.filename}, line {error.lineno})"
    return utf8(f"{what} can't be loaded: {text}{place}")


def end():
    """What Python does at the end of a program."""
    import atexit
    try:
        # It waits for threads that are no daemons, and for what executors have been given.
        threading._shutdown()
    except Exception:
        pass
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
