# Clients that take a second for each byte, of a head, of a body, or of the answer that they read:
# whether the p99 of others changes.
# shellcheck shell=bash

measure_slow() {
    local round name
    local -a order
    allow_descriptors
    start_all "$worker_count" files off /files/plain forktail before nginx
    for ((round = 0; round < rounds; round++)); do
        arrange "$round"
        for name in "${order[@]}"; do take_slow_turns "$name" "$round"; done
        check_all
    done
    stop_all
    print_slow
}

take_slow_turns() {
    local name=$1
    take_slow_turn "$name" "$2" calm
    start_clients slow-clients head "${port[$name]}" "$slow_count" &&
        take_slow_turn "$name" "$2" head
    start_clients slow-clients body "${port[$name]}" "$slow_count" /files/plain &&
        take_slow_turn "$name" "$2" body
    start_clients slow-clients read "${port[$name]}" "$slow_count" /files/16MiB.bin &&
        take_slow_turn "$name" "$2" read
}

# First the server fills the buffers of the clients that don't read.
take_slow_turn() {
    local name=$1 round=$2 kind=$3
    if [[ $kind == read ]]; then sleep 1; fi
    take_turn slow "$kind" off "${connections%% *}" "$worker_count" "$round" "$name" /files/plain
    stop_clients
    sleep 0.1
}

print_slow() {
    title "With $slow_count clients of a byte per second, while ${connections%% *} ask for a small file"
    {
        printf '\tthey\trequests/s\tratio\tp50 ms\tp99 ms\tratio of p99\n'
        summarise base_kind=calm | awk -F '\t' '
            BEGIN {
                what["calm"] = "are not there"
                what["head"] = "send a head"
                what["body"] = "send a body"
                what["read"] = "read 16 MiB"
            }
            $1 == "slow" {
                printf "%s\t%s\t%d\t%.2f\t%.2f\t%.2f\t%.2f\n",
                    $6, what[$2], $7, $10, $11 / 1000, $12 / 1000, $13
            }' | sort -s -t "$(printf '\t')" -k1,1
    } | align
    printf '\n%s\n' "forktail's aim: a ratio of p99 below 2"
    print_aim forktail before 0.98 "" slow
    print_errors slow
}
