# Programs that forktail runs by class exec, beside the same programs with their own arbiters:
# gunicorn, and Express with Node's module cluster.
#
# forktail is not in the path of the data, so that the rates should be the same. The first process of
# Node's cluster is in it: it accepts all connections and hands them over.
# shellcheck shell=bash

readonly exec_contenders=("gunicorn alone" "exec gunicorn" "Node cluster" "exec Express")

measure_exec() {
    find_exec_contenders
    measure_exec_rates
    measure_exec_replacement
    measure_exec_reload
}

find_exec_contenders() {
    local name
    program[gunicorn alone]=$(find_program gunicorn)
    if NODE_PATH=/usr/share/nodejs node -e 'require("express")' 2>/dev/null; then
        program[Node cluster]=$(find_program node)
        export NODE_PATH=/usr/share/nodejs
    fi
    if [[ -n ${program[gunicorn alone]:-} ]]; then program[exec gunicorn]=$forktail; fi
    if [[ -n ${program[Node cluster]:-} ]]; then program[exec Express]=$forktail; fi
    for name in "${exec_contenders[@]}"; do
        if [[ -z ${program[$name]:-} ]]; then
            skip "$name" "not here"
        else
            choose_port "$name"
        fi
    done
}

measure_exec_rates() {
    local round name clients=${connections%% *}
    local -a order
    start_all "$worker_count" hello off /plain "${exec_contenders[@]}"
    for ((round = 0; round < rounds; round++)); do
        arrange "$((round * 3))"
        for name in "${order[@]}"; do
            take_turn exec close off "$clients" "$worker_count" "$round" "$name" /plain \
                -H "Connection: close"
        done
        check_all
    done
    title "Memory of the first process, PSS in kB, with $worker_count workers"
    {
        printf '\tkB\n'
        for name in "${serving[@]}"; do printf '%s\t%s\n' "$name" "$(pss "${arbiter[$name]}")"; done
    } | align
    stop_all
    title "Requests per second with $clients connections, each for one request"
    summarise | awk -F '\t' '
        BEGIN { print "\trequests/s\tus of processor time per request" }
        $1 == "exec" { printf "%s\t%.0f\t%.1f\n", $6, $7, $14 }' | align
    title "Aims"
    print_aim "exec gunicorn" "gunicorn alone" 0.98 close exec
    print_aim "exec Express" "Node cluster" 0.98 close exec
    print_errors exec
}

measure_exec_replacement() {
    local name
    run_lifecycles replace 1 "${exec_contenders[@]}"
    title "Replacement, ms from kill -9 of the only worker"
    {
        printf '\tmedian\tmin\tmax\tuntil\n'
        for name in "${exec_contenders[@]}"; do
            grep -q -- - "$scratch/replace.$name" 2>/dev/null ||
                print_lifecycle "$name" 2 "$scratch/replace.$name" "reported ready"
            print_lifecycle "$name" 1 "$scratch/replace.$name" "the next answer"
        done
    } | align
}

measure_exec_reload() {
    local name
    run_lifecycles reload 4 "exec gunicorn" "exec Express"
    title "Reload, ms of 4 idle workers"
    {
        printf '\tmedian\tmin\tmax\n'
        for name in "exec gunicorn" "exec Express"; do
            print_lifecycle "$name" 1 "$scratch/reload.$name"
        done
    } | align
}
