"""Keeps a number of clients busy until a file appears, and counts what they were answered.

Usage: clients.py HOST PORT CLIENTS STOP-FILE RESULT-FILE

The result is written once a second: `12345 answered, 0 lost`, and each kind of loss on standard error.
"""

import collections
import http.client
import os
import sys
import threading
import time

host, port, count, enough, result = sys.argv[1:]
answers = collections.Counter()
lock = threading.Lock()


def ask():
    connection = None
    while not os.path.exists(enough):
        try:
            connection = connection or http.client.HTTPConnection(host, int(port), timeout=10)
            connection.request("GET", "/plain")
            response = connection.getresponse()
            is_whole = response.read() == b"Hello, World!\n"
            outcome = str(response.status) if is_whole or response.status != 200 else "cut"
        except (OSError, http.client.HTTPException) as error:
            outcome = type(error).__name__
            connection = None
        with lock:
            answers[outcome] += 1
        time.sleep(0.005)


def report():
    with lock:
        total = sum(answers.values())
        lost = total - answers["200"]
        kinds = {kind: number for kind, number in answers.items() if kind != "200"}
    with open(result + ".new", "w", encoding="ascii") as file:
        file.write(f"{total} answered, {lost} lost\n")
    os.rename(result + ".new", result)
    if kinds:
        print(kinds, file=sys.stderr)


threads = [threading.Thread(target=ask) for _ in range(int(count))]
for thread in threads:
    thread.start()
while any(thread.is_alive() for thread in threads):
    report()
    time.sleep(0.5)
report()
