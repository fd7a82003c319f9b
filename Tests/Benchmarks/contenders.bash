# The servers that are compared: what is installed, how each is run, what its processes are.
#
# Each has the name by which the tables call it and answers /plain with the same text. The command
# for COUNT workers on its port is put into the array `command`, to stay in the foreground and to
# stop at SIGTERM.
# shellcheck shell=bash

repository=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
readonly repository benchmarks=$repository/Tests/Benchmarks
readonly forktail=$repository/.build/release/forktail

declare -a contenders=() command=()
declare -A port=() arbiter=()

find_contenders() {
    contenders=("bare loop" forktail)
    nginx=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v nginx) && contenders+=(nginx)
    gunicorn=$(command -v gunicorn) && contenders+=(gunicorn)
    # A shim that looks for the right Python would be measured with it.
    if [[ ${gunicorn:-} == */shims/* ]]; then gunicorn=$(pyenv which gunicorn); fi
    local contender
    for contender in "${contenders[@]}"; do choose_port "$contender"; done
}

# A port that nobody listens on, from below those that the kernel gives to clients.
choose_port() {
    local candidate
    while :; do
        candidate=$((20000 + RANDOM % 12000))
        [[ " ${port[*]} " == *" $candidate "* ]] && continue
        (: <"/dev/tcp/127.0.0.1/$candidate") 2>>/dev/null || break
    done
    port[$1]=$candidate
}

versions() {
    "$forktail" --version
    [[ -z ${nginx:-} ]] || "$nginx" -v 2>&1 | sed 's/.*: //'
    [[ -z ${gunicorn:-} ]] || "$gunicorn" --version | tr -d '()'
    wrk -v 2>&1 | sed -n '1s/ Copyright.*//p'
    cc --version | head -n 1
}

set_command() {
    local name=$1 count=$2
    case $name in
        "bare loop") command=("$scratch/accept-loop" "${port[$name]}" "$count") ;;
        forktail)
            command=("$forktail" --bind "127.0.0.1:${port[$name]}" --workers "$count"
                --worker-class sync --app hello)
            ;;
        nginx)
            write_nginx_configuration "$count"
            command=("$nginx" -e stderr -c "$scratch/nginx-$count.conf")
            ;;
        gunicorn)
            command=("$gunicorn" --config "$benchmarks/gunicorn.conf.py" --pythonpath "$benchmarks"
                --worker-tmp-dir "$scratch" --bind "127.0.0.1:${port[$name]}" --workers "$count"
                --worker-class sync hello:app)
            ;;
    esac
}

write_nginx_configuration() {
    sed -e "s|@PORT@|${port[nginx]}|" -e "s|@WORKERS@|$1|" -e "s|@DIRECTORY@|$scratch|" \
        "$benchmarks/nginx.conf" >"$scratch/nginx-$1.conf"
}

# What would make a contender something else than what is written here.
clear_environment() {
    unset "${!FORKTAIL_@}" "${!LISTEN_@}" "${!GUNICORN_@}"
    unset NOTIFY_SOCKET JOURNAL_STREAM PORT WEB_CONCURRENCY
    export PYTHONDONTWRITEBYTECODE=1
}

start() {
    set_command "$1" "$2"
    "${command[@]}" >"$scratch/log.$1" 2>&1 &
    arbiter[$1]=$!
    local attempt
    for ((attempt = 0; attempt < 500; attempt++)); do
        if answer_size "$1" >/dev/null 2>&1; then return; fi
        sleep 0.02
    done
    give_up "$1 does not answer:" "$scratch/log.$1"
}

stop_all() {
    local name
    for name in "${!arbiter[@]}"; do
        kill "${arbiter[$name]}" 2>/dev/null
        wait "${arbiter[$name]}" 2>/dev/null
    done
    arbiter=()
}

give_up() {
    echo "$1" >&2
    tail "$2" >&2
    exit 1
}

workers_of() {
    cat "/proc/${arbiter[$1]}/task/${arbiter[$1]}/children"
}

check_all() {
    local name
    for name in "${!arbiter[@]}"; do
        kill -0 "${arbiter[$name]}" 2>/dev/null || give_up "$name has died:" "$scratch/log.$name"
    done
}

# How many bytes the answer has; fails if there is none. A subshell, since a failed exec ends it;
# the external printf, since the one of bash sends each line by itself.
answer_size() (
    exec 3<>"/dev/tcp/127.0.0.1/${port[$1]}" || exit 1
    env printf 'GET /plain HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    wc -c <&3 | grep -vx 0
)
