# System calls per request, of the workers under the load of one client, so that no call serves
# several requests; and how to see where the other instructions go.
#
# A profile is taken by hand. The instructions in user space, by function with what it calls; the
# debug information is taken away because not every valgrind can read Swift's:
#
#     strip --strip-debug -o /tmp/forktail .build/release/forktail
#     valgrind --tool=callgrind --callgrind-out-file=/tmp/profile.%p /tmp/forktail --timeout 0 \
#         --bind 127.0.0.1:8080 --workers 1 --worker-class event --app hello &
#     wrk -t1 -c32 -d20s http://127.0.0.1:8080/plain        # says how many requests there were
#     kill %1; wait
#     callgrind_annotate --inclusive=yes /tmp/profile.WORKER | swift demangle --simplified
#
# WORKER is the higher of the two process numbers. The instructions below the function that waits
# for events, divided by the requests, are what one costs. Where the time goes, kernel included:
#
#     perf record -e cpu-clock -g -p WORKER -- sleep 5
#     perf report --no-children | swift demangle --simplified
# shellcheck shell=bash

measure_calls() {
    local kind
    if ! command -v strace >/dev/null; then
        skip "system calls" "strace is not installed"
        return
    fi
    for kind in keep-alive close; do count_calls_of_kind $kind hello /plain; done
    count_calls_of_kind 64KiB files /files/64KiB.bin
    count_calls_of_kind 1MiB files /files/1MiB.bin
    title "System calls per request of one client"
    { printf '\tall\twhich\n' && cat "$scratch/counts"; } | align
    printf '\n%s\n' "forktail's aim with keep-alive: epoll_wait, recv, send"
}

count_calls_of_kind() {
    local kind=$1 service=$2 target=$3 name
    local -a flags=() names=("bare loop" forktail nginx)
    if [[ $kind == close ]]; then
        flags=(-H "Connection: close")
        names+=("accept loop" "forktail sync")
    fi
    start_all "$worker_count" "$service" off "$target" "${names[@]}"
    for name in "${serving[@]}"; do
        printf '%s\t%s\n' "$kind, $name" "$(count_calls "$name" "$target" "${flags[@]}")" \
            >>"$scratch/counts"
    done
    stop_all
}

count_calls() {
    local name=$1 worker requests
    local -a flags=()
    for worker in $(workers_of "$name"); do flags+=(-p "$worker"); done
    strace -f -c -o "$scratch/calls" "${flags[@]}" 2>"$scratch/strace" &
    tracer_pid=$!
    sleep 0.3
    requests=$(run_wrk "$name" 1 "${@:2}" | cut -d' ' -f2)
    stop_tracer
    if ! [[ -s $scratch/calls ]]; then
        printf '–\t%s\n' "not measured: $(head -n 1 "$scratch/strace")"
        return
    fi
    # Only what happens at least once in fifty requests: the rest is heartbeats and the like.
    awk -v requests="$requests" '
        $4 ~ /^[0-9]+$/ && $NF != "total" {
            total += $4
            if ($4 < requests / 50) next
            list = list (list ? ", " : "") sprintf("%s %.2f", $NF, $4 / requests)
        }
        END { printf "%.2f\t%s\n", total / (requests ? requests : 1), list }' "$scratch/calls"
}

stop_tracer() {
    [[ -n ${tracer_pid:-} ]] || return 0
    kill "$tracer_pid" 2>/dev/null
    wait "$tracer_pid" 2>/dev/null
    tracer_pid=
}
