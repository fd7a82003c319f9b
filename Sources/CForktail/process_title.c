// The process title is written over the arguments and the environment that the kernel laid out, one
// behind the other, when it started the program: that is the memory which /proc/PID/cmdline shows.
#include "CForktail.h"

#include <string.h>
#include <stdlib.h>

extern char **environ;

static char *start;
static size_t room;

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
    size_t length = strnlen(title, room - 1);
    memset(start, 0, room);
    memcpy(start, title, length);
}
