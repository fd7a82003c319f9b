"""A Flask application."""
import os
import signal
import time

from flask import Flask, Response

app = Flask(__name__)


@app.get("/")
def identity():
    slot, generation = os.environ["FORKTAIL_SLOT"], os.environ["FORKTAIL_GENERATION"]
    return Response(f"{slot} {os.getpid()} {generation}\n", mimetype="text/plain")


@app.get("/slow")
def slow():
    time.sleep(2)
    return "slow\n"


@app.get("/hang")
def hang():
    time.sleep(1e6)


@app.get("/crash")
def crash():
    os.kill(os.getpid(), signal.SIGKILL)
