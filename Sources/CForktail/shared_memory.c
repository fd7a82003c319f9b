#include "CForktail.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int forktail_memory_file(const char *name, bool can_be_sealed) {
    return memfd_create(name, MFD_CLOEXEC | (can_be_sealed ? MFD_ALLOW_SEALING : 0));
}

int forktail_seal(int file) {
    // The mode keeps other users from opening it by the name that it has in /proc.
    return fchmod(file, S_IRUSR) == 0
        ? fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)
        : -1;
}

void *forktail_map_secret(int file, size_t *size) {
    struct stat status;
    if (fstat(file, &status) != 0 || status.st_size == 0) {
        return NULL;
    }
    *size = (size_t)status.st_size;
    void *start = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0);
    if (start == MAP_FAILED) {
        return NULL;
    }
    madvise(start, *size, MADV_DONTDUMP);
    return start;
}

void forktail_unmap(void *start, size_t size) { munmap(start, size); }

// Pages that are never written use no memory.
static void *map(size_t size, int protection, int flags, int descriptor) {
    void *room = mmap(
        NULL, size, protection, MAP_SHARED | MAP_NORESERVE | flags, descriptor, 0);
    return room == MAP_FAILED ? NULL : room;
}

void *forktail_share(size_t size) { return map(size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS, -1); }

void *forktail_share_file(const char *name, size_t size, int *descriptor) {
    struct stat status;
    if (*descriptor >= 0) {
        if (fstat(*descriptor, &status) != 0 || (size_t)status.st_size != size) {
            errno = EINVAL;
            return NULL;
        }
        bool only_reads = (fcntl(*descriptor, F_GETFL) & O_ACCMODE) == O_RDONLY;
        return map(size, only_reads ? PROT_READ : PROT_READ | PROT_WRITE, 0, *descriptor);
    }
    int fresh = forktail_memory_file(name, true);
    if (fresh < 0) {
        return NULL;
    }
    // No other user can open it by the name that it has in /proc. A process that has it and makes it
    // shorter would end all others that look into it.
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    void *room = fchmod(fresh, S_IRUSR | S_IWUSR) == 0 && ftruncate(fresh, (off_t)size) == 0
            && fcntl(fresh, F_ADD_SEALS, seals) == 0
        ? map(size, PROT_READ | PROT_WRITE, 0, fresh)
        : NULL;
    if (!room) {
        int saved = errno;
        close(fresh);
        errno = saved;
        return NULL;
    }
    *descriptor = fresh;
    return room;
}
