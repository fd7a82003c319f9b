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


class ClientLeft(OSError):
    """The client wants no more of a response."""


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
is_name = re.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
is_value = re.compile("[\t -~\x80-\xff]*").fullmatch
is_hop_by_hop = re.compile(
    "connection|keep-alive|proxy-authenticate|proxy-authorization|te|trailers?"
    "|transfer-encoding|upgrade", re.I).fullmatch
# What has been found to be right, since an application uses few of them: status lines, and the names
# of headers with whether they are Content-Length.
statuses = set()
names = {}
MOST_REMEMBERED = 500


def check_bytes(data, what):
    if type(data) is not bytes and not isinstance(data, bytes):
        raise ApplicationFault(
            f"{what} is {type(data).__name__}, not bytes" +
            ("; encode it" if isinstance(data, str) else ""))
    return data


def check_status(status):
    if type(status) is not str:
        raise ApplicationFault(
            f"the status is {type(status).__name__}, not str: {status!r}")
    if not is_status(status):
        raise ApplicationFault(
            f"the status is not of three digits from 200 on, a space and a phrase: "
            f"{status!r}")
    if len(statuses) < MOST_REMEMBERED:
        statuses.add(status)


def is_length(name):
    """Whether a header is Content-Length; None where no header can have the name."""
    if type(name) is not str or not is_name(name) or is_hop_by_hop(name):
        return None
    answer = name.lower() == "content-length"
    if len(names) < MOST_REMEMBERED:
        names[name] = answer
    return answer


def head_of(headers):
    """Returns headers as lines, and Content-Length; it is None where there is none."""
    lines, length = [], None
    for name, value in headers:
        kind = names.get(name)
        if kind is None:
            kind = is_length(name)
        if (kind is None or type(value) is not str
                or not (value.isascii() and value.isprintable() or is_value(value))):
            raise ValueError
        if kind:
            text = value.strip(" \t")
            if not (text.isascii() and text.isdigit()) or length not in (None, int(text)):
                raise ApplicationFault(f"Content-Length is {value!r}")
            length = int(text)
        lines.append(f"{name}:{value}\n")
    return "".join(lines).encode("latin-1"), length


class Exchange:
    """A call of the application, to the end of what it returns."""
    status = None
    head = b""
    length = None
    # How many bytes the application has given.
    sent = 0
    has_begun = False
    # Whether write() has sent the head.
    is_written = False
    # Whether the body is complete before what makes it has ended.
    is_whole = False
    result = None
    iterator = None
    first = None
    is_closed = False

    def __init__(self, environ):
        self.environ = environ

    def start_response(self, status, headers, exc_info=None):
        if exc_info:
            try:
                if self.has_begun:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self.status is not None:
            raise ApplicationFault("start_response was called again without exc_info")
        if type(status) is not str or status not in statuses:
            check_status(status)
        if type(headers) is not list:
            raise ApplicationFault(
                f"the headers are {type(headers).__name__}, not list")
        try:
            self.head, self.length = head_of(headers)
        except (TypeError, ValueError):
            raise ApplicationFault(fault_of(headers)) from None
        self.status = status
        return self.write

    def write(self, data):
        check_bytes(data, "what write() got")
        self.check_length(len(data), False)
        if not self.is_written:
            self.has_begun = self.is_written = True
            if not self.has_no_body and not _begin(ApplicationFault, self, *self.parts(None)):
                raise ClientLeft
        if data and not self.has_no_body and not _send(ApplicationFault, data):
            raise ClientLeft

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
        """Returns what the response is made of: its body is bytes, a file, or None where this
        gives the pieces."""
        self.result = result
        kind = type(result)
        if (kind is list or kind is tuple) and not self.is_written:
            for part in result:
                check_bytes(part, "a part of the body")
            return self.complete(result[0] if len(result) == 1 else b"".join(result))
        if result is None:
            raise ApplicationFault("the application returned None, not an iterable of bytes")
        if kind is str:
            raise ApplicationFault("the application returned str, not an iterable of bytes")
        if kind is bytes:
            # Legal, and sent as one piece instead of one for each byte.
            result = (result,)
        elif kind is FileWrapper and not self.is_written:
            file = self.file(result)
            if file:
                return file
        elif getattr(result, "streaming", True) is False and not self.is_written:
            # A response of Django's that is no stream: its pieces are at hand.
            first = b"".join(result)
            self.check_started()
            self.check_length(len(first), True)
            self.iterator = iter(())
            self.is_whole = True
            return self.parts(first, self)
        self.iterator = iter(result)
        if self.is_written:
            if self.has_no_body:
                self.close()
            return self.parts(None)
        first = b""
        while not first:
            first = next(self.iterator, END)
            if first is END:
                return self.complete(b"")
            check_bytes(first, "a piece of the body")
        self.check_started()
        if self.has_no_body:
            self.close()
            return self.parts(None)
        self.check_length(len(first), False)
        if self.length == len(first):
            # It is sent while the application runs on.
            self.is_whole = True
            return self.parts(first, self)
        self.first = first
        return self.parts(None, self)

    def complete(self, body):
        self.check_started()
        self.check_length(len(body), True)
        self.close()
        return self.parts(body)

    def parts(self, body, rest=None):
        return (self.status, self.head, -1 if self.length is None else self.length, body, rest)

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
        """The next piece of the body; None at its end, False where the application has failed."""
        if self.is_closed:
            return False
        try:
            if self.first is not None:
                piece, self.first = self.first, None
                return piece
            while True:
                piece = next(self.iterator, END)
                if piece is END:
                    self.check_length(0, True)
                    self.close()
                    return None
                check_bytes(piece, "a piece of the body")
                if piece:
                    self.check_length(len(piece), False)
                    return piece
        except BaseException as error:
            self.close()
            report(error, self.environ)
            return False

    def close(self):
        if self.is_closed:
            return
        if self.is_whole:
            # What it does behind its last byte; its client has that.
            self.is_whole = False
            while self.next():
                pass
            return self.close()
        self.is_closed = True
        result, self.result, self.iterator = self.result, None, None
        close = getattr(result, "close", None)
        if close is not None:
            try:
                close()
            except BaseException as error:
                report(error, self.environ)
        errors = self.environ["wsgi.errors"]
        # A last line without its end would begin the next request's first one.
        if type(errors) is Errors and errors.rest:
            errors.flush()


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
        if is_hop_by_hop(name):
            return f"the header {name} is for one connection, so the server sets it"
        if "\r" in value or "\n" in value:
            return f"the value of the header {name} has a line break: {value!r}"
        if not is_name(name):
            return f"no header can have the name {name!r}"
        if not is_value(value):
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
    elif isinstance(error, KeyboardInterrupt):
        summary = "it raised KeyboardInterrupt, so the worker leaves"
    elif isinstance(error, ApplicationFault):
        summary = str(error)
    else:
        summary = traceback.format_exception_only(type(error), error)[-1].strip()
    try:
        lines = traceback.format_exception(type(error), error, error.__traceback__)
    except BaseException:
        lines = [summary]
    request = " ".join(
        environ.get(key, "-") for key in ("REQUEST_METHOD", "REQUEST_URI", "SERVER_PROTOCOL"))
    _fail(utf8(summary), utf8("".join(lines).rstrip()), request,
          environ.get("REMOTE_ADDR") or "unix", environ.get("forktail.request_id"))
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
    except ClientLeft:
        exchange.close()
        return None
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


def load(module, name):
    """Loads the application; returns a text where that fails."""
    global application
    # It is of forktail's own, and of this process.
    os.environ.pop("FORKTAIL_STDERR", None)
    sys.argv = [""]
    if sys.path and sys.path[0] in ("", "-c"):
        sys.path[0] = working_directory() or ""
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
    return None


def working_directory():
    """None where it is gone, which an application elsewhere does not need."""
    try:
        return os.getcwd()
    except OSError:
        return None


def begin(slot, arbiter):
    """Becomes a worker; it looks for changed files where it knows the arbiter."""
    os.environ["FORKTAIL_SLOT"] = str(slot)
    os.register_at_fork(after_in_child=_forked)
    if arbiter:
        threading.Thread(target=watch, args=(arbiter, times()), name="forktail reload",
                         daemon=True).start()


def freeze():
    """Prepares the heap for forks; returns the names of the threads beside this one."""
    import gc
    gc.collect()
    # A collection would write to each object, and so copy its page.
    gc.freeze()
    own = threading.current_thread()
    return ", ".join(thread.name for thread in threading.enumerate() if thread is not own)


def fork():
    """Forks a worker whose parent ends, so that the arbiter becomes its parent.

    Returns its pid, or a text where there is none; in the worker 0, once release() was called."""
    global gate
    pids, pid = os.pipe()
    wait, gate = os.pipe()
    try:
        parent = os.fork()
        if parent == 0:
            try:
                worker = os.fork()
                if worker:
                    os.write(pid, b"%d" % worker)
                    os._exit(0)
            except BaseException:
                os._exit(1)
            os.close(gate)
            if os.read(wait, 1) != b"g":
                os._exit(0)
            return 0
        os.close(pid)
        pid = None
        text = os.read(pids, 20)
        os.waitpid(parent, 0)
        if text:
            return int(text)
        os.close(gate)
        return "the fork has failed"
    except OSError as error:
        os.close(gate)
        return f"fork: {error}"
    finally:
        for number in (pids, pid, wait):
            if number is not None:
                close_quietly(number)


def close_quietly(number):
    try:
        os.close(number)
    except OSError:
        pass


def release():
    """Lets the forked worker run, of which the arbiter knows."""
    os.write(gate, b"g")
    os.close(gate)


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
    own = working_directory()
    files, folders = set(), set()
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str) or not path.endswith((".py", ".so")):
            continue
        path = os.path.abspath(path)
        files.add(path)
        if own and path.startswith(os.path.join(own, "")):
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


def watch(arbiter, before):
    """Asks the arbiter for a reload when a file has changed; `--reload`."""
    import signal, time
    looked, modules = time.monotonic(), len(sys.modules)
    while True:
        folders = {os.path.dirname(path) for path in before}
        has_changed = _await_change("\0".join(sorted(utf8(folder) for folder in folders)))
        # What no watch sees, such as a change on another machine, is found within five seconds. A
        # module that was just loaded is looked at at once, so that its next change is seen.
        if not has_changed and len(sys.modules) == modules and time.monotonic() - looked < 5:
            continue
        if has_changed:
            # An editor makes several changes for one.
            time.sleep(0.4)
        modules, now = len(sys.modules), times()
        looked = time.monotonic()
        # A module that the application loads later is no change.
        changed = sorted(path for path in before if now.get(path) != before[path])
        # A file in a folder of the application may be what a failed reload was missing.
        changed += sorted(path for path in now if path not in before and path not in loaded_paths())
        before = now
        if changed:
            _log("info", "forktail", f"{changed[0]} has changed: reloading", None, None)
            try:
                os.kill(arbiter, signal.SIGHUP)
            except OSError as error:
                _log("error", "forktail", f"the arbiter can't be told to reload: {error}", None, None)


def loaded_paths():
    return {os.path.abspath(module.__file__) for module in list(sys.modules.values())
            if isinstance(getattr(module, "__file__", None), str)}


def load_failure(what, error):
    # The arbiter reads it: it logs once what each of several workers can't load.
    lines = traceback.format_exception(type(error), error, error.__traceback__, limit=-50)
    try:
        os.write(report_number, utf8("".join(lines)).encode())
    except OSError:
        pass
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
