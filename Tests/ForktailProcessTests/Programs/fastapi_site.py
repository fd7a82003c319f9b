"""A FastAPI application, for any ASGI server."""
import asyncio
import os
import signal

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.get("/", response_class=PlainTextResponse)
async def identity():
    slot, generation = os.environ["FORKTAIL_SLOT"], os.environ["FORKTAIL_GENERATION"]
    return f"{slot} {os.getpid()} {generation}\n"


@app.get("/slow", response_class=PlainTextResponse)
async def slow():
    await asyncio.sleep(2)
    return "slow\n"


@app.get("/hang")
async def hang():
    await asyncio.sleep(1e6)


@app.get("/crash")
async def crash():
    os.kill(os.getpid(), signal.SIGKILL)
