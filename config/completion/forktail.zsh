#compdef forktail
# Completion of forktail for zsh: made from the declarations of the settings by `make manual`.
_arguments -s \
    '1:command:(status top scale reload upgrade stop restart-worker requests loglevel events)' \
    '2::argument:' \
    '(-c --config)'{-c,--config=}'[read settings from a TOML file (environment\: FORKTAIL_CONFIG)]:path:_files' \
    --check-config'[say what is wrong with the settings, and exit]' \
    --print-config'[show the effective settings and where each came from, and exit]' \
    --wsgi='[serve an application of Python (wsgi.application, worker_class = "wsgi")]:path:_files' \
    --version'[show the version, and exit]' \
    '(-h --help)'{-h,--help}'[show this text, and exit]' \
    '*'{-b,--bind=}'[the addresses to listen on]:value:' \
    --backlog='[the length of the accept queue]:value:' \
    --socket-mode='[the permission bits of the files of Unix-domain sockets]:value:' \
    --socket-user='[the user that the files of Unix-domain sockets belong to]:value:' \
    --socket-group='[the group that the files of Unix-domain sockets belong to]:value:' \
    '*'--certificate='[the certificates of the addresses with https\://]:value:' \
    --self-signed'[make a certificate for localhost, for development]' \
    --no-self-signed'[not\: make a certificate for localhost, for development]' \
    --client-certificates='[whether clients show a certificate]:value:(off optional required)' \
    --client-ca-file='[the authorities of client certificates]:path:_files' \
    --tls-min-version='[the lowest version of TLS]:value:(1.2 1.3)' \
    --tls-ciphers='[the suites of TLS 1.2]:value:' \
    --tls-ciphersuites='[the suites of TLS 1.3]:value:' \
    --tls-groups='[the groups for key exchange]:value:' \
    --session-ticket-rotation='[how long session tickets are encrypted with one key]:value:' \
    --limit-handshakes='[how many handshakes a worker has under way]:value:' \
    --https-redirect'[redirect clients that speak HTTP to an address with https\://]' \
    --no-https-redirect'[not\: redirect clients that speak HTTP to an address with https\://]' \
    --redirect-to-https='[the port that requests without TLS are redirected to]:value:' \
    --acme-challenge-root='[the directory with the answers to challenges of ACME]:path:_files' \
    --hsts='[how long browsers are told to use HTTPS only; 0\: not told]:value:' \
    '(-w --workers)'{-w,--workers=}'[the number of worker processes; auto\: one per processor, at least two; or two bounds]:value:' \
    --idle-time='[how long two workers must be idle before one of them is retired]:value:' \
    --max-memory-total='[the memory of all workers above which the load adds none; 0\: any]:value:' \
    --worker-class='[how a worker serves its connections]:value:(sync event exec wsgi)' \
    --threads='[the threads of a worker of the class event that answer requests]:value:' \
    --worker-connections='[the most connections of a worker of the class event]:value:' \
    '*'--exec-command='[the program that a worker of the class exec runs, and its arguments]:value:' \
    --exec-stop-signal='[the signal that asks the program to finish its requests and leave]:value:(TERM INT QUIT HUP USR1 USR2 WINCH KILL)' \
    --exec-quick-signal='[the signal that asks the program to leave at once]:value:(TERM INT QUIT HUP USR1 USR2 WINCH KILL)' \
    --exec-ready='[what says that the program serves]:value:' \
    --exec-stdin='[what the program reads from its standard input]:value:(null listener)' \
    --wsgi-application='[the application of a worker of the class wsgi]:value:' \
    --wsgi-python='[the Python interpreter of the class wsgi]:value:' \
    --wsgi-threads='[the threads of a worker of the class wsgi that call the application]:value:' \
    --wsgi-preload'[load the application once, and fork the workers from it]' \
    --no-wsgi-preload'[not\: load the application once, and fork the workers from it]' \
    --wsgi-root-path='[the path below which the application is mounted]:path:_files' \
    --wsgi-static-root='[the directory of the application'\''s static files]:path:_files' \
    --wsgi-static-path='[the path below which the static files are]:path:_files' \
    --max-requests='[the number of requests after which a worker is replaced; 0\: never]:value:' \
    --max-requests-jitter='[the most requests that are added to max_requests by chance]:value:' \
    --max-lifetime='[the time after which a worker is replaced; 0\: never]:value:' \
    --max-memory='[the memory that a worker may occupy before it is replaced; 0\: any]:value:' \
    --timeout='[how long a worker may give no sign of life before it is killed]:value:' \
    --boot-timeout='[the longest time from a worker'\''s fork to its readiness]:value:' \
    --graceful-timeout='[the time to finish requests when stopping or reloading]:value:' \
    --shutdown-delay='[the time to serve on after SIGTERM, before the workers finish]:value:' \
    --header-timeout='[the longest time for a client to send its request head]:value:' \
    --body-timeout='[the longest wait for more of a request body]:value:' \
    --write-timeout='[the longest wait for a client to take more of its response]:value:' \
    --keepalive='[the longest wait for the next request on a connection]:value:' \
    --limit-request-line='[the longest request line]:value:' \
    --limit-request-fields='[the highest number of fields of a request]:value:' \
    --limit-request-field-size='[the longest field line of a request]:value:' \
    --limit-request-body='[the largest request body]:value:' \
    --request-buffer-size='[how much of a request body is received before the application is called]:value:' \
    --keepalive-requests='[the number of requests on one connection; 0\: any number]:value:' \
    --limit-request-rate='[the fewest bytes per second that a client may send]:value:' \
    --request-id='[where the ids of requests come from]:value:(off generate trust)' \
    '*'--forwarded-allow-ips='[the proxies that are trusted to name the client]:value:' \
    --proxy-protocol='[whether connections begin with a PROXY header]:value:(off v1 v2 auto)' \
    '*'--proxy-allow-ips='[the proxies that may send a PROXY header]:value:' \
    --header-map='[how fields with an underscore in their name are treated]:value:(drop refuse keep)' \
    --app='[the built-in application that answers]:value:(hello echo files)' \
    --preload-app'[make the application once, before the workers are forked]' \
    --no-preload-app'[not\: make the application once, before the workers are forked]' \
    --reload'[replace the workers or the server when the application'\''s code changes]' \
    --no-reload'[not\: replace the workers or the server when the application'\''s code changes]' \
    --debug'[show errors that a handler throws to clients on this machine]' \
    --no-debug'[not\: show errors that a handler throws to clients on this machine]' \
    --chdir='[the directory to change to at the start]:path:_files' \
    '*'--env='[variables for the application]:value:' \
    --files-root='[the directory that the application files serves]:path:_files' \
    '*'--files-index='[the files that answer for their directory]:value:' \
    --files-listing'[answer for a directory with a list of its files]' \
    --no-files-listing'[not\: answer for a directory with a list of its files]' \
    '*'--files-error-pages='[the files that are shown for errors, by status]:value:' \
    '*'--files-cache-control='[the values of Cache-Control by path]:value:' \
    '*'--files-precompressed='[the codings of precompressed files beside the originals]:value:(br zstd gzip)' \
    --files-mime-types='[the file with the media types of name endings]:path:_files' \
    --files-charset='[the charset of texts]:value:' \
    --files-symlinks='[which symbolic links are followed]:value:(never within)' \
    --files-dot-files'[serve files and directories whose name begins with a dot]' \
    --no-files-dot-files'[not\: serve files and directories whose name begins with a dot]' \
    --files-open-cache-age='[how long an open file is used before it is checked again]:value:' \
    --files-open-cache-size='[how many paths each worker keeps open]:value:' \
    --pidfile='[the file to write the arbiter'\''s process id to]:path:_files' \
    --proc-name='[the name of the processes]:value:' \
    --proc-requests'[whether a list of processes shows the request of each busy worker]' \
    --no-proc-requests'[not\: whether a list of processes shows the request of each busy worker]' \
    --control-socket='[the Unix-domain socket for commands, such as `forktail status`]:path:_files' \
    --status-bind='[the address for /metrics, /status, /healthz and /readyz]:value:' \
    --user='[the user that the workers run as]:value:' \
    --group='[the group that the workers run as]:value:' \
    --umask='[the permission bits that files made by the workers do not get]:value:' \
    --chroot='[the directory that is the root of the file system for the workers]:path:_files' \
    --no-new-privs'[whether programs that a worker executes can gain no privileges]' \
    --new-privs'[not\: whether programs that a worker executes can gain no privileges]' \
    --limit-open-files='[how many files a worker may have open; 0\: as at the start]:value:' \
    --limit-core='[the largest core file of a worker that crashes]:value:' \
    --accesslog='[where to log each request]:path:_files' \
    --access-log-format='[the layout of a line of the access log]:value:' \
    '*'--access-log-fields='[what a line of the access log has with log_format json]:value:' \
    --errorlog='[where to log what the server does]:path:_files' \
    --loglevel='[the least severe level to log]:value:(debug info warning error critical)' \
    --log-format='[the layout of the lines of both logs]:value:(text json)' \
    --slow-request='[how long a request may take before the log warns of it; 0\: any time]:value:' \
    --saturation-warning='[how long all workers may be busy while clients wait until the log warns]:value:' \
    --json'[answer in JSON]' \
    --quick'[leave requests unfinished]' \
    --follow'[continue with what happens next, until interrupted]'
