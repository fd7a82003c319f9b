# How long it takes to come up, to replace a worker that was killed, to reload, to hand over to a
# new executable and to stop (lifecycle.c), and what a reload every second costs.
# shellcheck shell=bash

readonly lifecycle_contenders=(forktail "forktail sync" nginx gunicorn)

measure_lifecycle() {
    measure_start_up
    measure_replacement
    measure_changes
    measure_storm
}

# Appends what the program lifecycle measures of some contenders, for all rounds: WHAT COUNT NAME...
run_lifecycles() {
    local what=$1 count=$2 round name
    shift 2
    for ((round = 0; round < rounds; round++)); do
        for name in "$@"; do
            [[ -n ${port[$name]:-} ]] || continue
            set_command "$name" "$count" hello off
            "$scratch/lifecycle" "$what" "${port[$name]}" "${command[@]}" \
                >>"$scratch/$what.$name" 2>"$scratch/log.$name" && continue
            skip "$name" "$what: $(tail -n 1 "$scratch/log.$name")"
        done
    done
}

# A line for what was measured, if anything was: LABEL COLUMN FILE CELL...
print_lifecycle() {
    [[ -s $3 ]] || return
    printf '%s\t%s' "$1" "$(cut -d' ' -f"$2" "$3" | summary %.1f)"
    printf "${4:+\\t%s}\n" "${@:4}"
}

measure_start_up() {
    local name
    run_lifecycles start "$worker_count" "${lifecycle_contenders[@]}"
    title "Start-up, ms from exec to the first answer ($worker_count workers, warm page cache)"
    {
        printf '\tmedian\tmin\tmax\n'
        for name in "${lifecycle_contenders[@]}"; do
            print_lifecycle "$name" 1 "$scratch/start.$name"
        done
    } | align
    printf '\n%s\n' "forktail's aim: 20"
}

measure_replacement() {
    local name
    run_lifecycles replace 1 "${lifecycle_contenders[@]}"
    title "Replacement, ms from kill -9 of the only worker"
    {
        printf '\tmedian\tmin\tmax\tuntil\n'
        for name in "${lifecycle_contenders[@]}"; do
            grep -q -- - "$scratch/replace.$name" 2>/dev/null ||
                print_lifecycle "$name" 2 "$scratch/replace.$name" "reported ready"
            print_lifecycle "$name" 1 "$scratch/replace.$name" "the next answer"
        done
    } | align
    printf '\n%s\n' "forktail's aim: ready within 10"
}

# Measured for forktail only, since the others do not report when they are done.
measure_changes() {
    local name what
    for what in reload upgrade stop; do run_lifecycles $what 8 forktail "forktail sync"; done
    title "Changes, ms of forktail with 8 idle workers"
    {
        printf '\tmedian\tmin\tmax\tuntil\n'
        for name in forktail "forktail sync"; do
            print_lifecycle "$name, reload" 1 "$scratch/reload.$name" "all workers are replaced"
            print_lifecycle "$name, upgrade" 1 "$scratch/upgrade.$name" "the new arbiter serves"
            print_lifecycle "$name, stop" 1 "$scratch/stop.$name" "the arbiter's end"
        done
    } | align
    printf '\n%s\n' "forktail's aim: reload 150, stop 50"
}

# Each round under SIGHUP, one a second, is compared with the calm round before it.
measure_storm() {
    local seconds round name
    seconds=$(whole_seconds)
    local duration=$seconds
    start_all "$worker_count" hello off /plain forktail "forktail sync"
    for ((round = 0; round < rounds; round++)); do
        for name in "${serving[@]}"; do
            take_storm_turn "$name" calm "$round"
            reload_each_second "$name" &
            take_storm_turn "$name" storm "$round"
            wait $!
        done
        check_all
    done
    stop_all
    title "One SIGHUP per second, while ${connections%% *} clients ask for hello"
    {
        printf '\trequests/s without\twith\tratio\n'
        for name in forktail "forktail sync"; do
            [[ -n ${port[$name]:-} ]] || continue
            printf '%s\t%s\n' "$name" "$(rates_with storm calm storm "$name")"
        done
    } | align
    printf '\n%s\n' "forktail's aim: 0.90, without an error"
    print_errors storm
}

take_storm_turn() {
    local -a flags=()
    if [[ $1 == "forktail sync" ]]; then flags=(-H "Connection: close"); fi
    take_turn storm "$2" off "${connections%% *}" "$worker_count" "$3" "$1" /plain "${flags[@]}"
}

whole_seconds() {
    awk -v duration="$duration" 'BEGIN { print int(duration + 0.99) }'
}

reload_each_second() {
    local second
    for ((second = 0; second < duration; second++)); do
        sleep 0.4
        kill -HUP "${arbiter[$1]}"
        sleep 0.6
    done
}
