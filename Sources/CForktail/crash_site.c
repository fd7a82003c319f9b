// Where a thread crashed: the addresses of the instruction and of the calls that led to it.
//
// It runs in the crash handler. The functions of a Swift release build keep frame pointers: each frame
// begins with the address of its caller's frame, and behind it is the return address. Everything is read
// within the bounds of the stack, which were found before. The arbiter names the functions.
#include "CForktail.h"

#include <elf.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

// A call into the C library, such as abort(3), has used this much of the stack at most.
enum { MOST_FOREIGN_WORDS = 512 };

// A stack that is used up faults in its guard, or behind it in a frame that is larger than the guard.
enum { GUARD_BELOW = 1 << 20, GUARD_ABOVE = 64 * 1024 };

#define PER_THREAD static _Thread_local __attribute__((tls_model("initial-exec")))
PER_THREAD uint64_t stack_start;
PER_THREAD uint64_t stack_end;
PER_THREAD bool is_descriptor_closed;

static uint64_t code_start;
static uint64_t code_end;
static uint64_t load_bias;

// The first object is the program itself.
static int note_program(struct dl_phdr_info *program, size_t size, void *unused) {
    (void)size;
    (void)unused;
    load_bias = program->dlpi_addr;
    for (int i = 0; i < program->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &program->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && part->p_flags & PF_X) {
            code_start = load_bias + part->p_vaddr;
            code_end = code_start + part->p_memsz;
        }
    }
    return 1;
}

void forktail_crash_find_program(void) { dl_iterate_phdr(note_program, NULL); }

uint64_t forktail_load_bias(void) {
    forktail_crash_find_program();
    return load_bias;
}

void forktail_crash_find_stack(void) {
    pthread_attr_t attributes;
    void *start;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return;
    }
    if (pthread_attr_getstack(&attributes, &start, &size) == 0) {
        stack_start = (uint64_t)start;
        stack_end = stack_start + size;
    }
    pthread_attr_destroy(&attributes);
}

// The registers of the crashed thread.
struct registers {
    uint64_t instruction;
    uint64_t frame;
    uint64_t stack;
    uint64_t link; // the return address of a function that has called no other; 0 where it is on the stack
};

static struct registers registers(const ucontext_t *context) {
#if defined(__x86_64__)
    const greg_t *values = context->uc_mcontext.gregs;
    return (struct registers){
        (uint64_t)values[REG_RIP], (uint64_t)values[REG_RBP], (uint64_t)values[REG_RSP], 0};
#elif defined(__aarch64__)
    const mcontext_t *values = &context->uc_mcontext;
    return (struct registers){values->pc, values->regs[29], values->sp, values->regs[30]};
#else
    (void)context;
    return (struct registers){0};
#endif
}

static bool is_program(uint64_t address) { return address >= code_start && address < code_end; }

static uint64_t word(uint64_t address) {
    uint64_t value;
    memcpy(&value, (const void *)address, sizeof value);
    return value;
}

// Whether a call comes before this address, which is in the program's code.
static bool follows_call(uint64_t address) {
#if defined(__x86_64__)
    if (address - code_start < 7) {
        return false;
    }
    const unsigned char *code = (const unsigned char *)address;
    // call rel32; call by a register; call by an address in memory.
    return code[-5] == 0xe8 || (code[-2] == 0xff && (code[-1] & 0x38) == 0x10)
        || (code[-3] == 0xff && (code[-2] & 0xf8) == 0x50)
        || (code[-6] == 0xff && (code[-5] & 0xf8) == 0x90);
#else
    return address - code_start >= 4;
#endif
}

static void add(struct forktail_crash_site *site, uint64_t address) {
    if (site->count < FORKTAIL_FRAME_ROOM) {
        site->addresses[site->count++] = address;
    }
}

// Whether two words can be read, above a place on the stack.
static bool has_room(uint64_t address, uint64_t above) {
    return address >= above && address >= stack_start && address % sizeof address == 0
        && address + 2 * sizeof address <= stack_end;
}

// The C library keeps no frame pointers: its caller's frame is the first one, and the return address
// into that caller is below it.
static void add_foreign_caller(struct forktail_crash_site *site, struct registers from) {
    if (from.link) {
        add(site, from.link);
        return;
    }
    uint64_t place = from.stack;
    for (int i = 0; i < MOST_FOREIGN_WORDS && has_room(place, from.stack); i++, place += 8) {
        if (place == from.frame) {
            return;
        }
        uint64_t value = word(place);
        if (is_program(value) && follows_call(value)) {
            add(site, value);
            return;
        }
    }
}

static void add_frames(struct forktail_crash_site *site, struct registers from) {
    uint64_t frame = from.frame;
    uint64_t above = from.stack;
    while (site->count < FORKTAIL_FRAME_ROOM && has_room(frame, above)) {
        uint64_t caller = word(frame);
        uint64_t address = word(frame + sizeof frame);
        if (!address) {
            return;
        }
        add(site, address);
        above = frame + 1;
        frame = caller;
    }
}

void forktail_crash_note_closed_descriptor(void) { is_descriptor_closed = true; }

void forktail_crash_note_site(struct forktail_crash_site *site, const void *info, const void *context) {
    const siginfo_t *cause = info;
    struct registers from = registers(context);
    memset(site, 0, sizeof *site);
    site->is_fault = (cause->si_signo == SIGSEGV || cause->si_signo == SIGBUS) && cause->si_code > 0;
    if (site->is_fault) {
        site->fault = (uint64_t)cause->si_addr;
        site->is_stack_used_up = stack_start && site->fault + GUARD_BELOW >= stack_start
            && site->fault < stack_start + GUARD_ABOVE;
    }
    site->is_descriptor_closed = is_descriptor_closed;
    add(site, from.instruction);
    bool is_on_stack = from.stack >= stack_start && from.stack < stack_end;
    if (is_on_stack && !is_program(from.instruction)) {
        add_foreign_caller(site, from);
    }
    if (is_on_stack || site->is_stack_used_up) {
        add_frames(site, from);
    }
    // A reader takes the addresses for whole once it sees the signal.
    __atomic_store_n(&site->signal, (uint32_t)cause->si_signo, __ATOMIC_RELEASE);
}

// The runtime of Swift, which every program has.
char *swift_demangle(
    const char *symbol, size_t length, char *output, size_t *output_size, uint32_t flags);

char *forktail_demangled(const char *symbol) {
    return swift_demangle(symbol, strlen(symbol), NULL, NULL, 0);
}
