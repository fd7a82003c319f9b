# Memory of each contender, one after the other: what two servers share would count half for each.
# shellcheck shell=bash

measure_memory() {
    local name clients
    for name in "${contenders[@]}"; do
        start_all "$worker_count" hello off /plain "$name"
        if can_serve "$name"; then measure_memory_of "$name" >>"$scratch/memory"; fi
        stop_all
    done
    title "Memory, PSS in kB; idle, and all processes under load of keep-alive connections"
    {
        printf '\tarbiter\ta worker\tall, idle'
        for clients in $connections; do printf '\t%s connections' "$clients"; done
        echo
        cat "$scratch/memory"
    } | align
    printf '\n%s\n' "forktail's aim: arbiter 4096, a worker 2048"
}

measure_memory_of() {
    local name=$1 clients
    sleep 0.3
    printf '%s\t%s\t%s\t%s' "$name" "$(pss "${arbiter[$name]}")" "$(mean_pss "$name")" \
        "$(pss_of_tree "$name")"
    for clients in $connections; do printf '\t%s' "$(pss_under_load "$name" "$clients")"; done
    echo
}

mean_pss() {
    local -a workers
    mapfile -t workers < <(workers_of "$1" | tr -s ' ' '\n')
    if ((${#workers[@]} > 0)); then
        echo $(($(pss "${workers[@]}") / ${#workers[@]}))
    else
        echo –
    fi
}

# Read when the load has lasted for a while and the connections are still open.
pss_under_load() {
    run_wrk "$1" "$2" /plain >/dev/null &
    local load=$!
    sleep "$(awk "BEGIN { print $duration * 0.7 }")"
    pss_of_tree "$1"
    wait $load
}
