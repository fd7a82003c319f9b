"""Closes the memory that it shares with other processes."""

import os

for number in os.listdir("/proc/self/fd"):
    try:
        if os.readlink(f"/proc/self/fd/{number}").startswith("/memfd:"):
            os.close(int(number))
    except OSError:
        pass


def application(environ, start_response):
    start_response("200 OK", [])
    return [b"ok"]
