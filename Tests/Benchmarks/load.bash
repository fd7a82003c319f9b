# Load on a server, and what is read of it meanwhile: one turn of wrk, processor time, memory.
#
# Each turn is a line of the file `turns`, and everything that is printed or drawn is computed from
# these lines in the end (charts/summary.awk). The columns: part, kind, log, connections, workers,
# round, contender, requests per second, requests, errors, p50 and p99 in microseconds, bytes,
# seconds of the workers' processor time.
# shellcheck shell=bash

# Runs wrk against NAME's TARGET with some clients; prints requests per second, requests, errors,
# p50, p99, bytes, and the workers' processor time.
run_wrk() {
    local name=$1 clients=$2 target=$3 before after threads=$wrk_threads
    shift 3
    ((threads <= clients)) || threads=$clients
    before=$(time_of "$name")
    timeout --foreground -s INT "$duration" wrk -t"$threads" -c"$clients" -d1h --timeout 10s \
        -s "$benchmarks/report.lua" "$@" "http://127.0.0.1:${port[$name]}$target" |
        tail -n 1 >"$scratch/wrk"
    after=$(time_of "$name")
    echo "$(<"$scratch/wrk") $(awk "BEGIN { print ($after - $before) / 1e9 }")"
}

# The processor time of all workers of a contender so far, in nanoseconds.
time_of() {
    local worker
    local -a files=()
    for worker in $(workers_of "$1"); do files+=("/proc/$worker"/task/*/schedstat); done
    # A contender that is a single process is its own worker.
    ((${#files[@]} > 0)) || files=("/proc/${arbiter[$1]}"/task/*/schedstat)
    cat "${files[@]}" 2>/dev/null | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# One line of `turns`: PART KIND LOG CONNECTIONS WORKERS ROUND NAME TARGET [FLAG OF WRK]...
take_turn() {
    local name=$7 clients=$4
    printf '%s\t' "${@:1:7}" >>"$turns"
    run_wrk "$name" "$clients" "${@:8}" | tr ' ' '\t' >>"$turns"
    if [[ $3 == on && $name != *loop ]]; then empty_log "$name"; fi
}

# What was logged would fill the disk; that it was is what the turn is about.
empty_log() {
    [[ -s $(log_of "$1") ]] || echo "$1 has logged nothing"
    : >"$(log_of "$1")"
}

# Puts those that serve into `order`, another one first in each round, so that what is always next
# to something is not always disturbed by it. Servers that are there for comparison only have a
# turn in every third round.
arrange() {
    local round=$1 name first
    order=()
    ((${#serving[@]} > 0)) || return
    first=$((round % ${#serving[@]}))
    for name in "${serving[@]:first}" "${serving[@]:0:first}"; do
        if is_guest "$name" && ((round % 3 != 0)); then continue; fi
        order+=("$name")
    done
}

is_guest() {
    case $1 in
        *loop | forktail* | before* | nginx) return 1 ;;
        *) return 0 ;;
    esac
}

# PSS in kB of some processes. A page that several of them share counts in parts.
pss() {
    local process
    local -a files=()
    for process in "$@"; do files+=("/proc/$process/smaps_rollup"); done
    cat "${files[@]}" 2>/dev/null | awk '/^Pss:/ { sum += $2 } END { print sum + 0 }'
}

pss_of_tree() {
    # shellcheck disable=SC2046
    pss $(tree_of "${arbiter[$1]}")
}
