# The table and its picture: hello with and without keep-alive, a file of 64 KiB and one of 1 MiB,
# each without and with an access log, for few and for many connections.
# shellcheck shell=bash

measure_throughput() {
    local log
    for log in off on; do
        measure_service hello "$log" /plain keep-alive close
        measure_service files "$log" /files/1MiB.bin 64KiB 1MiB
    done
    print_throughput
    draw bars throughput
}

# All rounds of a service, and of the kinds of request that it answers.
measure_service() {
    local service=$1 log=$2 round kind clients name
    local -a order
    start_all "$worker_count" "$service" "$log" "$3" "${contenders[@]}"
    shift 3
    for ((round = 0; round < rounds; round++)); do
        for kind in "$@"; do
            for clients in $connections; do
                arrange "$round"
                for name in "${order[@]}"; do
                    take_kind "$name" "$kind" "$log" "$clients" "$round"
                done
                check_all
            done
        done
    done
    stop_all
}

take_kind() {
    local name=$1 kind=$2
    local -a turn=(throughput "$kind" "$3" "$4" "$worker_count" "$5" "$name")
    case $name/$kind in
        "accept loop"/keep-alive | *sync/keep-alive) ;; # they close each connection
        */keep-alive) take_turn "${turn[@]}" /plain ;;
        */close) take_turn "${turn[@]}" /plain -H "Connection: close" ;;
        *) take_turn "${turn[@]}" "/files/$kind.bin" ;;
    esac
}

print_throughput() {
    local clients
    for clients in $connections; do
        title "Requests per second with $clients connections (ratio to the bare loop)"
        table rate throughput "$clients"
        title "p50 / p99 in ms with $clients connections"
        table latency throughput "$clients"
        title "Processor time in us per request with $clients connections (ratio to the bare loop)"
        table processor throughput "$clients"
    done
    title "Aims"
    print_aim forktail "bare loop" 0.9 keep-alive
    print_aim forktail nginx 1.0
    print_aim "forktail sync" "accept loop" 0.9 close
    print_aim forktail before 0.98
    print_aim "forktail sync" "before sync" 0.98
    print_errors throughput
}

# A contender's ratios to another one, of one kind or of all: NAME BASE AIM [KIND [PART]]
print_aim() {
    summarise "base=$2" | awk -F '\t' -v name="$1" -v base="$2" -v aim="$3" -v kind="${4:-}" \
        -v part="${5:-throughput}" '
        $1 == part && $6 == name && $10 != "-" && (kind == "" || $2 == kind) {
            ratios = ratios sprintf("  %.2f %s/%s%s", $10, $2, $4, $3 == "on" ? "/logged" : "")
        }
        END { if (ratios) printf "%s to %s, aim %s:%s\n", name, base, aim, ratios }'
}
