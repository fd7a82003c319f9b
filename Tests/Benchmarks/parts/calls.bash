# System calls per request, of the workers under the load of one client, so that no call serves
# several requests; and how to see where the other instructions go.
#
# A profile is taken by hand. The instructions of each function, with what they call:
#
#     valgrind --tool=callgrind --callgrind-out-file=profile.%p --dump-instr=yes \
#         .build/release/forktail --bind 127.0.0.1:8080 --workers 1 --worker-class event &
#     wrk -t1 -c32 -d5s http://127.0.0.1:8080/plain          # warm up
#     callgrind_control --zero                               # from here on
#     wrk -t1 -c32 -d10s http://127.0.0.1:8080/plain         # note how many requests it reports
#     callgrind_control --dump; kill %1
#     callgrind_annotate --inclusive=yes profile.WORKER.1 | swift demangle | head -60
#
# The worker is the process with the highest number; the sum divided by the requests is the count
# of instructions for one in user space. Where the time goes, with the kernel's share:
#
#     perf record -g -p WORKER -- sleep 5; perf report --no-children | swift demangle
#
# (-e cpu-clock where a virtual machine has no counters). `timeout = 0` keeps the arbiter from
# killing a worker that valgrind makes slow.
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
            if ($4 >= requests / 50) list = list (list ? ", " : "") sprintf("%s %.2f", $NF, $4 / requests)
        }
        END { printf "%.2f\t%s\n", total / (requests ? requests : 1), list }' "$scratch/calls"
}

stop_tracer() {
    [[ -n ${tracer_pid:-} ]] || return 0
    kill "$tracer_pid" 2>/dev/null
    wait "$tracer_pid" 2>/dev/null
    tracer_pid=
}
