# The parser of request heads beside a plain loop in C over the same bytes, without any input or
# output, so its figures say nothing about requests per second.
# shellcheck shell=bash

measure_head() {
    compile_head_parser
    "$scratch/head-parser" "$head_rounds" >"$scratch/head" || exit 1
    title "Request head, ns for 320 bytes with 8 fields"
    {
        printf '\tmedian\tmin\tmax\tratio\tmin\tmax\tallocations\n'
        print_head_parser "C loop" '$2' 1 0
        print_head_parser forktail '$1' '$1 / $2' '$3'
    } | align
    printf '\n%s\n' "forktail's aim: 300, without an allocation for a handler that looks at nothing"
}

compile_head_parser() {
    cc -O2 -Wall -Wextra -c -o "$scratch/head-loop.o" "$benchmarks/head-parser/head-loop.c" || exit 1
    local flags="-O -whole-module-optimization -parse-as-library -swift-version 6"
    flags+=" -package-name forktail -I $scratch"
    # shellcheck disable=SC2086
    swiftc $flags -module-name ForktailValues -emit-module -c \
        -emit-module-path "$scratch/ForktailValues.swiftmodule" -o "$scratch/values.o" \
        "$repository"/Sources/ForktailValues/*.swift || exit 1
    # shellcheck disable=SC2086
    find "$repository/Sources/ForktailHTTP" -name '*.swift' -print0 | xargs -0 \
        swiftc $flags -module-name HeadParser "$scratch/values.o" \
        -import-objc-header "$benchmarks/head-parser/head-loop.h" -o "$scratch/head-parser" \
        "$benchmarks/head-parser/HeadParser.swift" "$scratch/head-loop.o" || exit 1
}

# The columns of a contender, each said as awk says it of a round: time, ratio, allocations.
print_head_parser() {
    printf '%s\t%s\t%s\t%s\n' "$1" \
        "$(awk "{ print $2 }" "$scratch/head" | summary %.0f)" \
        "$(awk "{ print $3 }" "$scratch/head" | summary %.2f)" \
        "$(awk "{ sum += $4 } END { printf \"%.2f\", sum / NR }" "$scratch/head")"
}
