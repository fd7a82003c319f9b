// The command line, taken where the loader hands it over.
//
// Swift's own CommandLine searches the memory below `environ` for it, which fails as soon as a
// preloaded or linked library has moved the environment by setenv(3).
#include "CForktail.h"

static int count;
static char **arguments;

// The C library passes constructors what it passes main().
__attribute__((constructor)) static void take(int argc, char **argv) {
    count = argc;
    arguments = argv;
}

int forktail_argument_count(void) { return count; }

char **forktail_arguments(void) { return arguments; }
