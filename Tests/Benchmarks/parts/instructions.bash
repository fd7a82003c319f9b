# Instructions in user space that a request costs a worker, counted by callgrind, so that what else
# the machine does doesn't matter: hello on 32 kept connections for class event, on a connection for
# each request for class sync, by clients that send Host, User-Agent and Accept; without and with an
# access log, as text and as JSON.
#
# The rows of asynchronous handlers are of Tests/ForktailAsyncApp: one that never waits, and one that
# waits once, by Task.yield().
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
        printf '\twithout log\ttext\tJSON\tmore by text\tmore by JSON\n'
        for name in forktail before "forktail sync" "before sync"; do
            [[ -n ${program[$name]:-} ]] || continue
            printf '%s\t%s\n' "$name" "$(count_instructions_of "$name")"
        done
    } | align
    measure_async_instructions
    printf '\n%s\n' "forktail's aim: 7500 without a log, 2500 more with it"
}

measure_async_instructions() {
    local name=async target
    program[$name]=$async_app
    if ! [[ -x $async_app ]]; then
        skip "asynchronous handlers" "$async_app is not built"
        return
    fi
    choose_port $name
    cp "$scratch/web/plain" "$scratch/web/hop"
    title "Instructions in user space per request of an asynchronous application"
    {
        printf '\twithout log\ttext\tJSON\tmore by text\tmore by JSON\n'
        for target in /plain /hop; do
            printf 'async %s\t%s\n' "$target" "$(count_instructions_of $name $target)"
        done
    } | align
}

count_instructions_of() {
    local off text json
    off=$(instructions_per_request "$1" off "${2:-/plain}") &&
        text=$(instructions_per_request "$1" on "${2:-/plain}") &&
        json=$(instructions_per_request "$1" json "${2:-/plain}") || return
    printf '%d\t%d\t%d\t%d\t%d\n' "$off" "$text" "$json" $((text - off)) $((json - off))
}

instructions_per_request() {
    local few many
    few=$(count_instructions "$1" "$2" $few_requests "$3") &&
        many=$(count_instructions "$1" "$2" $many_requests "$3") &&
        echo $(((many - few) / (many_requests - few_requests)))
}

# The instructions of the worker from its start to its end: NAME LOG REQUESTS TARGET
count_instructions() {
    local name=$1 requests=$3 target=$4 worker clients=$instruction_clients
    if [[ $name == *" sync" ]]; then clients=close; fi
    # Not every valgrind can read Swift's debug information.
    strip --strip-debug -o "$scratch/stripped" "${program[$name]}" || return
    local -A program=([$name]=$scratch/stripped)
    local -a pinning=(valgrind --quiet --tool=callgrind "--callgrind-out-file=$scratch/profile.%p")
    start "$name" 1 hello "$2" "$target" || return
    worker=$(workers_of "$name")
    "$scratch/busy-clients" "${port[$name]}" "$clients" "$requests" "$target" >/dev/null || return
    stop "$name"
    awk '/^(summary|totals):/ { sum = $2 } END { print sum }' "$scratch/profile.${worker% }"
}
