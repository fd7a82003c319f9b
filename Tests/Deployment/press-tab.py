"""Types a command line into an interactive bash, presses the tab key and prints what bash shows.

Usage: press-tab.py COMPLETION-SCRIPT COMMAND-LINE
"""

import os
import pty
import select
import sys
import time


def read_until(terminal, text, seconds):
    shown = b""
    end = time.monotonic() + seconds
    while text not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                shown += os.read(terminal, 4096)
            except OSError:
                break
    return shown


script, line = sys.argv[1:]
process, terminal = pty.fork()
if process == 0:
    os.environ["TERM"] = "dumb"
    os.execlp("bash", "bash", "--norc", "--noprofile", "-i")
os.write(terminal, f"PS1=; source '{script}'; echo rea''dy\n".encode())
read_until(terminal, b"ready", 10)
os.write(terminal, f"{line}\t".encode())
print(read_until(terminal, b"event", 10).decode(errors="replace"))
os.write(terminal, b"\x15exit\n")
read_until(terminal, b"exit", 2)
os.close(terminal)
os.waitpid(process, 0)
