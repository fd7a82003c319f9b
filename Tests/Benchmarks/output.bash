# What the parts print: titles, tables in Markdown, and pictures.
# shellcheck shell=bash

title() {
    printf '\n%s\n\n' "$1"
}

# Prints the median, the least and the greatest of the numbers on stdin, with tabs between.
summary() {
    sort -n | awk -v format="$1" '
        { value[NR] = $1 }
        END {
            if (!NR) exit
            median = NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2
            printf format "\t" format "\t" format "\n", median, value[1], value[NR]
        }'
}

# Makes a table of lines with tabs between their cells; the first is its head.
align() {
    awk -f "$benchmarks/charts/align.awk"
}

# The medians of all turns so far. Ratios are to the bare loop, to another contender (base=NAME),
# or to the same contender's turns of another kind (base_kind=KIND).
summarise() {
    awk -v "${1:-base=bare loop}" -f "$benchmarks/charts/summary.awk" "$turns"
}

# table WHAT PART CONNECTIONS
table() {
    summarise | awk -v what="$1" -v part="$2" -v connections="$3" \
        -f "$benchmarks/charts/grouped.awk" -f "$benchmarks/charts/table.awk" | align
}

print_errors() {
    summarise | awk -F '\t' -v part="$1" '
        $1 == part && $16 > 0 {
            printf "errors: %s had %d beside %d answers (%s, log %s, %d connections)\n",
                $6, $16, $15, $2, $3, $4
        }'
}

# draw CHART PART: writes the picture PART.svg.
draw() {
    local picture=$pictures/$2.svg
    summarise | awk -v part="$2" -f "$benchmarks/charts/grouped.awk" \
        -f "$benchmarks/charts/$1.awk" >"$picture"
    printf '\npicture: %s\n' "$picture"
}
