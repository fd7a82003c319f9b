"""The routes of ForktailTestApp that a WSGI application can have, for the suites of both."""
import atexit
import ctypes
import logging
import os
import signal
import time

TEXT = [("Content-Type", "text/plain")]


def wait_for(path):
    while not os.path.exists(path):
        time.sleep(0.002)


def boot():
    """What the environment says of the boot, as Boot.swift has it."""
    given = os.environ.get
    if given("BOOT_SLOT") not in (None, given("FORKTAIL_SLOT")):
        return
    if given("BOOT_WAIT_FOR"):
        wait_for(given("BOOT_WAIT_FOR"))
    if given("BOOT_FAIL_IF") and os.path.exists(given("BOOT_FAIL_IF")):
        raise RuntimeError(f"told not to boot by {given('BOOT_FAIL_IF')}")
    if given("BOOT_FAIL"):
        raise RuntimeError(given("BOOT_FAIL"))


def identity():
    slot, generation = os.environ["FORKTAIL_SLOT"], os.environ["FORKTAIL_GENERATION"]
    return f"{slot} {os.getpid()} {generation}\n".encode()


def gate(name):
    with open(name + ".entered", "w") as file:
        file.write(str(os.getpid()))
    wait_for(name + ".open")
    return identity()


def forever():
    while True:
        time.sleep(1)


def spin():
    while True:
        pass


def crash_by(number):
    if number == signal.SIGABRT:
        os.abort()
    signal.raise_signal(number)
    forever()


def crash_stream():
    yield b"the beginning\n"
    crash_by(signal.SIGSEGV)


def pieces(count):
    for number in range(count):
        yield b"piece %d\n" % (number + 1)


def slow_pieces(count):
    for _ in range(count):
        time.sleep(0.01)
        yield b"x" * 16384


blocks = []


def grow(count):
    """Occupies memory permanently."""
    blocks.append(b"x" * count)
    return identity()


def upload(environ):
    count = 0
    while data := environ["wsgi.input"].read(65536):
        count += len(data)
    return b"%d\n" % count


def answer(environ, name, argument):
    number = int(argument) if argument.isdigit() else 0
    if name in ("", "pid"):
        return identity()
    if name == "gate":
        return gate(argument)
    if name == "sleep":
        time.sleep(number / 1000)
        return identity()
    if name == "hang":
        forever()
    if name == "spin":
        spin()
    if name == "crash":
        ctypes.string_at(0)
    if name == "crash-by":
        crash_by(number)
    if name == "crash-stream":
        return crash_stream()
    if name == "crash-gate":
        gate(argument)
        crash_by(signal.SIGSEGV)
    if name == "throw":
        raise RuntimeError(f"the handler threw: {argument}")
    if name == "exit":
        os._exit(number)
    if name == "stream":
        return pieces(number)
    if name == "slow-stream":
        return slow_pieces(number)
    if name == "grow":
        return grow(number)
    if name == "grow-gate":
        grow(100 << 20)
        return gate(argument)
    if name == "upload":
        return upload(environ)
    if name == "big":
        return b"x" * number
    if name == "environment":
        return os.environb.get(argument.encode(), b"(unset)")
    return None


def application(environ, start_response):
    name, _, argument = environ["PATH_INFO"][1:].partition("/")
    body = answer(environ, name, argument)
    start_response("404 Not Found" if body is None else "200 OK", TEXT)
    return [body or b""] if isinstance(body, (bytes, type(None))) else body


def say_that_it_stops():
    logging.info("the application of worker %s stops", os.environ["FORKTAIL_SLOT"])


logging.root.setLevel(logging.INFO)
atexit.register(say_that_it_stops)
boot()
