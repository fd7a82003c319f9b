// Changes of files in folders: inotify(7).
#include "CForktail.h"

#include <errno.h>
#include <limits.h>
#include <stdalign.h>
#include <sys/inotify.h>
#include <unistd.h>

int forktail_watch_open(void) { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }

int forktail_watch_add(int watch, const char *folder) {
    // Not each write: the last one closes the file, or gives it its name.
    const uint32_t changes = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVE | IN_ATTRIB
        | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
    return inotify_add_watch(watch, folder, changes) < 0 ? -1 : 0;
}

int forktail_watch_take(int watch, bool *is_lost) {
    alignas(struct inotify_event) char room[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
    int count = 0;
    for (;;) {
        ssize_t length = read(watch, room, sizeof room);
        if (length <= 0) {
            return count;
        }
        for (char *next = room; next < room + length;) {
            struct inotify_event *event = (struct inotify_event *)next;
            if (event->mask & IN_MOVE_SELF) {
                inotify_rm_watch(watch, event->wd);
            }
            *is_lost |= event->mask & (IN_IGNORED | IN_MOVE_SELF | IN_UNMOUNT);
            next += sizeof *event + event->len;
            count++;
        }
    }
}
