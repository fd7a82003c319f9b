# How the cost grows, as a table and a picture: hello with keep-alive for 1, 2, 4, ... connections,
# and for 1, 2, 4, 8 workers.
# shellcheck shell=bash

readonly growth_connections="1 2 4 8 16 32 64 128 256 512 1024" growth_workers="1 2 4 8"
readonly clients_of_workers=128

measure_growth() {
    local clients workers
    start_all "$worker_count" hello off /plain forktail nginx "bare loop"
    take_growth_rounds "$worker_count" "$growth_connections"
    stop_all
    for workers in $growth_workers; do
        start_all "$workers" hello off /plain forktail nginx "bare loop"
        take_growth_rounds "$workers" $clients_of_workers
        stop_all
    done
    print_growth connections "$growth_connections" 4
    print_growth workers "$growth_workers" 5
    draw lines growth
}

# The rounds are half as many as elsewhere, since a line shows where one point is wrong.
take_growth_rounds() {
    local round clients name kind=workers
    local -a order
    if [[ $2 == "$growth_connections" ]]; then kind=connections; fi
    for ((round = 0; round < (rounds + 1) / 2; round++)); do
        for clients in $2; do
            arrange "$round"
            for name in "${order[@]}"; do
                take_turn growth $kind off "$clients" "$1" "$round" "$name" /plain
            done
        done
        check_all
    done
}

# KIND VALUES COLUMN: the rates over what grows, which is in that column of the summary.
print_growth() {
    title "Requests per second of hello, by the number of $1"
    summarise | awk -F '\t' -v kind="$1" -v values="$2" -v column="$3" '
        $1 == "growth" && $2 == kind {
            if (!($6 in names)) { names[$6]; name[++count] = $6 }
            rate[$6, $column] = $7
        }
        END {
            columns = split(values, value, " ")
            for (j = 1; j <= columns; j++) printf "\t%s", value[j]
            printf "\n"
            for (i = 1; i <= count; i++) {
                printf "%s", name[i]
                for (j = 1; j <= columns; j++) printf "\t%d", rate[name[i], value[j]]
                printf "\n"
            }
        }' | align
}
