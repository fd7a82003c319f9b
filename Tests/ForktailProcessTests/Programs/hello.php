<?php
// Accepts one connection at a time on the listener that forktail passes as descriptor 3.
pcntl_async_signals(true);
$running = true;
pcntl_signal(SIGTERM, function () use (&$running) { $running = false; });

$listener = fopen('php://fd/3', 'r+');
// Of several workers that a connection wakes, one gets it; the others must not wait in accept.
stream_set_blocking($listener, false);
$body = getenv('FORKTAIL_SLOT') . ' ' . getmypid() . ' ' . getenv('FORKTAIL_GENERATION') . "\n";
while ($running) {
    // A signal between the check and the call is noticed a second later.
    $connection = @stream_socket_accept($listener, 1);
    if (!$connection) {
        continue;
    }
    $path = explode(' ', fgets($connection))[1] ?? '/';
    while (trim(fgets($connection)) !== '');
    if ($path === '/slow') {
        time_sleep_until(microtime(true) + 2);
    } elseif ($path === '/hang') {
        while (true) {
            sleep(1000);
        }
    } elseif ($path === '/crash') {
        posix_kill(getmypid(), SIGKILL);
    }
    $length = strlen($body);
    fwrite($connection, "HTTP/1.1 200 OK\r\nContent-Length: $length\r\nConnection: close\r\n\r\n$body");
    fclose($connection);
}
