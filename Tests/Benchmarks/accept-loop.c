// The measure of the benchmark for one request a connection: the calls that every pre-fork HTTP
// server makes.
//
// PROCESSES children share one listener and do accept4, recv, send and close, nothing else: no
// parsing, no clock, no time limits. What they send has the fields and the size of forktail's
// answer. Whatever a real server needs beyond this is its own cost. One that sends its answer and the
// end of the connection in one packet spends less than this in the kernel.
//
// Usage: accept-loop PORT PROCESSES; it runs until SIGTERM.

#define _GNU_SOURCE
#include "bare.h"

static const char response[] = FIELDS("text/plain; charset=utf-8")
    "Content-Length: 14\r\nConnection: close\r\n\r\nHello, World!\n";

static void serve(int listener) {
    char request[16384];
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0) continue;
        if (recv(client, request, sizeof request, 0) > 0)
            (void)!send(client, response, sizeof response - 1, MSG_NOSIGNAL);
        close(client);
    }
}

int main(int count, char **arguments) {
    if (count != 3) errx(64, "usage: accept-loop PORT PROCESSES");
    run_workers(atoi(arguments[2]), make_listener(atoi(arguments[1]), 0), serve);
}
