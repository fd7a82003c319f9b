// What the clients of the benchmark have in common: many connections to 127.0.0.1, and a stop.
// Included by one file of a program, after _GNU_SOURCE was defined.

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// An address of the loopback has some 28,000 ports for clients; each serves this many of them.
enum { clients_per_address = 8192, spare_descriptors = 64, limit_ms = 10000 };

static volatile sig_atomic_t is_stopping;

static void stop(int signal) {
    (void)signal;
    is_stopping = 1;
}

static void stop_at_signals(void) {
    struct sigaction action = {.sa_handler = stop};  // without SA_RESTART: it ends a wait
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static void allow_descriptors(int count) {
    struct rlimit limit;
    rlim_t wanted = (rlim_t)count + spare_descriptors;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) return;
    limit.rlim_cur = wanted;
    if (limit.rlim_max < wanted) limit.rlim_max = wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0) err(71, "%d descriptors", count);
}

// Closes with a reset, so that no port is kept in TIME_WAIT and none is short in the next round.
static void close_at_once(int client) {
    struct linger none = {.l_onoff = 1};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(client);
}

// Gives a client a receive buffer of that size, and segments as Ethernet carries them: for those of
// the loopback the kernel would keep megabytes for each client that doesn't read.
static void narrow(int client, int receive_buffer) {
    int segment = 1460;
    setsockopt(client, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    setsockopt(client, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
}

// Connects client number INDEX. A receive buffer of 0 bytes is the system's default.
static int connect_client(int port, int index, int receive_buffer) {
    struct sockaddr_in server = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct sockaddr_in own = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (unsigned)(index / clients_per_address)),
    };
    int yes = 1;
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (client < 0) err(71, "socket");
    if (receive_buffer > 0) narrow(client, receive_buffer);
    setsockopt(client, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (bind(client, (struct sockaddr *)&own, sizeof own) < 0) err(71, "bind");
    if (connect(client, (struct sockaddr *)&server, sizeof server) < 0)
        err(69, "connect client %d to port %d", index, port);
    return client;
}
