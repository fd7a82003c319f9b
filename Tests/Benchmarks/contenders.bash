# The servers that are compared: which of them are here, how they start and stop, what they answer.
#
# Each has the name by which the tables call it, and commands.bash says how it is run. All serve
# the same bytes: /plain is a line of text, /files/NAME is a file of the directory `web`. One that
# is not installed, does not start or answers something else is skipped with a line that says so,
# and the rest is measured nevertheless.
# shellcheck shell=bash

repository=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
readonly repository benchmarks=$repository/Tests/Benchmarks
readonly forktail=$repository/.build/release/forktail
readonly async_app=$repository/.build/release/ForktailAsyncApp

# In the order of the tables. The first of each line is what the ratios refer to.
readonly all_contenders=(
    "bare loop" forktail before nginx
    "accept loop" "forktail sync" "before sync"
    Hummingbird gunicorn granian uWSGI Apache
)
# What a contender is started with: taskset(1), where it has a processor of its own.
declare -a contenders=() serving=() command=() pinning=()
declare -A program=() port=() arbiter=()

find_contenders() {
    local name
    program=(["bare loop"]=$scratch/epoll-loop ["accept loop"]=$scratch/accept-loop)
    program[forktail sync]=$forktail
    if "$forktail" --check-config --worker-class event >/dev/null 2>&1; then
        program[forktail]=$forktail
    fi
    if [[ -n ${BEFORE:-} ]]; then
        program[before]=$(realpath "$BEFORE")
        program[before sync]=${program[before]}
    fi
    program[nginx]=$(find_program nginx)
    program[Apache]=$(find_program apache2 || find_program httpd)
    program[gunicorn]=$(find_program gunicorn)
    program[granian]=$(find_program granian)
    program[uWSGI]=$(find_program uwsgi_python3 || find_program uwsgi)
    program[Hummingbird]=${HUMMINGBIRD:+$(realpath "$HUMMINGBIRD")}
    for name in "${all_contenders[@]}"; do
        if [[ -z ${program[$name]:-} ]]; then
            [[ $name == before* ]] || skip "$name" "not here"
        else
            contenders+=("$name")
            choose_port "$name"
        fi
    done
}

find_program() {
    local found
    found=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$1") || return
    # A shim that looks for the right Python would be measured with it.
    if [[ $found == */shims/* ]]; then found=$(pyenv which "$1" 2>/dev/null) || return; fi
    echo "$found"
}

skip() {
    echo "skipped: $1 ($2)"
}

# A port without a listener, from below those that the kernel gives to clients.
choose_port() {
    local candidate
    while :; do
        candidate=$((20000 + RANDOM % 12000))
        [[ " ${port[*]} " == *" $candidate "* ]] && continue
        (: <"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || break
    done
    port[$1]=$candidate
}

versions() {
    "$forktail" --version
    local name
    for name in "${contenders[@]}"; do
        case $name in
            nginx) "${program[$name]}" -v 2>&1 | sed 's/.*: //' ;;
            Apache) "${program[$name]}" -v | sed -n 's/.*: //; 1p' ;;
            gunicorn | granian) "${program[$name]}" --version | tr -d '()' ;;
            uWSGI) echo "uWSGI $("${program[$name]}" --version 2>/dev/null)" ;;
        esac
    done
    wrk -v 2>&1 | sed -n '1s/ Copyright.*//p'
    cc --version | head -n 1
}

# What would make a contender something else than what is written here.
clear_environment() {
    unset "${!FORKTAIL_@}" "${!LISTEN_@}" "${!GUNICORN_@}" "${!GRANIAN_@}" "${!PYTHON@}"
    unset NOTIFY_SOCKET JOURNAL_STREAM PORT WEB_CONCURRENCY
    export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$benchmarks
}

# The files that are served, and that answers are compared with.
make_files() {
    mkdir -p "$scratch/web/files"
    echo "Hello, World!" | tee "$scratch/web/plain" >"$scratch/web/files/plain"
    head -c 65536 /dev/urandom >"$scratch/web/files/64KiB.bin"
    head -c 1048576 /dev/urandom >"$scratch/web/files/1MiB.bin"
    head -c 16777216 /dev/urandom >"$scratch/web/files/16MiB.bin"
    # A server that root starts may run its workers as another user.
    chmod -R go+rX "$scratch"
}

can_serve() {
    [[ " ${serving[*]/%/,} " == *" $1, "* ]]
}

# Starts those of some contenders that are here, with COUNT workers each for a SERVICE (hello or
# files), with the access log off or on: COUNT SERVICE LOG TARGET NAME... `serving` then has those
# that answer TARGET as they should.
start_all() {
    local count=$1 service=$2 log=$3 target=$4 name reason
    shift 4
    serving=()
    for name in "$@"; do
        [[ -n ${port[$name]:-} ]] || continue
        if reason=$(why_not "$name" "$service" "$log"); then
            skip "$name" "$reason"
        elif start "$name" "$count" "$service" "$log" "$target"; then
            serving+=("$name")
        else
            drop "$name" "no right answer to $target"
        fi
    done
}

# Continues without a contender that fails, unless it is ours: then there is nothing to measure.
drop() {
    if [[ $1 == forktail* ]]; then
        echo "$1: $2" >&2
        tail "$scratch/log.$1" >&2
        exit 1
    fi
    skip "$1" "$2: $(tail -n 1 "$scratch/log.$1")"
    stop "$1"
}

start() {
    local name=$1 target=$5 attempt
    set_command "$name" "$2" "$3" "$4"
    # In a session of its own: Apache ends by a signal to its whole process group.
    (cd "$scratch/web" && exec setsid "${pinning[@]}" "${command[@]}") >>"$scratch/log.$name" 2>&1 &
    arbiter[$name]=$!
    for ((attempt = 0; attempt < 250; attempt++)); do
        if answers "$name" "$target" 2>/dev/null; then return; fi
        is_running "${arbiter[$name]}" || break
        sleep 0.02
    done
    return 1
}

# Whether NAME answers TARGET with 200 and exactly the bytes of the file. What comes in chunks is
# asked for again by HTTP/1.0, which knows none.
answers() {
    answers_in 1.1 "$1" "$2" ||
        { grep -qai '^transfer-encoding: chunked' "$scratch/answer" && answers_in 1.0 "$1" "$2"; }
}

# A subshell, since a failed exec ends it; the external printf, since the one of bash sends each
# line by itself.
answers_in() (
    exec 3<>"/dev/tcp/127.0.0.1/${port[$2]}" || exit 1
    env printf 'GET %s HTTP/%s\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$3" "$1" >&3
    timeout 10 cat <&3 >"$scratch/answer"
    read -r _ status _ <"$scratch/answer"
    size=$(stat -c %s "$scratch/web$3")
    [[ $status == 200 ]] &&
        tail -c "$size" "$scratch/answer" | cmp -s - "$scratch/web$3" &&
        [[ $(head -c "-$size" "$scratch/answer" | tail -c 4 | od -An -c) == *'\r  \n  \r  \n'* ]]
)

is_running() {
    local status
    status=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)
    [[ -n $status && $status != Z* ]]
}

# Asks once; a server that still runs after five seconds is killed with all its processes.
stop() {
    [[ -n ${arbiter[$1]:-} ]] || return 0
    local pid=${arbiter[$1]} attempt
    local -a tree
    unset "arbiter[$1]"
    mapfile -t tree < <(tree_of "$pid")
    kill "$pid" 2>/dev/null
    for ((attempt = 0; attempt < 250; attempt++)); do
        is_running "$pid" || break
        sleep 0.02
    done
    if is_running "$pid"; then kill -KILL "${tree[@]}" 2>/dev/null; fi
    wait "$pid" 2>/dev/null
    return 0
}

stop_all() {
    local name
    for name in "${!arbiter[@]}"; do stop "$name"; done
    serving=()
}

# A server that dies under load is no longer measured.
check_all() {
    local name
    local -a alive=()
    for name in "${serving[@]}"; do
        if is_running "${arbiter[$name]}"; then
            alive+=("$name")
        else
            drop "$name" "it has died"
        fi
    done
    serving=("${alive[@]}")
}

# The processes that serve; those of a program that forktail runs may be children of its workers.
workers_of() {
    case $1 in
        exec* | wsgi*) tree_of "${arbiter[$1]}" | tail -n +2 ;;
        *) cat "/proc/${arbiter[$1]}"/task/*/children 2>/dev/null ;;
    esac
}

# A process and all that descend from it.
tree_of() {
    local child
    echo "$1"
    for child in $(cat "/proc/$1"/task/*/children 2>/dev/null); do tree_of "$child"; done
}
