// Clients that take a second for each byte, as an attack by slowloris does it.
//
// Usage: slow-clients head PORT COUNT           they send the head of a request
//        slow-clients body PORT COUNT TARGET    they send the body of a request, after its head
//        slow-clients read PORT COUNT TARGET    they read the answer, with a small receive buffer
//
// Each is due once a second, and they take turns over it evenly. One that the server cuts off
// comes back at its next turn. Prints "ready" when all are connected, and at SIGTERM how many
// bytes went over and how many times a client was cut off.

#define _GNU_SOURCE
#include "clients.h"
#include <time.h>

enum { smallest_buffer = 2048 };

static const char start_of_head[] = "GET /slow HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";

struct client {
    int descriptor;  // or -1
    size_t sent;     // of start_of_head; the byte "a" follows it for ever
};

static int port, count;
static struct client *clients;
static char greeting[512];  // what is sent at once, before it gets slow
static int receive_buffer;
static int (*take_turn)(struct client *client);
static long bytes, cuts;

static void connect_again(struct client *client) {
    client->descriptor = connect_client(port, (int)(client - clients), receive_buffer);
    client->sent = 0;
    (void)!send(client->descriptor, greeting, strlen(greeting), MSG_NOSIGNAL);
}

// Whether the server has closed it, or answered although it has not got the whole request.
static int is_cut_off(const struct client *client) {
    char byte;
    ssize_t length = recv(client->descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return length >= 0 || errno != EAGAIN;
}

static int send_byte(struct client *client) {
    char byte = client->sent < sizeof start_of_head - 1 ? start_of_head[client->sent] : 'a';
    if (is_cut_off(client)) return 0;
    client->sent++;
    return send(client->descriptor, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

// Nothing to read yet is no cut: the server may be busy.
static int receive_byte(struct client *client) {
    char byte;
    ssize_t length = recv(client->descriptor, &byte, 1, MSG_DONTWAIT);
    return length == 1 || (length < 0 && errno == EAGAIN);
}

static void serve_turn(struct client *client) {
    if (client->descriptor < 0) return connect_again(client);
    if (take_turn(client)) {
        bytes++;
        return;
    }
    close_at_once(client->descriptor);
    client->descriptor = -1;
    cuts++;
}

static void connect_all(void) {
    clients = calloc((size_t)count, sizeof *clients);
    if (clients == NULL) err(71, "calloc");
    for (int index = 0; index < count; index++) connect_again(&clients[index]);
}

// One turn after another at absolute times, so that a late one delays no other.
static void take_turns(void) {
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    for (int index = 0; !is_stopping; index = (index + 1) % count) {
        due.tv_nsec += 1000000000 / count;
        if (due.tv_nsec >= 1000000000) {
            due.tv_nsec -= 1000000000;
            due.tv_sec++;
        }
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
        serve_turn(&clients[index]);
    }
}

static int choose(const char *kind, const char *target) {
    take_turn = send_byte;
    if (strcmp(kind, "head") == 0) return target == NULL;
    if (target == NULL) return 0;
    if (strcmp(kind, "body") == 0) {
        snprintf(greeting, sizeof greeting,
                 "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4096\r\n\r\n", target);
        return 1;
    }
    take_turn = receive_byte;
    receive_buffer = smallest_buffer;
    snprintf(greeting, sizeof greeting, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
    return strcmp(kind, "read") == 0;
}

int main(int argument_count, char **arguments) {
    if (argument_count < 4 || argument_count > 5 || !choose(arguments[1], arguments[4]))
        errx(64, "usage: slow-clients head|body|read PORT COUNT [TARGET]");
    port = atoi(arguments[2]);
    count = atoi(arguments[3]);
    allow_descriptors(count);
    connect_all();
    stop_at_signals();
    puts("ready");
    fflush(stdout);
    take_turns();
    for (int index = 0; index < count; index++)
        if (clients[index].descriptor >= 0) close_at_once(clients[index].descriptor);
    printf("%ld %ld\n", bytes, cuts);
}
