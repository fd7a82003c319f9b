// Measures how long a server takes to come up, to replace a worker that was killed, to reload, to
// hand over to a new executable, and to stop.
//
// Usage: lifecycle start   PORT COMMAND [ARGUMENT]...
//        lifecycle replace PORT COMMAND [ARGUMENT]...
//        lifecycle reload  PORT COMMAND [ARGUMENT]...
//        lifecycle upgrade PORT COMMAND [ARGUMENT]...
//        lifecycle stop    PORT COMMAND [ARGUMENT]...
//
// COMMAND is a server that stays in the foreground, answers /plain on 127.0.0.1:PORT and stops at
// SIGTERM. It is started again for every measurement, so that no back-off after an earlier crash
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
//
// reload, upgrade and stop print one number each, of an idle server, from just before the signal:
// SIGHUP until forktail's log says that the new settings are in force, which is when all workers
// are replaced; SIGUSR2 until it says that the new arbiter serves; SIGTERM until the arbiter's end.

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

enum { limit_ms = 10000, retry_us = 50, settle_us = 300000 };

static const char request[] =
    "GET /plain HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

struct server {
    pid_t pid;
    int port;
    int log;           // what comes out of its stdout and stderr
    char text[1 << 18];  // as much of it as was read since it was emptied
    size_t length;
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

// Connects and sends the request; -1 if the port is closed.
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
        if (now() > deadline) errx(1, "no server listens on port %d", server.port);
        usleep(retry_us);
    }
}

static int is_answered(int client) {
    char byte;
    return recv(client, &byte, 1, 0) == 1;
}

// The time of the first answer; asks again where the connection broke without one.
static double first_answer(void) {
    double deadline = now() + limit_ms;
    while (now() < deadline) {
        int client = ask_until_connected(deadline);
        struct pollfd ready = {.fd = client, .events = POLLIN};
        int answered = poll(&ready, 1, limit_ms) == 1 && is_answered(client);
        double time = now();
        close(client);
        if (answered) return time;
    }
    errx(1, "no answer within %d ms", limit_ms);
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

// Reads what has come of the log; where in it some words stand, or NULL.
static const char *log_says(const char *words) {
    size_t room = sizeof server.text - 1 - server.length;
    ssize_t count = read(server.log, server.text + server.length, room);
    if (count > 0) server.length += (size_t)count;
    server.text[server.length] = '\0';
    return strstr(server.text, words);
}

static void empty_log(void) {
    struct pollfd log = {.fd = server.log, .events = POLLIN};
    while (poll(&log, 1, 0) == 1 && log.revents & POLLIN) log_says("");
    server.length = 0;
}

// Waits for some words of the log.
static void await_log(const char *words) {
    double deadline = now() + limit_ms;
    struct pollfd log = {.fd = server.log, .events = POLLIN};
    while (now() < deadline)
        if (poll(&log, 1, limit_ms) == 1 && log_says(words) != NULL) return;
    errx(1, "waited without success for the log to say \"%s\"", words);
}

// Has the server answered once, be idle for a while, and say nothing that was not asked.
static void settle(void) {
    first_answer();
    usleep(settle_us);
    empty_log();
}

static void measure_start(void) {
    double answered = first_answer();
    printf("%.3f\n", answered - *server.executed);
}

static void measure_replacement(void) {
    settle();
    pid_t worker = only_worker();
    double ready = 0, answered = 0, killed = now(), deadline = killed + limit_ms;
    kill(worker, SIGKILL);
    int client = ask_until_connected(deadline);
    // A line comes before or with the answer, or not at all.
    while ((answered == 0 || (ready == 0 && now() < answered + 50)) && now() < deadline) {
        struct pollfd events[2] = {
            {.fd = server.log, .events = POLLIN},
            {.fd = answered == 0 ? client : -1, .events = POLLIN},
        };
        poll(events, 2, 50);
        if (events[0].revents & POLLIN && log_says(" ready after ") && ready == 0) ready = now();
        if (events[1].revents == 0) continue;
        if (is_answered(client)) {
            answered = now();
        } else {
            // The dying worker had taken the connection with it.
            close(client);
            client = ask_until_connected(deadline);
        }
    }
    if (answered == 0) errx(1, "no worker took over within %d ms", limit_ms);
    close(client);
    printf("%.3f ", answered - killed);
    if (ready > 0) printf("%.3f\n", ready - killed);
    else printf("-\n");
}

static void measure_reload(void) {
    settle();
    double asked = now();
    kill(server.pid, SIGHUP);
    await_log(" in force after ");
    printf("%.3f\n", now() - asked);
}

static void measure_upgrade(void) {
    static const char announcement[] = "the new arbiter is pid ";
    // The new arbiter is ours to wait for when the old one has gone.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    settle();
    double asked = now();
    kill(server.pid, SIGUSR2);
    await_log("completes the upgrade");
    printf("%.3f\n", now() - asked);
    const char *words = strstr(server.text, announcement);
    if (words == NULL) errx(1, "the log does not say \"%s\"", announcement);
    pid_t successor = atoi(words + sizeof announcement - 1);
    kill(server.pid, SIGTERM);
    waitpid(server.pid, NULL, 0);
    server.pid = successor;
}

static void measure_stop(void) {
    settle();
    double asked = now();
    kill(server.pid, SIGTERM);
    waitpid(server.pid, NULL, 0);
    printf("%.3f\n", now() - asked);
    server.pid = 0;
}

static const struct measurement {
    const char *name;
    void (*measure)(void);
} measurements[] = {
    {"start", measure_start},     {"replace", measure_replacement}, {"reload", measure_reload},
    {"upgrade", measure_upgrade}, {"stop", measure_stop},
};

int main(int count, char **arguments) {
    const struct measurement *end = measurements + sizeof measurements / sizeof *measurements;
    const struct measurement *wanted = measurements;
    while (wanted < end && (count < 4 || strcmp(arguments[1], wanted->name) != 0)) wanted++;
    if (wanted == end)
        errx(64, "usage: lifecycle start|replace|reload|upgrade|stop PORT COMMAND [ARGUMENT]...");
    prctl(PR_SET_TIMERSLACK, 1000);
    start_server(atoi(arguments[2]), arguments + 3);
    wanted->measure();
    return 0;
}
