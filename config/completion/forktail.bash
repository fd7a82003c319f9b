# Completion of forktail for bash: made from the declarations of the settings by `make manual`.
_forktail() {
    local word=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD - 1]} words
    if [[ $word == = ]]; then
        word=
    elif [[ $flag == = ]]; then
        flag=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $flag in
    --client-certificates) words='off optional required' ;;
    --tls-min-version) words='1.2 1.3' ;;
    --worker-class) words='sync event exec wsgi' ;;
    --exec-stop-signal) words='TERM INT QUIT HUP USR1 USR2 WINCH KILL' ;;
    --exec-quick-signal) words='TERM INT QUIT HUP USR1 USR2 WINCH KILL' ;;
    --exec-stdin) words='null listener' ;;
    --request-id) words='off generate trust' ;;
    --proxy-protocol) words='off v1 v2 auto' ;;
    --header-map) words='drop refuse keep' ;;
    --app) words='hello echo files' ;;
    --files-precompressed) words='br zstd gzip' ;;
    --files-symlinks) words='never within' ;;
    --loglevel) words='debug info warning error critical' ;;
    --log-format) words='text json' ;;
    -c | --config | --wsgi | --client-ca-file | --acme-challenge-root | --wsgi-root-path | \
        --wsgi-static-root | --wsgi-static-path | --chdir | --files-root | --files-mime-types | \
        --pidfile | --control-socket | --chroot | --accesslog | --errorlog)
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    -b | --bind | --backlog | --socket-mode | --socket-user | --socket-group | --certificate | \
        --tls-ciphers | --tls-ciphersuites | --tls-groups | --session-ticket-rotation | \
        --limit-handshakes | --redirect-to-https | --hsts | -w | --workers | --idle-time | \
        --max-memory-total | --threads | --worker-connections | --exec-command | --exec-ready | \
        --wsgi-application | --wsgi-python | --wsgi-threads | --max-requests | \
        --max-requests-jitter | --max-lifetime | --max-memory | --timeout | --boot-timeout | \
        --graceful-timeout | --shutdown-delay | --header-timeout | --body-timeout | \
        --write-timeout | --keepalive | --limit-request-line | --limit-request-fields | \
        --limit-request-field-size | --limit-request-body | --request-buffer-size | \
        --keepalive-requests | --limit-request-rate | --forwarded-allow-ips | --proxy-allow-ips | \
        --env | --files-index | --files-error-pages | --files-cache-control | --files-charset | \
        --files-open-cache-age | --files-open-cache-size | --proc-name | --status-bind | --user | \
        --group | --umask | --limit-open-files | --limit-core | --access-log-format | \
        --access-log-fields | --slow-request | --saturation-warning) return ;;
    *) words='-c --config --check-config --print-config --wsgi --version -h --help -b --bind --backlog
        --socket-mode --socket-user --socket-group --certificate --self-signed --no-self-signed
        --client-certificates --client-ca-file --tls-min-version --tls-ciphers --tls-ciphersuites
        --tls-groups --session-ticket-rotation --limit-handshakes --https-redirect
        --no-https-redirect --redirect-to-https --acme-challenge-root --hsts -w --workers
        --idle-time --max-memory-total --worker-class --threads --worker-connections
        --exec-command --exec-stop-signal --exec-quick-signal --exec-ready --exec-stdin
        --wsgi-application --wsgi-python --wsgi-threads --wsgi-preload --no-wsgi-preload
        --wsgi-root-path --wsgi-static-root --wsgi-static-path --max-requests
        --max-requests-jitter --max-lifetime --max-memory --timeout --boot-timeout
        --graceful-timeout --shutdown-delay --header-timeout --body-timeout --write-timeout
        --keepalive --limit-request-line --limit-request-fields --limit-request-field-size
        --limit-request-body --request-buffer-size --keepalive-requests --limit-request-rate
        --request-id --forwarded-allow-ips --proxy-protocol --proxy-allow-ips --header-map --app
        --preload-app --no-preload-app --reload --no-reload --debug --no-debug --chdir --env
        --files-root --files-index --files-listing --no-files-listing --files-error-pages
        --files-cache-control --files-precompressed --files-mime-types --files-charset
        --files-symlinks --files-dot-files --no-files-dot-files --files-open-cache-age
        --files-open-cache-size --pidfile --proc-name --proc-requests --no-proc-requests
        --control-socket --status-bind --user --group --umask --chroot --no-new-privs --new-privs
        --limit-open-files --limit-core --accesslog --access-log-format --access-log-fields
        --errorlog --loglevel --log-format --slow-request --saturation-warning' ;;
    esac
    if ((COMP_CWORD == 1)); then words+=' status top scale reload upgrade stop restart-worker requests loglevel events'; fi
    case ${COMP_WORDS[1]} in
    status) words+=' --json' ;;
    top) words+=' --json' ;;
    scale) words+=' --json' ;;
    reload) words+=' --json' ;;
    upgrade) words+=' --json' ;;
    stop) words+=' --json --quick' ;;
    restart-worker) words+=' --json' ;;
    requests) words+=' --json' ;;
    loglevel) words+=' --json' ;;
    events) words+=' --json --follow' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _forktail forktail
