# One worker that has a processor to itself and more to do than it can: busy-clients.c, on another
# processor, keeps 1, 8, 64 and 512 connections busy. wrk would be the slower side. How many requests
# the worker answers then, and what processor time each takes it.
# shellcheck shell=bash

readonly saturation_connections="1 8 64 512"

measure_saturation() {
    local round clients name
    local -a order processors pinning
    mapfile -t processors < <(list_processors)
    if ((${#processors[@]} < 2)) || ! command -v taskset >/dev/null; then
        skip saturation "it needs two processors and taskset"
        return
    fi
    pinning=(taskset -c "${processors[0]}")
    start_all 1 hello off /plain "bare loop" forktail before nginx
    for ((round = 0; round < rounds; round++)); do
        for clients in $saturation_connections; do
            arrange "$round"
            for name in "${order[@]}"; do
                take_saturation_turn "$name" "$clients" "$round" "${processors[1]}"
            done
            check_all
        done
    done
    stop_all
    print_saturation
}

# The processors that we may use, one a line: "0-1,4" are 0, 1 and 4.
list_processors() {
    awk -F '[:\t]+' '/^Cpus_allowed_list/ { print $2 }' /proc/self/status | tr ',' '\n' |
        while IFS=- read -r first last; do seq "$first" "${last:-$first}"; done
}

take_saturation_turn() {
    local name=$1 clients=$2 worker
    worker=$(workers_of "$name")
    printf '%s\t' saturation keep-alive off "$clients" 1 "$3" "$name" >>"$turns"
    taskset -c "$4" "$scratch/busy-clients" "${port[$name]}" "$clients" "${duration}s" /plain \
        "${worker% }" 2>"$scratch/busy" | tr ' ' '\t' >"$scratch/turn"
    [[ -s $scratch/turn ]] || echo "busy-clients: $name: $(<"$scratch/busy")"
    # A turn without a result becomes an ignored line.
    { [[ -s $scratch/turn ]] && cat "$scratch/turn" || echo; } >>"$turns"
}

print_saturation() {
    title "Requests per second of one worker that is saturated (ratio to the bare loop)"
    print_saturation_table 7 10 "%d"
    title "Its processor time in us per request (ratio to the bare loop)"
    print_saturation_table 14 17 "%.2f"
    echo
    print_costs forktail "bare loop" 1.15
    print_costs forktail nginx 0.9
    print_costs forktail before 1.02
    print_errors saturation
}

# The medians of a column of the summary and those of the ratios: COLUMN RATIO FORMAT
print_saturation_table() {
    summarise | awk -F '\t' -v values="$saturation_connections" -v column="$1" -v ratio="$2" \
        -v format="$3" '
        $1 == "saturation" {
            if (!($6 in names)) { names[$6]; name[++count] = $6 }
            cell[$6, $4] = sprintf(format " (%.2f)", $column, $ratio)
        }
        END {
            columns = split(values, value, " ")
            for (j = 1; j <= columns; j++) printf "\t%s connection%s", value[j], (j > 1 ? "s" : "")
            printf "\n"
            for (i = 1; i <= count; i++) {
                printf "%s", name[i]
                for (j = 1; j <= columns; j++) printf "\t%s", cell[name[i], value[j]]
                printf "\n"
            }
        }' | align
}

# The ratios of a contender's processor time to that of another: NAME BASE AIM
print_costs() {
    summarise "base=$2" | awk -F '\t' -v name="$1" -v base="$2" -v aim="$3" '
        $1 == "saturation" && $6 == name && $17 != "-" {
            ratios = ratios sprintf("  %.2f of %s", $17, $4)
        }
        END {
            if (ratios) printf "processor time of %s to %s, aim %s:%s\n", name, base, aim, ratios
        }'
}
