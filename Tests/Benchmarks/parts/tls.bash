# HTTPS: hello with keep-alive, with a handshake for each request, and files, by wrk; handshakes that
# resume a session, by openssl s_time; what an idle connection costs.
#
# Beside forktail: a bare loop with OpenSSL (tls-loop.c, where its headers are), nginx with the same
# certificate and suites, and HAProxy in front of a plain forktail, both counted.
# shellcheck shell=bash

readonly tls_suite=TLS_AES_128_GCM_SHA256
readonly all_tls_contenders=("TLS loop" forktail nginx HAProxy)
declare -A tls_port=() tls_process=()

measure_tls() {
    local kind round name
    make_tls_certificate
    start_tls_contenders
    measure_tls_memory
    for ((round = 0; round < rounds; round++)); do
        for kind in keep-alive close resumed 64KiB 1MiB; do
            for name in "${all_tls_contenders[@]}"; do
                [[ -n ${tls_process[$name]:-} ]] && take_tls_turn "$name" "$kind"
            done
        done
    done
    stop_tls_contenders
    print_tls
}

make_tls_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -keyout "$scratch/tls.key" -out "$scratch/tls.pem" 2>/dev/null
    cat "$scratch/tls.pem" "$scratch/tls.key" >"$scratch/tls.both"
}

start_tls_contenders() {
    local files=("$scratch"/web/files/64KiB.bin "$scratch"/web/files/1MiB.bin) plain name
    local tls_flags=(
        --workers "$worker_count" --worker-class event --keepalive 10m --keepalive-requests 0
        --worker-connections 16384
    )
    local tls_certificate=(
        --certificate "$scratch/tls.pem:$scratch/tls.key" --tls-ciphersuites $tls_suite
    )
    for name in "${all_tls_contenders[@]}" plain "forktail files"; do
        choose_port "tls $name"
        tls_port[$name]=${port[tls $name]}
    done
    plain=${tls_port[plain]}
    if cc -O2 -o "$scratch/tls-loop" "$benchmarks/tls-loop.c" -lssl -lcrypto 2>/dev/null; then
        start_tls "TLS loop" "$scratch/tls-loop" "${tls_port[TLS loop]}" "$worker_count" \
            "$scratch/tls.pem" "$scratch/tls.key" "${files[@]}"
    else
        skip "TLS loop" "no headers of OpenSSL"
    fi
    start_tls forktail "$forktail" --bind "https://127.0.0.1:${tls_port[forktail]}" \
        "${tls_certificate[@]}" "${tls_flags[@]}"
    start_tls "forktail files" "$forktail" --bind "https://127.0.0.1:${tls_port[forktail files]}" \
        "${tls_certificate[@]}" "${tls_flags[@]}" --app files --files-root "$scratch/web"
    if [[ -n $(find_program nginx) ]]; then
        sed "s|@WORKERS@|$worker_count|; s|@CONNECTIONS@|16384|; s|@DIRECTORY@|$scratch|g
            s|127.0.0.1:@PORT@|127.0.0.1:${tls_port[nginx]} ssl|; /log on:/d; s|log off: ||
            s|root |ssl_certificate $scratch/tls.pem; ssl_certificate_key $scratch/tls.key; ssl_protocols TLSv1.2 TLSv1.3; ssl_conf_command Ciphersuites $tls_suite; root |" \
            "$benchmarks/nginx.conf" >"$scratch/nginx-tls.conf"
        start_tls nginx "$(find_program nginx)" -e stderr -c "$scratch/nginx-tls.conf"
    fi
    if [[ -n $(find_program haproxy) ]]; then
        start_tls plain "$forktail" --bind "127.0.0.1:$plain" "${tls_flags[@]}" \
            --app files --files-root "$scratch/web"
        cat >"$scratch/haproxy-tls.cfg" <<END
global
    nbthread $worker_count
    maxconn 4000
    ssl-default-bind-ciphersuites $tls_suite
defaults
    mode http
    timeout client 10m
    timeout server 10m
    timeout connect 5s
    http-reuse always
frontend f
    bind 127.0.0.1:${tls_port[HAProxy]} ssl crt $scratch/tls.both
    default_backend b
backend b
    server s 127.0.0.1:$plain
END
        start_tls HAProxy "$(find_program haproxy)" -db -f "$scratch/haproxy-tls.cfg"
    fi
}

start_tls() {
    local name=$1 attempt
    shift
    "$@" >"$scratch/log.tls" 2>&1 &
    tls_process[$name]=$!
    for ((attempt = 0; attempt < 100; attempt++)); do
        (: <"/dev/tcp/127.0.0.1/${tls_port[$name]}") 2>/dev/null && return
        sleep 0.05
    done
    skip "$name" "it does not start: $(tail -n 1 "$scratch/log.tls")"
    unset "tls_process[$name]"
}

stop_tls_contenders() {
    local process
    for process in "${tls_process[@]}"; do kill "$process" 2>/dev/null && wait "$process"; done
}

# The processor time of a contender, and of the plain server behind HAProxy, in nanoseconds.
tls_time() {
    local process
    local -a files=()
    for process in $(tls_tree "$1"); do files+=("/proc/$process"/task/*/schedstat); done
    cat "${files[@]}" 2>/dev/null | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

tls_tree() {
    tree_of "${tls_process[$1]}"
    if [[ $1 == HAProxy ]]; then tree_of "${tls_process[plain]}"; fi
}

take_tls_turn() {
    local name=$1 kind=$2 server=$1 before result url
    local -a flags=()
    # What answers hello is another application than what has files.
    if [[ $name == forktail && $kind == *iB ]]; then server="forktail files"; fi
    url=https://127.0.0.1:${tls_port[$server]}
    before=$(tls_time "$server")
    case $kind in
        resumed) result=$(tls_resumed "${tls_port[$name]}") ;;
        *)
            case $kind in
                keep-alive) url+=/plain ;;
                close) url+=/plain flags=(-H "Connection: close") ;;
                *) url+=/files/$kind.bin ;;
            esac
            result=$(timeout --foreground -s INT "$duration" wrk -t"$wrk_threads" -c32 -d1h \
                --timeout 10s -s "$benchmarks/report.lua" "${flags[@]}" "$url" | tail -n 1)
            ;;
    esac
    # Requests per second, requests, errors, p50, p99, bytes; then microseconds per request.
    awk -v kind="$kind" -v name="$name" -v time=$(($(tls_time "$server") - before)) '
        $2 > 0 { printf "%s\t%s\t%.0f\t%.0f\t%.0f\t%.2f\n", kind, name, $1, $4, $5, time / 1e3 / $2 }
        ' <<<"$result" >>"$scratch/tls.turns"
}

# Connections that resume one session, for a second; in the form of report.lua.
tls_resumed() {
    openssl s_time -connect "127.0.0.1:$1" -reuse -time 1 -tls1_2 2>/dev/null |
        awk '/connections in .* real seconds/ { print $1 / $4, $1, 0, 0, 0, 0 }'
}

measure_tls_memory() {
    local name before count=$((10000 < $(ulimit -Hn) - 1000 ? 10000 : $(ulimit -Hn) - 1000))
    compile_idle_client || return
    for name in "${all_tls_contenders[@]}"; do
        [[ -n ${tls_process[$name]:-} ]] || continue
        before=$(pss $(tls_tree "$name"))
        "$scratch/tls-idle" "${tls_port[$name]}" $count >"$scratch/tls-idle.log" 2>&1 &
        local client=$! attempt
        for ((attempt = 0; attempt < 600; attempt++)); do
            grep -q ready "$scratch/tls-idle.log" && break
            sleep 0.05
        done
        echo "$name $((($(pss $(tls_tree "$name")) - before) * 1024 / count))" >>"$scratch/tls.memory"
        kill $client
        wait $client 2>/dev/null
    done
}

compile_idle_client() {
    cc -O2 -o "$scratch/tls-idle" "$benchmarks/tls-idle.c" -lssl -lcrypto 2>/dev/null
}

print_tls() {
    local kind name
    for kind in keep-alive close resumed 64KiB 1MiB; do
        title "HTTPS, $kind: medians of $rounds rounds, 32 connections"
        {
            printf '\trequests/s\tp50 us\tp99 us\tCPU us per request\n'
            for name in "${all_tls_contenders[@]}"; do
                grep -q "^$kind	$name	" "$scratch/tls.turns" || continue
                printf '%s' "$name"
                for column in 3 4 5 6; do
                    printf '\t%s' "$(awk -F '\t' -v k="$kind" -v n="$name" -v c=$column \
                        '$1 == k && $2 == n { print $c }' "$scratch/tls.turns" | summary %.1f | cut -f1)"
                done
                printf '\n'
            done
        } | align
    done
    if [[ -s $scratch/tls.memory ]]; then
        title "Bytes for each of 10,000 idle connections over TLS 1.3 that has made one request, PSS"
        { printf '\tbytes\n'; sed 's/ \([0-9]*\)$/\t\1/' "$scratch/tls.memory"; } | align
    fi
}
