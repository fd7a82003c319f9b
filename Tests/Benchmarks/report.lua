-- wrk's result as one line: requests per second, requests, errors, p50 and p99 in microseconds,
-- bytes received.
function done(summary, latency)
    local errors = summary.errors
    print(string.format(
        "%.1f %d %d %d %d %d",
        summary.requests / summary.duration * 1e6, summary.requests,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(99), summary.bytes
    ))
end
