// The measure of the benchmark: the least that a pre-fork HTTP server can do.
//
// PROCESSES children share one listener and do accept4, recv, send and close, nothing else: no
// parsing, no clock, no time limits. What they send has the fields and the size of forktail's
// answer. Whatever a real server needs beyond this is its own cost.
//
// Usage: accept-loop PORT PROCESSES; it runs until SIGTERM.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char response[] = "HTTP/1.1 200 OK\r\n"
                               "Content-Type: text/plain; charset=utf-8\r\n"
                               "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                               "Server: baseline\r\n"
                               "Content-Length: 14\r\n"
                               "Connection: close\r\n"
                               "\r\n"
                               "Hello, World!\n";

static int make_listener(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int yes = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) err(71, "socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) err(69, "bind %d", port);
    if (listen(listener, 2048) < 0) err(71, "listen");
    return listener;
}

_Noreturn static void serve(int listener) {
    char request[16384];
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (client < 0) continue;
        if (recv(client, request, sizeof request, 0) > 0)
            (void)!send(client, response, sizeof response - 1, MSG_NOSIGNAL);
        close(client);
    }
}

static pid_t start_worker(int listener) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) err(71, "fork");
    if (child > 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    serve(listener);
}

static void wait_for_stop(void) {
    sigset_t stop;
    int signal;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigwait(&stop, &signal);
}

int main(int count, char **arguments) {
    pid_t workers[64];
    int worker_count = count == 3 ? atoi(arguments[2]) : 0;
    if (worker_count < 1 || worker_count > 64) errx(64, "usage: accept-loop PORT PROCESSES");
    int listener = make_listener(atoi(arguments[1]));
    for (int slot = 0; slot < worker_count; slot++) workers[slot] = start_worker(listener);
    wait_for_stop();
    for (int slot = 0; slot < worker_count; slot++) {
        kill(workers[slot], SIGKILL);
        waitpid(workers[slot], NULL, 0);
    }
}
