# Instructions in user space that a request costs a worker, counted by callgrind, so that what else
# the machine does doesn't matter: hello on 32 kept connections for class event, on a connection for
# each request for class sync, by clients that send Host, User-Agent and Accept; without and with an
# access log.
#
# Two runs that differ in nothing but the number of requests: their difference belongs to requests
# alone. It repeats to within one percent, most of that because a worker that is slower by valgrind
# writes the date more often. calls.bash says how to see which functions they are in.
# shellcheck shell=bash

readonly few_requests=640 many_requests=3200 instruction_clients=32

measure_instructions() {
    local name log
    if ! command -v valgrind >/dev/null; then
        skip instructions "valgrind is not installed"
        return
    fi
    title "Instructions in user space per request"
    {
        printf '\twithout log\twith log\tthe log\n'
        for name in forktail before "forktail sync" "before sync"; do
            [[ -n ${program[$name]:-} ]] || continue
            printf '%s\t%s\n' "$name" "$(count_instructions_of "$name")"
        done
    } | align
    printf '\n%s\n' "forktail's aim: 7500 without a log, 2500 more with it"
}

count_instructions_of() {
    local off on
    off=$(instructions_per_request "$1" off) && on=$(instructions_per_request "$1" on) || return
    printf '%d\t%d\t%d\n' "$off" "$on" $((on - off))
}

instructions_per_request() {
    local few many
    few=$(count_instructions "$1" "$2" $few_requests) &&
        many=$(count_instructions "$1" "$2" $many_requests) &&
        echo $(((many - few) / (many_requests - few_requests)))
}

# The instructions of the worker from its start to its end: NAME LOG REQUESTS
count_instructions() {
    local name=$1 requests=$3 worker clients=$instruction_clients
    if [[ $name == *sync ]]; then clients=close; fi
    # Not every valgrind can read Swift's debug information.
    strip --strip-debug -o "$scratch/stripped" "${program[$name]}" || return
    local -A program=([$name]=$scratch/stripped)
    local -a pinning=(valgrind --quiet --tool=callgrind "--callgrind-out-file=$scratch/profile.%p")
    start "$name" 1 hello "$2" /plain || return
    worker=$(workers_of "$name")
    "$scratch/busy-clients" "${port[$name]}" "$clients" "$requests" /plain >/dev/null || return
    stop "$name"
    awk '/^(summary|totals):/ { sum = $2 } END { print sum }' "$scratch/profile.${worker% }"
}
