// fork(2), after which Swift's locks still work in the child.
//
// The lock of swift_once() is a futex with an owner (FUTEX_LOCK_PI in futex(2)). The runtime keeps the
// number of the calling thread for it in a thread-local variable, and a child inherits its parent's
// number. Where another thread of the child then waits for its main thread, the kernel refuses the
// unlocking of what seems to be another thread's lock, and both spin for ever.
//
// No call renews the number, so the variable is looked for: it holds the parent's number, and the
// runtime sets it again once it is zero. Any other word that has this value by chance stays as it was.
#include "CForktail.h"

#include <link.h>
#include <unistd.h>

void swift_once(int64_t *predicate, void (*run)(void *), void *context);

static void do_nothing(void *context) { (void)context; }

static void renew(volatile int *words, size_t count, int parent) {
    for (size_t index = 0; index < count; index++) {
        if (words[index] != parent) {
            continue;
        }
        int64_t predicate = 0;
        words[index] = 0;
        swift_once(&predicate, do_nothing, NULL);
        if (words[index] == 0) {
            words[index] = parent;
        }
    }
}

/// Handles the object that has the runtime; the variables of others are not touched.
static int renew_in(struct dl_phdr_info *object, size_t size, void *parent) {
    (void)size;
    const ElfW(Phdr) *variables = NULL;
    bool has_runtime = false;
    for (size_t index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[index];
        uintptr_t offset = (uintptr_t)swift_once - object->dlpi_addr;
        if (part->p_type == PT_TLS) {
            variables = part;
        } else if (part->p_type == PT_LOAD && offset - part->p_vaddr < part->p_memsz) {
            has_runtime = true;
        }
    }
    if (has_runtime && variables && object->dlpi_tls_data) {
        renew(object->dlpi_tls_data, variables->p_memsz / sizeof(int), *(int *)parent);
    }
    return has_runtime;
}

void forktail_renew_thread(int parent) { dl_iterate_phdr(renew_in, &parent); }

int forktail_fork(void) {
    int parent = gettid();
    int child = fork();
    if (child == 0) {
        forktail_renew_thread(parent);
    }
    return child;
}
