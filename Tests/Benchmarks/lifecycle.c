// Measures how long a server takes to come up, and to replace a worker that was killed.
//
// Usage: lifecycle start   PORT COMMAND [ARGUMENT]...
//        lifecycle replace PORT COMMAND [ARGUMENT]...
//
// COMMAND is a server that stays in the foreground, answers /plain on 127.0.0.1:PORT and stops at
// SIGTERM. It is started anew for every measurement, so that no back-off after an earlier crash
// is measured with it, and it is stopped in the end. Times are of CLOCK_MONOTONIC and printed in
// milliseconds.
//
// start prints one number: from just before execve(2) until the first byte of the first answer.
// The port is tried every 50 us; a connection that the listener takes before a worker exists
// waits in the accept queue.
//
// replace prints two numbers. The server, which must have one worker, has answered once and then
// been idle for a while. From just before kill(worker, SIGKILL):
// 1. until the first byte of the answer to a request sent right after the kill: the parent has
//    noticed, forked, and the new worker has booted and served; it can be measured from outside
//    of any server;
// 2. until a line with the words " ready after " came out of the server's stderr, where forktail's
//    arbiter tells that the replacement said so; "-" for servers that write no such line.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { patience_ms = 10000, retry_us = 50, settle_us = 300000 };

static const char request[] =
    "GET /plain HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

struct server {
    pid_t pid;
    int port;
    int log;           // what comes out of its stdout and stderr
    double *executed;  // shared with the child, which writes it just before execve
};

static struct server server;

// Milliseconds.
static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void stop_server(void) {
    if (server.pid <= 0) return;
    kill(server.pid, SIGTERM);
    close(server.log);
    while (waitpid(server.pid, NULL, 0) < 0 && errno == EINTR) {}
}

// At Ctrl-C: the server has gone when this program goes. Only async-signal-safe calls.
static void stop_at_signal(int signal) {
    stop_server();
    _exit(128 + signal);
}

static void run_command(char **command, pid_t parent, int log) {
    // Whatever ends this program, its server gets the chance to take its workers along.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(0);
    dup2(log, STDERR_FILENO);
    dup2(log, STDOUT_FILENO);
    *server.executed = now();
    execvp(command[0], command);
    _exit(127);
}

static void start_server(int port, char **command) {
    int log[2];
    pid_t parent = getpid();
    server.port = port;
    server.executed = mmap(NULL, sizeof(double), PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (server.executed == MAP_FAILED) err(71, "mmap");
    if (pipe2(log, O_CLOEXEC) < 0) err(71, "pipe2");
    server.pid = fork();
    if (server.pid < 0) err(71, "fork");
    if (server.pid == 0) run_command(command, parent, log[1]);
    close(log[1]);
    server.log = log[0];
    signal(SIGINT, stop_at_signal);
    signal(SIGTERM, stop_at_signal);
    signal(SIGHUP, stop_at_signal);
    atexit(stop_server);
}

static void check_server(void) {
    int status;
    if (waitpid(server.pid, &status, WNOHANG) != server.pid) return;
    server.pid = 0;
    char text[4096];
    ssize_t count = read(server.log, text, sizeof text);
    if (count > 0) (void)!write(STDERR_FILENO, text, (size_t)count);
    errx(1, "the server ended before it answered");
}

// Connects and sends the request; -1 if nobody listens.
static int ask(void) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)server.port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client < 0) err(71, "socket");
    if (connect(client, (struct sockaddr *)&address, sizeof address) == 0
        && send(client, request, sizeof request - 1, MSG_NOSIGNAL) > 0)
        return client;
    close(client);
    return -1;
}

static int ask_until_connected(double deadline) {
    for (;;) {
        int client = ask();
        if (client >= 0) return client;
        check_server();
        if (now() > deadline) errx(1, "nobody listens on port %d", server.port);
        usleep(retry_us);
    }
}

static int is_answered(int client) {
    char byte;
    return recv(client, &byte, 1, 0) == 1;
}

// The time of the first answer; asks again where the connection broke without one.
static double first_answer(void) {
    double deadline = now() + patience_ms;
    while (now() < deadline) {
        int client = ask_until_connected(deadline);
        struct pollfd ready = {.fd = client, .events = POLLIN};
        int answered = poll(&ready, 1, patience_ms) == 1 && is_answered(client);
        double time = now();
        close(client);
        if (answered) return time;
    }
    errx(1, "no answer within %d ms", patience_ms);
}

static pid_t only_worker(void) {
    char path[64];
    int worker, other;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", server.pid, server.pid);
    FILE *children = fopen(path, "re");
    if (children == NULL) err(71, "%s", path);
    int count = fscanf(children, "%d %d", &worker, &other);
    fclose(children);
    if (count != 1) errx(1, "the server has not one worker, but %d", count);
    return worker;
}

// Reads what the log holds; whether it says that a worker is ready.
static int log_says_ready(void) {
    char text[65536];
    ssize_t count = read(server.log, text, sizeof text);
    return count > 0 && memmem(text, (size_t)count, " ready after ", 13) != NULL;
}

static void empty_log(void) {
    struct pollfd log = {.fd = server.log, .events = POLLIN};
    while (poll(&log, 1, 0) == 1 && log.revents & POLLIN) log_says_ready();
}

static void measure_start(void) {
    double answered = first_answer();
    printf("%.3f\n", answered - *server.executed);
}

static void measure_replacement(void) {
    first_answer();
    usleep(settle_us);
    empty_log();
    pid_t worker = only_worker();
    double ready = 0, answered = 0, killed = now(), deadline = killed + patience_ms;
    kill(worker, SIGKILL);
    int client = ask_until_connected(deadline);
    // A line comes before or with the answer, or not at all.
    while ((answered == 0 || (ready == 0 && now() < answered + 50)) && now() < deadline) {
        struct pollfd events[2] = {
            {.fd = server.log, .events = POLLIN},
            {.fd = answered == 0 ? client : -1, .events = POLLIN},
        };
        poll(events, 2, 50);
        if (events[0].revents & POLLIN && log_says_ready() && ready == 0) ready = now();
        if (events[1].revents == 0) continue;
        if (is_answered(client)) {
            answered = now();
        } else {
            // The dying worker had taken the connection with it.
            close(client);
            client = ask_until_connected(deadline);
        }
    }
    if (answered == 0) errx(1, "nobody took over within %d ms", patience_ms);
    close(client);
    printf("%.3f ", answered - killed);
    if (ready > 0) printf("%.3f\n", ready - killed);
    else printf("-\n");
}

int main(int count, char **arguments) {
    int starts = count > 3 && strcmp(arguments[1], "start") == 0;
    if (!starts && (count < 4 || strcmp(arguments[1], "replace") != 0))
        errx(64, "usage: lifecycle start|replace PORT COMMAND [ARGUMENT]...");
    prctl(PR_SET_TIMERSLACK, 1000);
    start_server(atoi(arguments[2]), arguments + 3);
    if (starts) measure_start();
    else measure_replacement();
    return 0;
}
