# A table with a line for each kind of request and a column for each contender, from a summary.
# Cells have tabs between.
#
# awk -v what=rate|latency|processor -v part=PART -v connections=N -f table.awk summary

BEGIN { FS = "\t" }

$1 == part && $4 == connections {
    line = label($2, $3)
    if (!(line in lines)) { lines[line]; line_of[++line_count] = line }
    if (!($6 in columns)) { columns[$6]; column_of[++column_count] = $6 }
    cell[line, $6] = content()
}

END {
    for (j = 1; j <= column_count; j++) printf "\t%s", column_of[j]
    printf "\n"
    for (i = 1; i <= line_count; i++) {
        printf "%s", line_of[i]
        for (j = 1; j <= column_count; j++)
            printf "\t%s", (line_of[i], column_of[j]) in cell ? cell[line_of[i], column_of[j]] : "–"
        printf "\n"
    }
}

function label(kind, log_) {
    if (kind == "keep-alive") kind = "hello"
    if (kind == "close") kind = "hello, close"
    return kind (log_ == "on" ? ", logged" : "")
}

function content() {
    if (what == "latency") return milliseconds($11) " / " milliseconds($12)
    if (what == "processor") return sprintf("%.1f", $14) ($17 == "-" ? "" : sprintf(" (%.2f)", $17))
    return grouped($7) ($10 == "-" ? "" : sprintf(" (%.2f)", $10))
}

function milliseconds(time) {
    return sprintf(time < 10000 ? "%.2f" : "%.0f", time / 1000)
}
