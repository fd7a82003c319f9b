// A worker whose behaviour its arguments choose, for the tests that must be exact. Each argument is
// a step; they are done in their order: `probe children 2 notify READY=1 serve`. `probe help` lists
// them.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { firstListener = 3 };

static void fail(const char *what) {
    fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
    exit(71);
}

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static void waitSeconds(double seconds) {
    struct timespec left = {(time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9)};
    while (nanosleep(&left, &left) < 0 && errno == EINTR) {
    }
}

static void waitForever(void) {
    for (;;) pause();
}

// MARK: The notify socket

static void notify(const char *text) {
    const char *name = variable("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length == 0 || length >= sizeof address.sun_path) {
        fprintf(stderr, "probe: no NOTIFY_SOCKET\n");
        exit(71);
    }
    memcpy(address.sun_path, name, length);
    if (name[0] == '@') address.sun_path[0] = 0;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = offsetof(struct sockaddr_un, sun_path) + length;
    ssize_t sent =
        sendto(descriptor, text, strlen(text), 0, (struct sockaddr *)&address, size);
    if (sent < 0) fail("sendto NOTIFY_SOCKET");
    close(descriptor);
}

static void sendHeartbeat(int number) {
    (void)number;
    int saved = errno;
    notify("WATCHDOG=1");
    errno = saved;
}

// MARK: What the process was given, as JSON

static void writeText(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\' || byte < 0x20)
            fprintf(out, "\\u%04x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

static void writeEnvironment(FILE *out) {
    fputs("\"environment\":{", out);
    for (char **entry = environ; *entry; entry++) {
        char *name = strndup(*entry, strcspn(*entry, "="));
        const char *value = *entry + strcspn(*entry, "=");
        if (entry != environ) fputc(',', out);
        writeText(out, name);
        fputc(':', out);
        writeText(out, *value ? value + 1 : value);
        free(name);
    }
    fputs("},", out);
}

// The open descriptors but the connection and what is opened to read them.
static void writeDescriptors(FILE *out, int connection) {
    DIR *directory = opendir("/proc/self/fd");
    if (!directory) fail("/proc/self/fd");
    const char *separator = "";
    fputs("\"descriptors\":{", out);
    for (struct dirent *entry; (entry = readdir(directory));) {
        int number = atoi(entry->d_name);
        if (entry->d_name[0] == '.' || number == dirfd(directory) || number == connection)
            continue;
        char path[300], target[4096];
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length < 0) continue;
        target[length] = 0;
        fprintf(out, "%s\"%d\":", separator, number);
        writeText(out, target);
        separator = ",";
    }
    closedir(directory);
    fputs("},", out);
}

// The signal sets and the umask as /proc/self/status has them, in its own notation.
static void writeStatus(FILE *out) {
    FILE *status = fopen("/proc/self/status", "re");
    if (!status) fail("/proc/self/status");
    char line[4096];
    while (fgets(line, sizeof line, status)) {
        char name[32], value[64];
        if (sscanf(line, "%31[^:]: %63s", name, value) != 2) continue;
        if (strncmp(name, "Sig", 3) == 0 || strcmp(name, "Umask") == 0)
            fprintf(out, "\"%s\":\"%s\",", name, value);
    }
    fclose(status);
}

static void writeIdentity(FILE *out) {
    gid_t groups[256];
    int count = getgroups(256, groups);
    fprintf(out, "\"groups\":[");
    for (int index = 0; index < count; index++)
        fprintf(out, "%s%d", index ? "," : "", (int)groups[index]);
    int deathSignal = 0;
    prctl(PR_GET_PDEATHSIG, &deathSignal);
    fprintf(out, "],\"pid\":%d,\"parent\":%d,\"group\":%d,\"session\":%d,", getpid(), getppid(),
            getpgrp(), getsid(0));
    fprintf(out, "\"uid\":%d,\"gid\":%d,\"deathSignal\":%d,", geteuid(), getegid(), deathSignal);
    char *directory = getcwd(NULL, 0);
    fputs("\"directory\":", out);
    writeText(out, directory ? directory : "");
    free(directory);
    fputc(',', out);
}

static void writeListener(FILE *out) {
    struct timeval timeout = {0};
    socklen_t size = sizeof timeout;
    getsockopt(firstListener, SOL_SOCKET, SO_RCVTIMEO, &timeout, &size);
    bool blocks = !(fcntl(firstListener, F_GETFL) & O_NONBLOCK);
    fprintf(out, "\"listenerBlocks\":%s,\"receiveTimeout\":%ld,", blocks ? "true" : "false",
            timeout.tv_sec * 1000L + timeout.tv_usec / 1000);
}

static void writeLimits(FILE *out) {
    struct rlimit files, core;
    getrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_CORE, &core);
    fprintf(out, "\"maxFiles\":%lld,\"maxCore\":%lld", (long long)files.rlim_cur,
            (long long)core.rlim_cur);
}

static char *describe(int connection) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fputc('{', out);
    writeEnvironment(out);
    writeDescriptors(out, connection);
    writeStatus(out);
    writeIdentity(out);
    writeListener(out);
    writeLimits(out);
    fputs("}\n", out);
    fclose(out);
    return text;
}

// MARK: Serving

static void answer(int connection, const char *path) {
    char identity[200], *body = identity;
    snprintf(identity, sizeof identity, "%s %d %s\n", variable("FORKTAIL_SLOT"), getpid(),
             variable("FORKTAIL_GENERATION"));
    if (strcmp(path, "/slow") == 0) waitSeconds(2);
    if (strcmp(path, "/hang") == 0) waitForever();
    if (strcmp(path, "/crash") == 0) kill(getpid(), SIGKILL);
    if (strcmp(path, "/state") == 0) body = describe(connection);
    dprintf(connection, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
            strlen(body), body);
    if (body != identity) free(body);
}

static void serveConnection(int connection) {
    char head[65536], path[4096] = "/";
    ssize_t count;
    do count = read(connection, head, sizeof head - 1);
    while (count < 0 && errno == EINTR);
    head[count > 0 ? count : 0] = 0;
    sscanf(head, "%*s %4095s", path);
    answer(connection, path);
    // The end goes out before the close, which would be a reset if more had been received.
    shutdown(connection, SHUT_WR);
    close(connection);
}

static void waitBlocking(void) {}

static void waitInPoll(void) {
    struct pollfd wanted = {firstListener, POLLIN, 0};
    poll(&wanted, 1, -1);
}

static void waitInSelect(void) {
    fd_set wanted;
    FD_ZERO(&wanted);
    FD_SET(firstListener, &wanted);
    select(firstListener + 1, &wanted, NULL, NULL, NULL);
}

static void waitInEpoll(void) {
    static int epoll = -1;
    struct epoll_event event = {.events = EPOLLIN};
    if (epoll < 0) {
        epoll = epoll_create1(EPOLL_CLOEXEC);
        epoll_ctl(epoll, EPOLL_CTL_ADD, firstListener, &event);
    }
    epoll_wait(epoll, &event, 1, -1);
}

static void serve(void (*wait)(void)) {
    for (;;) {
        wait();
        int connection = accept4(firstListener, NULL, NULL, SOCK_CLOEXEC);
        if (connection >= 0)
            serveConnection(connection);
        else if (errno != EINTR && errno != EAGAIN && errno != ECONNABORTED)
            fail("accept");
    }
}

// MARK: The steps

static void serveByName(const char *name) {
    if (strcmp(name, "poll") == 0) serve(waitInPoll);
    if (strcmp(name, "select") == 0) serve(waitInSelect);
    if (strcmp(name, "epoll") == 0) serve(waitInEpoll);
    serve(waitBlocking);
}

static void ignoreStopSignals(const char *unused) {
    (void)unused;
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
}

static void printLine(const char *text) {
    printf("%s\n", text);
    fflush(stdout);
}

static void printErrorLine(const char *text) { fprintf(stderr, "%s\n", text); }

static void printUnfinished(const char *text) {
    printf("%s", text);
    fflush(stdout);
}

// Bytes without the end of a line.
static void flood(const char *count) {
    static char block[65536];
    memset(block, 'x', sizeof block);
    for (long long left = atoll(count); left > 0;) {
        size_t size = left < (long long)sizeof block ? (size_t)left : sizeof block;
        ssize_t written = write(STDOUT_FILENO, block, size);
        if (written < 0 && errno != EINTR) fail("write");
        if (written > 0) left -= written;
    }
}

// Lines as fast as they are taken.
static void printLines(const char *count) {
    for (long long number = 1; number <= atoll(count); number++) printf("line %lld\n", number);
    fflush(stdout);
}

static void closeOutput(const char *unused) {
    (void)unused;
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
}

// Children in the worker's process group, which hold all that it has open.
static void startChildren(const char *count) {
    for (int number = 0; number < atoi(count); number++) {
        pid_t child = fork();
        if (child < 0) fail("fork");
        if (child == 0) waitForever();
    }
}

// A daemon: it has left the group and the session, and its parent has gone.
static void startDaemon(const char *unused) {
    (void)unused;
    pid_t middle = fork();
    if (middle < 0) fail("fork");
    if (middle == 0) {
        setsid();
        pid_t daemon = fork();
        if (daemon < 0) fail("fork");
        if (daemon == 0) waitForever();
        _exit(0);
    }
    waitpid(middle, NULL, 0);
}

static void stopItself(const char *unused) {
    (void)unused;
    raise(SIGSTOP);
}

// A heartbeat at half the time in which the arbiter wants one.
static void beat(const char *unused) {
    (void)unused;
    long long microseconds = atoll(variable("WATCHDOG_USEC")) / 2;
    struct timeval time = {microseconds / 1000000, microseconds % 1000000};
    struct itimerval timer = {time, time};
    if (microseconds <= 0) {
        fprintf(stderr, "probe: no WATCHDOG_USEC\n");
        exit(71);
    }
    signal(SIGALRM, sendHeartbeat);
    setitimer(ITIMER_REAL, &timer, NULL);
    notify("WATCHDOG=1");
}

static void writeReadyLine(const char *unused) {
    (void)unused;
    int descriptor = atoi(variable("FORKTAIL_READY_FD"));
    if (descriptor < 3) {
        fprintf(stderr, "probe: no FORKTAIL_READY_FD\n");
        exit(71);
    }
    if (write(descriptor, "\n", 1) != 1) fail("write FORKTAIL_READY_FD");
    close(descriptor);
}

static void pauseSeconds(const char *seconds) { waitSeconds(atof(seconds)); }
static void setNonBlocking(const char *unused) {
    (void)unused;
    fcntl(firstListener, F_SETFL, fcntl(firstListener, F_GETFL) | O_NONBLOCK);
}
static void leave(const char *status) { exit(atoi(status)); }
static void die(const char *number) {
    signal(atoi(number), SIG_DFL);
    raise(atoi(number));
}
static void idle(const char *unused) {
    (void)unused;
    waitForever();
}
static void serveBlocking(const char *unused) {
    (void)unused;
    serve(waitBlocking);
}

static const struct Step {
    const char *name;
    bool hasArgument;
    void (*perform)(const char *argument);
    const char *help;
} steps[] = {
    {"serve", false, serveBlocking, "accept, and answer / /slow /hang /crash /state"},
    {"serve-in", true, serveByName, "the same, but wait in poll, select or epoll"},
    {"idle", false, idle, "wait for nothing"},
    {"ignore-stop", false, ignoreStopSignals, "ignore TERM, INT and QUIT"},
    {"print", true, printLine, "a line to standard output"},
    {"print-error", true, printErrorLine, "a line to standard error"},
    {"print-unfinished", true, printUnfinished, "a text without an end of line"},
    {"print-lines", true, printLines, "lines, by their number"},
    {"flood", true, flood, "bytes without an end of line, by their number"},
    {"close-output", false, closeOutput, "close standard output and standard error"},
    {"children", true, startChildren, "start children, by their number"},
    {"daemon", false, startDaemon, "start a process that leaves the group and the session"},
    {"stop", false, stopItself, "SIGSTOP"},
    {"notify", true, notify, "a message to NOTIFY_SOCKET"},
    {"beat", false, beat, "send WATCHDOG=1 by a timer"},
    {"ready-line", false, writeReadyLine, "a newline to FORKTAIL_READY_FD"},
    {"pause", true, pauseSeconds, "wait, by the seconds"},
    {"non-blocking", false, setNonBlocking, "set O_NONBLOCK of the listener"},
    {"exit", true, leave, "exit with a status"},
    {"die", true, die, "die of a signal, by its number"},
};

static const struct Step *find(const char *name) {
    for (size_t index = 0; index < sizeof steps / sizeof *steps; index++)
        if (strcmp(steps[index].name, name) == 0) return &steps[index];
    return NULL;
}

static int help(void) {
    for (size_t index = 0; index < sizeof steps / sizeof *steps; index++)
        printf("%-18s %s\n", steps[index].name, steps[index].help);
    return 64;
}

int main(int count, char **arguments) {
    for (int index = 1; index < count; index++) {
        const struct Step *step = find(arguments[index]);
        if (!step) return help();
        if (step->hasArgument && ++index == count) return help();
        step->perform(arguments[index]);
    }
    return 0;
}
