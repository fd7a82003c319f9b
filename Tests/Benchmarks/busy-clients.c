// Clients that keep a server busy with as little work of their own as possible.
//
// Usage: busy-clients PORT COUNT SECONDS TARGET [PID]    keep-alive, for a time: "0.5s"
//        busy-clients PORT COUNT REQUESTS TARGET [PID]   keep-alive, this number of requests: "2000"
//        busy-clients PORT close REQUESTS TARGET [PID]   one connection after the other
//
// Each connection always has one request under way. The first response is read carefully: it must
// be a 200, and says how long each response is. From then on bytes are only counted. The
// connections take turns, and the client waits for the one whose turn it is: a server that takes
// them in the order in which they come has always something to do, and the client needs no epoll.
// Prints what wrk's script prints, requests per second, requests, errors, p50, p99, bytes; and the
// seconds of processor time that process PID, the worker, has used from the first request to the
// last response, without what connecting costs.

#define _GNU_SOURCE
#include "clients.h"
#include <glob.h>
#include <time.h>

static int port;
static char request[512];
static size_t request_length, response_length;
static unsigned long requests, bytes;
static const char *worker = "none";
static double seconds, processor_seconds;  // of the run, and of the worker in it

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// The processor time of all threads of the worker, as the scheduler counts it.
static double worker_time(void) {
    char pattern[64];
    double sum = 0;
    glob_t files;
    snprintf(pattern, sizeof pattern, "/proc/%s/task/*/schedstat", worker);
    if (glob(pattern, 0, NULL, &files) != 0) return 0;
    for (size_t index = 0; index < files.gl_pathc; index++) {
        unsigned long time;
        FILE *file = fopen(files.gl_pathv[index], "re");
        if (file == NULL) continue;
        if (fscanf(file, "%lu", &time) == 1) sum += (double)time / 1e9;
        fclose(file);
    }
    globfree(&files);
    return sum;
}

static void begin(void) {
    requests = bytes = 0;
    processor_seconds = -worker_time();
    seconds = -now();
}

static void end(void) {
    seconds += now();
    processor_seconds += worker_time();
}

static int connect_busy(int index) {
    struct timeval limit = {.tv_sec = limit_ms / 1000};
    int yes = 1, client = connect_client(port, index, 0);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return client;
}

static void ask(int client) {
    if (send(client, request, request_length, MSG_NOSIGNAL) != (ssize_t)request_length)
        err(69, "send");
}

static size_t receive(int client, char *buffer, size_t size) {
    ssize_t length = recv(client, buffer, size, 0);
    if (length < 0) err(69, "recv");
    bytes += (unsigned long)length;
    return (size_t)length;
}

// Reads a response of a known length.
static void count_response(int client) {
    static char buffer[65536];
    for (size_t rest = response_length; rest > 0;) {
        size_t length = receive(client, buffer, sizeof buffer);
        if (length == 0 || length > rest) errx(69, "a response of another length");
        rest -= length;
    }
    requests++;
}

// Reads the first response, and finds out how long it is.
static void learn_response(int client) {
    static char buffer[65536];
    size_t length = 0;
    char *end, *field;
    ask(client);
    for (;;) {
        size_t more = receive(client, buffer + length, sizeof buffer - length - 1);
        if (more == 0) errx(69, "no whole response");
        length += more;
        buffer[length] = '\0';
        if ((end = strstr(buffer, "\r\n\r\n")) == NULL) continue;
        field = strcasestr(buffer, "\r\ncontent-length: ");
        if (strncmp(buffer, "HTTP/1.1 200 ", 13) != 0 || field == NULL || field > end)
            errx(69, "no 200 with a Content-Length: %.60s", buffer);
        response_length = (size_t)(end + 4 - buffer) + strtoul(field + 18, NULL, 10);
        if (length >= response_length) break;
    }
    if (length > response_length) errx(69, "more than one response");
}

// Runs for a time, or where that is 0 until enough requests were answered.
static void keep_busy(int count, double limit, unsigned long enough) {
    int *clients = calloc((size_t)count, sizeof *clients);
    if (clients == NULL) err(71, "calloc");
    for (int index = 0; index < count; index++) clients[index] = connect_busy(index);
    learn_response(clients[0]);
    for (int index = 1; index < count; index++) {
        ask(clients[index]);
        count_response(clients[index]);
    }
    begin();
    for (int index = 0; index < count; index++) ask(clients[index]);
    do {
        for (int index = 0; index < count; index++) {
            count_response(clients[index]);
            ask(clients[index]);
        }
        // `seconds` is what the clock said at the beginning, negative.
    } while (limit > 0 ? now() + seconds < limit : requests + (unsigned long)count < enough);
    for (int index = 0; index < count; index++) count_response(clients[index]);
    end();
    for (int index = 0; index < count; index++) close_at_once(clients[index]);
}

// A connection for each request, which the server ends.
static void connect_often(unsigned long enough) {
    static char buffer[65536];
    begin();
    while (requests < enough) {
        int client = connect_busy(0);
        ask(client);
        while (receive(client, buffer, sizeof buffer) > 0) continue;
        close(client);
        requests++;
    }
    end();
}

int main(int argument_count, char **arguments) {
    char *unit;
    double limit;
    if (argument_count < 5 || argument_count > 6)
        errx(64, "usage: busy-clients PORT COUNT|close SECONDSs|REQUESTS TARGET [PID]");
    port = atoi(arguments[1]);
    limit = strtod(arguments[3], &unit);
    if (argument_count > 5) worker = arguments[5];
    request_length = (size_t)snprintf(
        request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: busy-clients/1\r\n"
        "Accept: text/html,*/*\r\n\r\n", arguments[4], port);
    stop_at_signals();
    if (strcmp(arguments[2], "close") == 0) {
        connect_often((unsigned long)limit);
    } else {
        allow_descriptors(atoi(arguments[2]));
        keep_busy(atoi(arguments[2]), *unit == 's' ? limit : 0, (unsigned long)limit);
    }
    printf("%.1f %lu 0 0 0 %lu %.6f\n", (double)requests / seconds, requests, bytes,
           processor_seconds);
}
