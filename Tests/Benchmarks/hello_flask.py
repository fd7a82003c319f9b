"""The answer of hello.py by Flask."""
from flask import Flask, Response

app = Flask(__name__)


@app.get("/plain")
def plain():
    return Response("Hello, World!\n", mimetype="text/plain")
