// Holds idle keep-alive connections: each has asked once, was answered, and stays silent.
//
// Usage: idle-clients PORT COUNT
//
// Prints "ready" when all are open, and at SIGTERM how many of them the server has not closed.

#define _GNU_SOURCE
#include "clients.h"

static const char request[] = "GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char body[] = "Hello, World!\n";

static int has_whole_answer(const char *answer, size_t length) {
    size_t end = sizeof body - 1;
    return length > end && memcmp(answer + length - end, body, end) == 0;
}

static void await_answer(int client) {
    char answer[4096];
    size_t length = 0;
    while (!has_whole_answer(answer, length)) {
        struct pollfd ready = {.fd = client, .events = POLLIN};
        if (poll(&ready, 1, limit_ms) != 1) errx(1, "no answer within %d ms", limit_ms);
        ssize_t count = recv(client, answer + length, sizeof answer - length, 0);
        if (count <= 0) errx(1, "the connection broke before the answer was complete");
        length += (size_t)count;
    }
}

static void open_clients(int port, int *clients, int count) {
    for (int index = 0; index < count; index++) {
        clients[index] = connect_client(port, index, 0);
        if (send(clients[index], request, sizeof request - 1, MSG_NOSIGNAL) < 0) err(71, "send");
        await_answer(clients[index]);
    }
}

static int is_open(int client) {
    char byte;
    return recv(client, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

int main(int argument_count, char **arguments) {
    if (argument_count != 3) errx(64, "usage: idle-clients PORT COUNT");
    int count = atoi(arguments[2]), open = 0;
    int *clients = calloc((size_t)count, sizeof *clients);
    if (clients == NULL) err(71, "calloc");
    allow_descriptors(count);
    open_clients(atoi(arguments[1]), clients, count);
    stop_at_signals();
    puts("ready");
    fflush(stdout);
    while (!is_stopping) pause();
    for (int index = 0; index < count; index++) open += is_open(clients[index]);
    for (int index = 0; index < count; index++) close_at_once(clients[index]);
    printf("%d\n", open);
}
