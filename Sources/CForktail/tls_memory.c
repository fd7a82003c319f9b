// The memory of OpenSSL: of its own, because core files must not get the keys of sessions.
//
// Blocks of one size lie together in a span. When all of them are free, its pages are given back, unless
// it is the only one of its size with room or little is kept so, because each connection would fault them
// in again. What is larger than the largest size, or finds no room, is left to malloc(3). A lock keeps
// threads apart; a crash handler, which may have stopped its holder, takes memory from an arena instead.
#include "CForktail.h"
#include "tls_library.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/single_threaded.h>

// MARK: the arena of the crash handler

// A record needs 34 KB. Pages that are never written use no memory.
enum { ARENA_SIZE = 64 * 1024 * 1024, ALIGNMENT = 16 };
static char *arena;
static atomic_size_t arena_used;
static atomic_bool uses_arena;

static void *take_from_arena(size_t size) {
    size_t whole = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (whole < size || whole > ARENA_SIZE) {
        return NULL;
    }
    size_t start = atomic_fetch_add(&arena_used, whole);
    return start + whole <= ARENA_SIZE ? arena + start : NULL;
}

static bool is_in_arena(const void *memory) {
    return arena && (const char *)memory >= arena && (const char *)memory < arena + ARENA_SIZE;
}

void tls_use_arena(void) { uses_arena = true; }

// MARK: spans

// Sizes up to 128 are multiples of 16; beyond that there are eight between a power of two and the next.
enum { SPAN_SHIFT = 16, SPAN_SIZE = 1 << SPAN_SHIFT, SPANS = 65536, OPENED_AT_ONCE = 64, KEPT = 2 * 1024 * 1024 };
enum { STEPS = 8, SMALL = 128, LARGEST = 32768, CLASSES = STEPS + 8 * STEPS };

struct block {
    struct block *next;
};

struct span {
    struct span *next, *previous; // among those of its class that have room
    struct block *free;           // those that were used before
    uint32_t size;                // of a block
    uint16_t class;
    uint16_t live;
    uint32_t begun;               // how many bytes of it were ever given
};

static char *pool;
static struct span *spans;
static uint32_t begun_spans, opened_spans;
static struct span *empty_spans;          // those without a size, linked by `next`
static size_t kept;                       // how many bytes the spans have begun that hold nothing
static struct span *with_room[CLASSES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// A process with one thread needs no lock, which would cost more than the rest.
static bool enter(void) {
    if (__libc_single_threaded) {
        return false;
    }
    pthread_mutex_lock(&lock);
    return true;
}

static void leave(bool has_entered) {
    if (has_entered) {
        pthread_mutex_unlock(&lock);
    }
}

// A child of fork(2) has one thread, and must not find the lock held by another one.
static void lock_for_fork(void) { pthread_mutex_lock(&lock); }
static void unlock_after_fork(void) { pthread_mutex_unlock(&lock); }

static bool is_in_pool(const void *memory) {
    return (uintptr_t)memory - (uintptr_t)pool < ((uintptr_t)SPANS << SPAN_SHIFT) && pool;
}

static struct span *span_of(const void *memory) {
    return &spans[((uintptr_t)memory - (uintptr_t)pool) >> SPAN_SHIFT];
}

static unsigned class_of(size_t size) {
    if (size <= SMALL) {
        return size == 0 ? 0 : (unsigned)(size - 1) / ALIGNMENT;
    }
    unsigned power = 63 - (unsigned)__builtin_clzl(size - 1); // 7 for 129 to 256
    return (power - 6) * STEPS + (unsigned)((size - 1) >> (power - 3)) % STEPS;
}

static size_t size_of_class(unsigned class) {
    if (class < STEPS) {
        return (class + 1) * ALIGNMENT;
    }
    return (size_t)(STEPS + class % STEPS + 1) << (class / STEPS + 3);
}

static void link_span(struct span *span) {
    span->previous = NULL;
    span->next = with_room[span->class];
    if (span->next) {
        span->next->previous = span;
    }
    with_room[span->class] = span;
}

static void unlink_span(struct span *span) {
    if (span->next) {
        span->next->previous = span->previous;
    }
    *(span->previous ? &span->previous->next : &with_room[span->class]) = span->next;
}

static bool has_room(const struct span *span) {
    return span->free || span->begun + span->size <= SPAN_SIZE;
}

// Where the first block lies: elsewhere for each class, so that they use different lines of the cache.
static uint32_t start_in_span(unsigned class) { return class * 13 * ALIGNMENT; }

static char *start_of(const struct span *span) {
    return pool + ((size_t)(span - spans) << SPAN_SHIFT);
}

// Makes pages usable that are only reserved, so that a machine which does not overcommit counts no more
// than what is used.
static bool open_spans(void) {
    size_t count = SPANS - opened_spans < OPENED_AT_ONCE ? SPANS - opened_spans : OPENED_AT_ONCE;
    if (count == 0
        || mprotect(pool + ((size_t)opened_spans << SPAN_SHIFT), count << SPAN_SHIFT,
               PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
    opened_spans += (uint32_t)count;
    return true;
}

static struct span *begin_span(unsigned class) {
    struct span *span = empty_spans;
    if (span) {
        empty_spans = span->next;
    } else if (begun_spans < opened_spans || open_spans()) {
        span = &spans[begun_spans++];
    } else {
        return NULL;
    }
    *span = (struct span){
        .size = (uint32_t)size_of_class(class),
        .class = (uint16_t)class,
        .begun = start_in_span(class),
    };
    kept += span->begun;
    link_span(span);
    return span;
}

static void *take(unsigned class) {
    struct span *span = with_room[class] ? with_room[class] : begin_span(class);
    if (!span) {
        return NULL;
    }
    if (span->live == 0) {
        kept -= span->begun;
    }
    void *memory = span->free;
    if (memory) {
        span->free = span->free->next;
    } else {
        memory = start_of(span) + span->begun;
        span->begun += span->size;
    }
    span->live++;
    if (!has_room(span)) {
        unlink_span(span);
    }
    return memory;
}

static void clear(struct span *span) {
    bool is_last = !span->next && !span->previous;
    if (is_last || kept + span->begun <= KEPT) {
        kept += span->begun;
        return;
    }
    madvise(start_of(span), span->begun, MADV_DONTNEED);
    unlink_span(span);
    span->next = empty_spans;
    empty_spans = span;
}

static void give_back(void *memory) {
    struct span *span = span_of(memory);
    bool had_room = has_room(span);
    struct block *block = memory;
    block->next = span->free;
    span->free = block;
    span->live--;
    if (!had_room) {
        link_span(span);
    }
    if (span->live == 0) {
        clear(span);
    }
}

// MARK: what OpenSSL calls

static void *allocate(size_t size, const char *file, int line) {
    (void)file, (void)line;
    if (uses_arena) {
        return take_from_arena(size);
    }
    if (size > LARGEST || !pool) {
        return malloc(size);
    }
    bool has_entered = enter();
    void *memory = take(class_of(size));
    leave(has_entered);
    return memory ? memory : malloc(size);
}

static void release(void *memory, const char *file, int line) {
    (void)file, (void)line;
    // The process is about to end: what can't be freed without a lock stays.
    if (uses_arena || !memory || is_in_arena(memory)) {
        return;
    }
    if (!is_in_pool(memory)) {
        return free(memory);
    }
    bool has_entered = enter();
    give_back(memory);
    leave(has_entered);
}

static size_t room_of(void *memory) {
    if (is_in_pool(memory)) {
        return span_of(memory)->size;
    }
    // malloc_usable_size(3) takes no lock; what lies in the arena is bounded by its end.
    return is_in_arena(memory) ? (size_t)(arena + ARENA_SIZE - (char *)memory)
                               : malloc_usable_size(memory);
}

static void *reallocate(void *memory, size_t size, const char *file, int line) {
    if (!memory) {
        return allocate(size, file, line);
    }
    if (!uses_arena) {
        if (size == 0) {
            release(memory, file, line);
            return NULL;
        }
        if (!is_in_pool(memory) && size > LARGEST) {
            return realloc(memory, size);
        }
        if (is_in_pool(memory) && size <= LARGEST && class_of(size) == span_of(memory)->class) {
            return memory;
        }
    }
    void *other = allocate(size, file, line);
    if (other) {
        size_t room = room_of(memory);
        memmove(other, memory, room < size ? room : size);
        release(memory, file, line);
    }
    return other;
}

static void *reserve(size_t size, int protection) {
    void *room = mmap(
        NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED) {
        return NULL;
    }
    madvise(room, size, MADV_DONTDUMP);
    return room;
}

void tls_own_memory(void) {
    arena = reserve(ARENA_SIZE, PROT_READ | PROT_WRITE);
    spans = reserve(SPANS * sizeof *spans, PROT_READ | PROT_WRITE);
    pool = spans ? reserve((size_t)SPANS << SPAN_SHIFT, PROT_NONE) : NULL;
    pthread_atfork(lock_for_fork, unlock_after_fork, unlock_after_fork);
    // Fails where OpenSSL has allocated memory before, for an application that is linked with it.
    tls_owns_memory =
        tls.CRYPTO_set_mem_functions(allocate, reallocate, release) == 1 && arena;
}
