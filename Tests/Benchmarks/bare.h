// What the bare loops have in common: a listener, and PROCESSES children that share it until
// SIGTERM. Included by one file of a program, after _GNU_SOURCE was defined.

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// The fields of forktail's answers, in the same size.
#define FIELDS(TYPE)                          \
    "HTTP/1.1 200 OK\r\n"                     \
    "Content-Type: " TYPE "\r\n"              \
    "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n" \
    "Server: baseline\r\n"

enum { most_workers = 64 };

static int make_listener(int port, int flags) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int yes = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (listener < 0) err(71, "socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) err(69, "bind %d", port);
    if (listen(listener, 2048) < 0) err(71, "listen");
    return listener;
}

static pid_t start_worker(int listener, void (*serve)(int listener)) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) err(71, "fork");
    if (child > 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    serve(listener);
    _exit(0);
}

static void wait_for_stop(void) {
    sigset_t stop;
    int signal;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    sigwait(&stop, &signal);
}

static void run_workers(int count, int listener, void (*serve)(int listener)) {
    pid_t workers[most_workers];
    if (count < 1 || count > most_workers) errx(64, "PROCESSES: from 1 to %d", most_workers);
    for (int slot = 0; slot < count; slot++) workers[slot] = start_worker(listener, serve);
    wait_for_stop();
    for (int slot = 0; slot < count; slot++) {
        kill(workers[slot], SIGKILL);
        waitpid(workers[slot], NULL, 0);
    }
}
