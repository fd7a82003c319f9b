# The medians over the rounds, of the lines that load.bash writes.
#
# awk -v base=NAME       -f summary.awk turns    ratios are to that contender in the same round
# awk -v base_kind=KIND  -f summary.awk turns    ratios are to the same contender's turn of a kind
#
# What disturbs a round disturbs all its turns, so ratios are taken within the rounds. Prints, with
# tabs between: part, kind, log, connections, workers, contender, requests per second (median,
# least, greatest), its ratio, p50, p99 (us), the ratio of p99, processor time per request (us),
# requests, errors, and the ratio of the processor time. A ratio that can't be told is "-".

BEGIN { FS = OFS = "\t" }

NF == 14 {
    turn = $1 FS $2 FS $3 FS $4 FS $5 FS $7
    if (!(turn in count)) name[++groups] = turn
    n = ++count[turn]
    rate[turn, n] = $8
    p50[turn, n] = $11
    p99[turn, n] = $12
    base_of[turn, n] = $1 FS (base_kind ? base_kind FS $3 FS $4 FS $5 FS $6 FS $7 \
                                        : $2 FS $3 FS $4 FS $5 FS $6 FS base)
    requests[turn] += $9
    errors[turn] += $10
    time[turn] += $14
    cost[turn, n] = $9 > 0 ? $14 / $9 : 0
    rate_in[$1 FS $2 FS $3 FS $4 FS $5 FS $6 FS $7] = $8
    cost_in[$1 FS $2 FS $3 FS $4 FS $5 FS $6 FS $7] = cost[turn, n]
    p99_in[$1 FS $2 FS $3 FS $4 FS $5 FS $6 FS $7] = $12
}

END {
    for (group = 1; group <= groups; group++) print_group(name[group])
}

function print_group(turn,    n, low, high, middle) {
    n = sorted(rate, turn)
    middle = median(n); low = value[1]; high = value[n]
    printf "%s\t%.0f\t%.0f\t%.0f\t%s", turn, middle, low, high, ratio(rate, rate_in, turn)
    n = sorted(p50, turn); printf "\t%.0f", median(n)
    n = sorted(p99, turn); printf "\t%.0f\t%s", median(n), ratio(p99, p99_in, turn)
    printf "\t%.2f\t%d\t%d\t%s\n", requests[turn] ? time[turn] * 1e6 / requests[turn] : 0,
        requests[turn], errors[turn], ratio(cost, cost_in, turn)
}

# The median of the ratios to the base, of the rounds in which there is one.
function ratio(series, series_in, turn,    i, n, base) {
    for (i = 1; i <= count[turn]; i++) {
        base = base_of[turn, i]
        if (series_in[base] > 0) insert(++n, series[turn, i] / series_in[base])
    }
    return n ? sprintf("%.3f", median(n)) : "-"
}

function sorted(series, turn,    i) {
    for (i = 1; i <= count[turn]; i++) insert(i, series[turn, i])
    return count[turn]
}

# Puts the nth number among those that are sorted.
function insert(n, number) {
    for (; n > 1 && value[n - 1] + 0 > number + 0; n--) value[n] = value[n - 1]
    value[n] = number + 0
}

function median(n) {
    return n % 2 ? value[(n + 1) / 2] : (value[n / 2] + value[n / 2 + 1]) / 2
}
