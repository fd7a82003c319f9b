// The process title is written over the arguments and the environment that the kernel laid out, one
// behind the other, when it started the program: that is the memory which /proc/PID/cmdline shows.
#include "CForktail.h"

#include <string.h>
#include <stdlib.h>

extern char **environ;

static char *start;
static size_t room;
// The length of the title, and of what stands behind it.
static size_t length;
static size_t behind;

enum { MOST_OF_METHOD = 16, MOST_OF_TARGET = 64 };

void forktail_title_prepare(void) {
    int argc = forktail_argument_count();
    char **argv = forktail_arguments();
    if (argc < 1) {
        return;
    }
    char *end = argv[0];
    for (int i = 0; i < argc && argv[i] == end; i++) {
        end += strlen(end) + 1;
    }
    for (char **variable = environ; *variable; variable++) {
        if (*variable == end) {
            end += strlen(end) + 1;
            char *copy = strdup(*variable);
            if (!copy) {
                return;
            }
            *variable = copy;
        }
    }
    start = argv[0];
    room = (size_t)(end - start);
}

void forktail_title_set(const char *title) {
    if (room == 0) {
        return;
    }
    length = strnlen(title, room - 1);
    behind = 0;
    memset(start, 0, room);
    memcpy(start, title, length);
}

static size_t smaller(size_t left, size_t right) { return left < right ? left : right; }

void forktail_title_show(const char *method, size_t method_length, const char *target,
    size_t target_length) {
    static const char begin[] = " [busy ";
    size_t first = smaller(method_length, MOST_OF_METHOD);
    size_t second = smaller(target_length, MOST_OF_TARGET);
    size_t count = sizeof begin - 1 + first + 1 + second + 1;
    forktail_title_hide();
    if (length + count >= room) {
        return;
    }
    char *place = start + length;
    memcpy(place, begin, sizeof begin - 1);
    place += sizeof begin - 1;
    memcpy(place, method, first);
    place += first;
    *place++ = ' ';
    memcpy(place, target, second);
    place[second] = ']';
    behind = count;
}

void forktail_title_hide(void) {
    if (behind) {
        memset(start + length, 0, behind);
        behind = 0;
    }
}
