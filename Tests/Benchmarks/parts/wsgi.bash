# Applications of Python by class wsgi, beside gunicorn, granian and uWSGI: a bare one, Flask and
# Django.
#
# All run in Debian's interpreter, /usr/bin/python3, with its packages python3-flask, python3-django,
# gunicorn and uwsgi-plugin-python3. granian, and uWSGI where Debian's is not there, are those of a
# virtual environment of that interpreter (WSGI_ENVIRONMENT, made with --system-site-packages); else
# they are skipped. Those without threads answer one request per connection. "alone" is the
# application called in a loop, without any server: what no server can do without.
# shellcheck shell=bash

readonly wsgi_applications=(hello hello_flask hello_django)
readonly wsgi_servers=(
    "wsgi" "wsgi threads" "wsgi gunicorn sync" "wsgi gunicorn gthread" "wsgi granian" "wsgi uWSGI"
)
readonly wsgi_environment=${WSGI_ENVIRONMENT:-$repository/.build/wsgi}

measure_wsgi() {
    local application name
    for application in "${wsgi_applications[@]}"; do
        wsgi_application=$application
        if ! PYTHONPATH=$benchmarks /usr/bin/python3 -c "import $application" 2>/dev/null; then
            skip "$application" "apt-get install python3-${application#hello_}"
            continue
        fi
        for name in "${wsgi_servers[@]}"; do
            program[$name]=$(find_wsgi_server "$name")
            if [[ -x ${program[$name]} ]]; then
                choose_port "$name"
            else
                skip "$name" "apt-get install gunicorn uwsgi-plugin-python3, or $wsgi_environment"
                program[$name]=
            fi
        done
        measure_wsgi_alone
        measure_wsgi_rates "wsgi-$application"
    done
}

find_wsgi_server() {
    case $1 in
        *gunicorn*) echo /usr/bin/gunicorn ;;
        *granian) echo "$wsgi_environment/bin/granian" ;;
        *uWSGI) command -v uwsgi_python3 || echo "$wsgi_environment/bin/uwsgi" ;;
        *) echo "$forktail" ;;
    esac
}

# Prints the processor time of a call of the application itself.
measure_wsgi_alone() {
    title "$wsgi_application: processor time of a call alone"
    /usr/bin/python3 "$benchmarks/wsgi_alone.py" "$wsgi_application"
}

measure_wsgi_rates() {
    local part=$1 round name kind clients=${connections%% *}
    local -a order flags
    start_all "$worker_count" hello off /plain "${wsgi_servers[@]}"
    for ((round = 0; round < rounds; round++)); do
        for kind in close kept; do
            flags=(-H "Connection: close")
            if [[ $kind == kept ]]; then flags=(); fi
            arrange "$((round * 3))"
            for name in "${order[@]}"; do
                keeps_connections "$name" || [[ $kind == close ]] || continue
                take_turn "$part" "$kind" off "$clients" "$worker_count" "$round" "$name" /plain \
                    "${flags[@]}"
            done
        done
        check_all
    done
    title "$wsgi_application: memory of all processes, PSS in kB, with $worker_count workers"
    {
        printf '\tkB\n'
        for name in "${serving[@]}"; do printf '%s\t%s\n' "$name" "$(pss_of_tree "$name")"; done
    } | align
    stop_all
    title "$wsgi_application: processor time per request with $clients connections"
    summarise | awk -F '\t' -v part="$part" '
        BEGIN { print "\tconnections\trequests/s\tus per request" }
        $1 == part { printf "%s\t%s\t%.0f\t%.1f\n", $6, $2, $7, $14 }' | align
    print_errors "$part"
}

# uWSGI would occupy a thread with each client that it keeps.
keeps_connections() {
    [[ $1 == *threads || $1 == *gthread || $1 == *granian ]]
}

# The command of one of the servers: NAME WORKERS.
add_wsgi_flags() {
    case $1 in
        *gunicorn*)
            command+=(--config "$benchmarks/gunicorn.conf.py" --worker-tmp-dir "$scratch"
                --bind "127.0.0.1:${port[$1]}" --workers "$2" --keep-alive 75)
            if [[ $1 == *gthread ]]; then
                command+=(--worker-class gthread --threads "$python_threads")
            fi
            command+=("$wsgi_application:app")
            ;;
        *granian)
            command+=(--interface wsgi --host 127.0.0.1 --port "${port[$1]}" --workers "$2"
                --blocking-threads "$python_threads" --backlog 2048 --no-ws "$wsgi_application:app")
            ;;
        *uWSGI)
            command+=(--http-socket "127.0.0.1:${port[$1]}" --add-header "Connection: close"
                --master --die-on-term --processes "$2" --threads "$python_threads"
                --listen "$(cat /proc/sys/net/core/somaxconn)" --disable-logging
                --module "$wsgi_application:app")
            ;;
        *)
            command+=(--bind "127.0.0.1:${port[$1]}" --workers "$2" --keepalive-requests 0
                --wsgi "$wsgi_application:app" --wsgi-python /usr/bin/python3)
            if [[ $1 == *threads ]]; then command+=(--wsgi-threads "$python_threads"); fi
            ;;
    esac
}
