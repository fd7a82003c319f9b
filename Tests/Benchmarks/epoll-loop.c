// The measure of the benchmark: the least that an event loop over HTTP can do.
//
// PROCESSES children share one listener. Each waits in epoll_wait, edge-triggered, and does one
// recv and one send per request, nothing else: no parsing beyond the name of a file and
// "Connection: close", no clock, no time limits, no pipelining. What they send has the fields and
// the size of forktail's answer. A FILE is answered, as /files/NAME, by sendfile from a descriptor
// that stays open. Whatever a real server needs beyond this is its own cost.
//
// The listener leaves the epoll set and comes back after every sixteenth accept, as nginx does it:
// with EPOLLEXCLUSIVE alone the kernel would wake the same process each time.
//
// Usage: epoll-loop PORT PROCESSES [FILE]...; it runs until SIGTERM.

#define _GNU_SOURCE
#include "bare.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

enum { most_files = 8, most_connections = 1 << 17, accepts_per_turn = 16, most_events = 256 };

static const char response[] = FIELDS("text/plain; charset=utf-8")
    "Content-Length: 14\r\n\r\nHello, World!\n";
static const char last_response[] = FIELDS("text/plain; charset=utf-8")
    "Content-Length: 14\r\nConnection: close\r\n\r\nHello, World!\n";

struct file {
    char request_line[64];  // as far as the space after the target
    size_t request_line_length;
    char head[256];
    size_t head_length;
    int descriptor;
    off_t size;
};

struct connection {
    const struct file *file;  // what is being sent, or NULL
    off_t offset;
    int is_last;  // no request follows
    int is_open;
};

static struct file files[most_files];
static int file_count;
static struct connection connections[most_connections];  // by descriptor
static unsigned client_events = EPOLLIN | EPOLLRDHUP | EPOLLET;
static int epoll;

static void open_file(const char *path) {
    struct file *file = &files[file_count++];
    struct stat status;
    file->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (file->descriptor < 0 || fstat(file->descriptor, &status) < 0) err(69, "%s", path);
    file->size = status.st_size;
    file->request_line_length = (size_t)snprintf(file->request_line, sizeof file->request_line,
                                                 "GET /files/%s ", basename(path));
    file->head_length = (size_t)snprintf(
        file->head, sizeof file->head,
        FIELDS("application/octet-stream") "Content-Length: %lld\r\n\r\n", (long long)file->size);
    client_events |= EPOLLOUT;
}

static const struct file *wanted_file(const char *request) {
    for (int index = 0; index < file_count; index++)
        if (memcmp(request, files[index].request_line, files[index].request_line_length) == 0)
            return &files[index];
    return NULL;
}

static void add(int descriptor, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = descriptor};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) < 0) err(71, "epoll_ctl");
}

static void finish(int client) {
    connections[client] = (struct connection){0};
    close(client);
}

// Sends what the socket takes; it is full when that is less than everything, and the rest follows
// when there is room again.
static void continue_file(int client) {
    struct connection *connection = &connections[client];
    const struct file *file = connection->file;
    size_t rest = (size_t)(file->size - connection->offset);
    ssize_t count = sendfile(client, file->descriptor, &connection->offset, rest);
    if (count == 0 || (count < 0 && errno != EAGAIN)) return finish(client);
    if (connection->offset < file->size) return;
    connection->file = NULL;
    if (connection->is_last) finish(client);
}

static void answer(int client, const char *request, size_t length) {
    struct connection *connection = &connections[client];
    if (memmem(request, length, "\r\nConnection: close\r\n", 21) != NULL) connection->is_last = 1;
    connection->file = wanted_file(request);
    if (connection->file != NULL) {
        connection->offset = 0;
        (void)!send(client, connection->file->head, connection->file->head_length,
                    MSG_NOSIGNAL | MSG_MORE);
        continue_file(client);
    } else if (connection->is_last) {
        (void)!send(client, last_response, sizeof last_response - 1, MSG_NOSIGNAL);
        finish(client);
    } else {
        (void)!send(client, response, sizeof response - 1, MSG_NOSIGNAL);
    }
}

// One recv is enough: what arrives after it raises another edge.
static void receive(int client) {
    static char request[16384];
    ssize_t length = recv(client, request, sizeof request, 0);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) return finish(client);
    answer(client, request, (size_t)length);
}

static void take_turns(int listener) {
    static int accepts;
    if (++accepts % accepts_per_turn != 0) return;
    epoll_ctl(epoll, EPOLL_CTL_DEL, listener, NULL);
    add(listener, EPOLLIN | EPOLLEXCLUSIVE);
}

// The request is often there already, and a connection that ends with it never enters the set.
static void accept_one(int listener) {
    int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) return;
    if (client >= most_connections) return (void)close(client);
    take_turns(listener);
    connections[client].is_open = 1;
    receive(client);
    if (connections[client].is_open) add(client, client_events);
}

static void handle(int client, unsigned events) {
    if (events & EPOLLRDHUP) connections[client].is_last = 1;
    if (connections[client].file != NULL)
        continue_file(client);
    else if (events != EPOLLOUT)
        receive(client);
}

static void serve(int listener) {
    struct epoll_event events[most_events];
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) err(71, "epoll_create1");
    signal(SIGPIPE, SIG_IGN);  // sendfile has no flag for it
    add(listener, EPOLLIN | EPOLLEXCLUSIVE);
    for (;;) {
        int count = epoll_wait(epoll, events, most_events, -1);
        for (int index = 0; index < count; index++) {
            if (events[index].data.fd == listener)
                accept_one(listener);
            else
                handle(events[index].data.fd, events[index].events);
        }
    }
}

int main(int count, char **arguments) {
    if (count < 3 || count > 3 + most_files)
        errx(64, "usage: epoll-loop PORT PROCESSES [FILE]...");
    for (int index = 3; index < count; index++) open_file(arguments[index]);
    run_workers(atoi(arguments[2]), make_listener(atoi(arguments[1]), SOCK_NONBLOCK), serve);
}
