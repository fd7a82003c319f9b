# Applications of Python by class wsgi, beside gunicorn: a bare one, Flask and Django.
#
# All run in Debian's interpreter, /usr/bin/python3, with its packages python3-flask, python3-django
# and gunicorn. The classes sync answer one request per connection.
# shellcheck shell=bash

readonly wsgi_applications=(hello hello_flask hello_django)
readonly wsgi_servers=("wsgi" "wsgi threads" "wsgi gunicorn sync" "wsgi gunicorn gthread")

measure_wsgi() {
    local application name
    for application in "${wsgi_applications[@]}"; do
        wsgi_application=$application
        if ! PYTHONPATH=$benchmarks /usr/bin/python3 -c "import $application" 2>/dev/null; then
            skip "$application" "apt-get install python3-${application#hello_}"
            continue
        fi
        for name in "${wsgi_servers[@]}"; do
            case $name in
                *gunicorn*) [[ -x /usr/bin/gunicorn ]] && program[$name]=/usr/bin/gunicorn ;;
                *) program[$name]=$forktail ;;
            esac
            if [[ -z ${program[$name]:-} ]]; then
                skip "$name" "apt-get install gunicorn"
            else
                choose_port "$name"
            fi
        done
        measure_wsgi_rates "wsgi-$application"
    done
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
                # The classes sync keep no connection.
                if [[ $kind == kept && $name != *threads && $name != *gthread ]]; then continue; fi
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
        *)
            command+=(--bind "127.0.0.1:${port[$1]}" --workers "$2" --keepalive-requests 0
                --wsgi "$wsgi_application:app" --wsgi-python /usr/bin/python3)
            if [[ $1 == *threads ]]; then command+=(--wsgi-threads "$python_threads"); fi
            ;;
    esac
}
