# Many idle keep-alive connections: whether the others notice them, and what each costs.
#
# The kernel's share is what its slabs and the buffers of its sockets grow by. The clients are on
# the same machine, so it is for both ends of a connection.
# shellcheck shell=bash

measure_idle() {
    local round name worker_connections
    local -a order
    allow_descriptors
    worker_connections=$((idle_count + 1024))
    start_all "$worker_count" hello off /plain forktail before nginx "bare loop"
    for ((round = 0; round < rounds; round++)); do
        arrange "$round"
        for name in "${order[@]}"; do take_idle_turns "$name" "$round"; done
        check_all
    done
    stop_all
    print_idle
}

# The clients and a worker need a descriptor for each connection.
allow_descriptors() {
    local wanted=$((idle_count + 1024))
    ulimit -S -n "$(ulimit -H -n)"
    if [[ $(ulimit -n) == unlimited ]] || (($(ulimit -n) >= wanted)); then return; fi
    ulimit -n $wanted 2>/dev/null && return
    idle_count=$(($(ulimit -n) - 1024))
    echo "only $idle_count idle connections: ulimit -n is $(ulimit -n)"
}

take_idle_turns() {
    local name=$1 round=$2 clients=${connections%% *} user kernel
    take_turn idle calm off "$clients" "$worker_count" "$round" "$name" /plain
    user=$(pss_of_tree "$name")
    kernel=$(kernel_memory)
    start_clients idle-clients "${port[$name]}" "$idle_count" || return
    user=$(($(pss_of_tree "$name") - user))
    kernel=$(($(kernel_memory) - kernel))
    take_turn idle idle off "$clients" "$worker_count" "$round" "$name" /plain
    stop_clients
    echo "$user $kernel $(tail -n 1 "$scratch/clients")" >>"$scratch/idle.$name"
    sleep 0.3
}

# In kB: all slabs, and the pages in the buffers of TCP sockets.
kernel_memory() {
    awk -v page="$(getconf PAGE_SIZE)" '
        /^Slab:/ { sum += $2 }
        /^TCP:/ { sum += $NF * page / 1024 }
        END { printf "%d\n", sum }' /proc/meminfo /proc/net/sockstat
}

# Runs a program that holds clients, from when all are connected; prints why it can't.
start_clients() {
    "$scratch/$1" "${@:2}" >"$scratch/clients" 2>&1 &
    clients_pid=$!
    local attempt
    for ((attempt = 0; attempt < 1000; attempt++)); do
        if grep -q ready "$scratch/clients" 2>/dev/null; then return; fi
        is_running $clients_pid || break
        sleep 0.02
    done
    echo "no $1: $(tail -n 1 "$scratch/clients")"
    stop_clients
    return 1
}

stop_clients() {
    [[ -n ${clients_pid:-} ]] || return 0
    kill "$clients_pid" 2>/dev/null
    wait "$clients_pid" 2>/dev/null
    clients_pid=
}

print_idle() {
    local name user kernel open
    title "With $idle_count idle keep-alive connections, while ${connections%% *} ask for hello"
    {
        printf '\trequests/s without\twith\tratio\tbytes each, PSS\tbytes each, kernel\tstill open\n'
        for name in forktail before nginx "bare loop"; do
            [[ -s $scratch/idle.$name ]] || continue
            user=$(cut -d' ' -f1 "$scratch/idle.$name" | summary %d | cut -f1)
            kernel=$(cut -d' ' -f2 "$scratch/idle.$name" | summary %d | cut -f1)
            open=$(cut -d' ' -f3 "$scratch/idle.$name" | sort -n | head -n 1)
            printf '%s\t%s\t%d\t%d\t%s\n' "$name" "$(rates_with idle calm idle "$name")" \
                $((user * 1024 / idle_count)) $((kernel * 1024 / idle_count)) "$open"
        done
    } | align
    printf '\n%s\n' "forktail's aim: a ratio of 0.90, 1024 bytes"
    print_aim forktail before 0.98 "" idle
    print_errors idle
}

# The rate in one kind of turn, in another, and the ratio to the first: PART BASE KIND NAME
rates_with() {
    summarise "base_kind=$2" | awk -F '\t' -v part="$1" -v base="$2" -v kind="$3" -v name="$4" '
        $1 != part || $6 != name { next }
        $2 == base { calm = $7 }
        $2 == kind { printf "%d\t%d\t%.2f\n", calm, $7, $10 }'
}
