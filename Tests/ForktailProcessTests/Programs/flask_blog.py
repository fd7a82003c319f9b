"""A blog by Flask: accounts, sessions, and articles in a database of SQLite."""
import os
import sqlite3

from flask import Flask, Response, abort, g, redirect, request, session, stream_with_context
from markupsafe import escape
from werkzeug.security import check_password_hash, generate_password_hash

app = Flask(__name__)
app.secret_key = "only for tests"
PLACE = os.environ["SITE_DATABASE"]
HASH = "pbkdf2:sha256:1000"


def database():
    """The connection of this request, to a file that all workers share."""
    if "database" not in g:
        g.database = sqlite3.connect(PLACE, timeout=30)
        g.database.row_factory = sqlite3.Row
    return g.database


@app.teardown_appcontext
def leave(error):
    open_one = g.pop("database", None)
    if open_one is not None:
        open_one.close()


with sqlite3.connect(PLACE, timeout=30) as first:
    first.execute("CREATE TABLE IF NOT EXISTS author (name TEXT PRIMARY KEY, password TEXT)")
    first.execute("CREATE TABLE IF NOT EXISTS article (title TEXT, body TEXT, author TEXT)")


def author():
    return session.get("author") or abort(redirect("/login"))


@app.post("/register")
def register():
    try:
        with database():
            database().execute(
                "INSERT INTO author VALUES (?, ?)",
                (request.form["name"], generate_password_hash(request.form["password"], HASH)))
    except sqlite3.IntegrityError:
        abort(409)
    return redirect("/login")


@app.post("/login")
def log_in():
    row = database().execute(
        "SELECT password FROM author WHERE name = ?", (request.form["name"],)).fetchone()
    if row is None or not check_password_hash(row["password"], request.form["password"]):
        abort(403)
    session["author"] = request.form["name"]
    return redirect("/")


@app.post("/articles")
def write():
    with database():
        database().execute(
            "INSERT INTO article VALUES (?, ?, ?)",
            (request.form["title"], request.form["body"], author()))
    return redirect("/")


@app.get("/")
def articles():
    rows = database().execute("SELECT * FROM article ORDER BY rowid").fetchall()
    return "".join(
        f"<h1>{escape(row['title'])}</h1><p>{escape(row['body'])} by {row['author']}"
        for row in rows)


@app.get("/export")
def export():
    """The articles as they come from the database."""
    def lines():
        for row in database().execute("SELECT * FROM article ORDER BY rowid"):
            yield f"{row['title']}\t{row['author']}\n"
    return Response(stream_with_context(lines()), mimetype="text/tab-separated-values")


@app.post("/upload")
def upload():
    """Reads a file piece by piece, and says how long it is."""
    count = 0
    while data := request.stream.read(65536):
        count += len(data)
    return f"{count}\n"


@app.get("/download/<int:count>")
def download(count):
    """So many pieces of 64 KiB."""
    return Response((b"x" * 65536 for _ in range(count)), mimetype="application/octet-stream")
