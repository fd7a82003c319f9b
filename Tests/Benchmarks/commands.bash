# How each contender is run: to stay in the foreground, and to stop at SIGTERM.
#
# Each is set up as its users would do it for speed, with the same number of workers; Apache's
# prefork needs a process per connection instead. Those in Python have some threads per worker. An
# access log has the combined format or the program's own, and goes to a file, line by line.
#
# HUMMINGBIRD=FILE is a server that is built with Hummingbird, since that is a library. It takes
# --hostname and --port, answers /plain with "Hello, World!" and a newline, and serves the current
# directory with its FileMiddleware. It is one process with a thread per processor, and logs no
# accesses to a file.
# shellcheck shell=bash

readonly python_threads=4 apache_processes=512
# nginx has memory for all of them from the start.
worker_connections=2048

# Where the access log is: granian's is a part of what it prints.
log_of() {
    case $1 in
        granian) echo "$scratch/log.$1" ;;
        *) echo "$scratch/access.$1" ;;
    esac
}

# Prints why a contender has no part in a service (hello or files) with the log off or on, if so.
why_not() {
    case $1/$2/$3 in
        Hummingbird/*/on) echo "it logs no accesses to a file" ;;
        "accept loop"/files/* | *" sync"/files/*) echo "it is not asked for files" ;;
        *) return 1 ;;
    esac
}

# Puts the command for a contender, its workers, a service and the log (off, on; for forktail also
# json) into the array `command`.
set_command() {
    local name=$1 count=$2 service=$3 log=$4
    command=("${program[$name]}")
    case $name in
        "bare loop" | "accept loop") command+=("${port[$name]}" "$count") ;;
        forktail* | before* | async) add_forktail_flags "$@" ;;
        nginx)
            fill_in nginx.conf "$name" "$count" "$log"
            command+=(-e stderr -c "$scratch/nginx.conf")
            ;;
        Apache)
            fill_in apache.conf "$name" $apache_processes "$log"
            command+=(-D FOREGROUND -f "$scratch/apache.conf")
            ;;
        gunicorn) add_gunicorn_flags "$@" ;;
        "gunicorn alone") add_plain_gunicorn_flags "$count" --bind "127.0.0.1:${port[$name]}" ;;
        "Node cluster") command+=("$benchmarks/express.js" "${port[$name]}" "$count") ;;
        exec*) add_exec_flags "$@" ;;
        wsgi*) add_wsgi_flags "$@" ;;
        granian) add_granian_flags "$@" ;;
        uWSGI) add_uwsgi_flags "$@" ;;
        Hummingbird) command+=(--hostname 127.0.0.1 --port "${port[$name]}") ;;
    esac
    if [[ $name/$service == "bare loop/files" ]]; then command+=("$scratch"/web/files/*); fi
}

add_forktail_flags() {
    command+=(--bind "127.0.0.1:${port[$1]}" --workers "$2")
    # Without the process that answers commands, which the others don't have; 0.1 has no such flag.
    if [[ $1 != before* ]]; then command+=(--control-socket ""); fi
    if [[ $1 != async ]]; then command+=(--app "$3"); fi
    if [[ $3 == files ]]; then command+=(--files-root "$scratch/web"); fi
    if [[ $4 != off ]]; then command+=(--accesslog "$(log_of "$1")"); fi
    if [[ $4 == json ]]; then command+=(--log-format json); fi
    if [[ $1 != *" sync" ]]; then
        command+=(--worker-class event --keepalive 10m --keepalive-requests 0
            --worker-connections "$worker_connections")
    else
        command+=(--worker-class sync)
    fi
}

add_gunicorn_flags() {
    command+=(--config "$benchmarks/gunicorn.conf.py"
        --worker-tmp-dir "$scratch" --bind "127.0.0.1:${port[$1]}" --workers "$2"
        --worker-class gthread --threads $python_threads --keep-alive 75)
    if [[ $4 == on ]]; then command+=(--access-logfile "$(log_of "$1")"); fi
    command+=(hello:app)
}

# One request per connection, by as many processes of one thread as there are workers.
add_plain_gunicorn_flags() {
    command+=(--config "$benchmarks/gunicorn.conf.py" --worker-tmp-dir "$scratch" --preload
        --workers "$1" "${@:2}" hello:app)
}

add_exec_flags() {
    command+=(--bind "127.0.0.1:${port[$1]}" --workers "$2" --)
    case $1 in
        "exec gunicorn")
            command+=("${program[gunicorn alone]}")
            add_plain_gunicorn_flags 1
            ;;
        "exec Express") command+=("${program[Node cluster]}" "$benchmarks/express.js") ;;
    esac
}

add_granian_flags() {
    command+=(--interface wsgi --host 127.0.0.1 --port "${port[$1]}" --workers "$2"
        --blocking-threads $python_threads --backlog 2048 --no-ws
        --static-path-route /files --static-path-mount "$scratch/web/files")
    if [[ $4 == on ]]; then command+=(--access-log); fi
    command+=(hello:app)
}

# With keep-alive (http11-socket) each client would occupy a thread, and most would never be served.
add_uwsgi_flags() {
    command+=(--http-socket "127.0.0.1:${port[$1]}" --add-header "Connection: close"
        --master --die-on-term --processes "$2" --threads $python_threads
        --listen "$(cat /proc/sys/net/core/somaxconn)"
        --module hello:app --static-map "/files=$scratch/web/files")
    if [[ $4 == on ]]; then
        command+=(--logto "$(log_of "$1")")
    else
        command+=(--disable-logging)
    fi
}

# Makes a contender's configuration of its template: FILE NAME COUNT LOG. A line that begins with
# "log on: " or "log off: " is for one of the two.
fill_in() {
    sed -e "s|^\( *\)log $4: |\1|; /^ *log o[nf]*: /d" \
        -e "s|@PORT@|${port[$2]}|; s|@WORKERS@|$3|; s|@CONNECTIONS@|$worker_connections|" \
        -e "s|@LOG@|$(log_of "$2")|; s|@DIRECTORY@|$scratch|; s|@MODULES@|$(apache_modules)|" \
        "$benchmarks/$1" >"$scratch/$1"
}

apache_modules() {
    find /usr/lib/apache2 /usr/lib64/httpd /usr/lib/httpd -name modules 2>/dev/null | head -n 1
}
