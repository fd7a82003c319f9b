# The picture of the table, as SVG from a summary: for each kind of request and number of
# connections a panel with a bar for each contender; a mark on it is its rate with the access log.

BEGIN {
    FS = "\t"
    row = 19; panel_width = 440; label_width = 92; longest = 225; top = 64; heading = 30
    titles["keep-alive"] = "hello, keep-alive"
    titles["close"] = "hello, Connection: close"
    titles["64KiB"] = "a file of 64 KiB"
    titles["1MiB"] = "a file of 1 MiB"
}

$1 == part {
    if (!($2 in kinds)) { kinds[$2]; kind_of[++kind_count] = $2 }
    if (!($4 in columns)) { columns[$4]; column_of[++column_count] = $4 }
    if (!($6 in names)) { names[$6]; name_of[++name_count] = $6 }
    rate[$2, $3, $4, $6] = $7
    ratio[$2, $3, $4, $6] = $10
    if ($7 > most[$2, $4]) most[$2, $4] = $7
}

END {
    height = top
    for (i = 1; i <= kind_count; i++) height += heading + row * bars_of(kind_of[i]) + 12
    open_picture(column_count * panel_width, height)
    y = top
    for (i = 1; i <= kind_count; i++) {
        for (j = 1; j <= column_count; j++)
            draw_panel((j - 1) * panel_width, y, kind_of[i], column_of[j])
        y += heading + row * bars_of(kind_of[i]) + 12
    }
    print "</svg>"
}

function bars_of(kind,    n, j, number) {
    for (n = 1; n <= name_count; n++)
        for (j = 1; j <= column_count; j++)
            if ((kind, "off", column_of[j], name_of[n]) in rate) { number++; break }
    return number
}

function open_picture(width, height) {
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" " \
        "viewBox=\"0 0 %d %d\" role=\"img\">\n", width, height, width, height
    print "<title>Requests per second of forktail and others</title>"
    print "<style>"
    print "text { font: 12px system-ui, sans-serif; fill: #1f2328 }"
    print ".name { text-anchor: end }"
    print ".large { font-size: 15px; font-weight: 600 } .strong { font-weight: 600 }"
    print "rect { fill: #8c959f } .own { fill: #d9480f } .base { fill: #c4cbd2 }"
    print "line { stroke: #1f2328; stroke-width: 2 }"
    print "@media (prefers-color-scheme: dark) {"
    print "  text { fill: #e6edf3 } rect { fill: #6e7681 } .own { fill: #f76707 }"
    print "  .base { fill: #444c56 } line { stroke: #e6edf3 }"
    print "}"
    print "</style>"
    write(8, 22, "large", "Requests per second, and their ratio to the bare loop")
    print "<line x1=\"9\" x2=\"9\" y1=\"34\" y2=\"46\"/>"
    write(16, 44, "", "with an access log")
}

function write(x, y, class, text) {
    printf "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, class, text
}

function draw_panel(x, y, kind, clients,    n, name) {
    write(x + 8, y + 18, "strong", (kind in titles ? titles[kind] : kind) ", " clients \
        " connections")
    y += heading
    for (n = 1; n <= name_count; n++) {
        name = name_of[n]
        if (!((kind, "off", clients, name) in rate)) continue
        draw_bar(x, y, name, rate[kind, "off", clients, name], ratio[kind, "off", clients, name],
            rate[kind, "on", clients, name], most[kind, clients])
        y += row
    }
}

function draw_bar(x, y, name, rate, ratio, logged, most,    width, end) {
    width = longest * rate / most
    write(x + label_width, y + 11, name ~ /^forktail/ ? "name strong" : "name", name)
    printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" class=\"%s\"/>\n",
        x + label_width + 8, y, width, row - 5,
        name ~ /^forktail/ ? "own" : name ~ /loop$/ ? "base" : ""
    end = width
    if (logged != "" && name !~ /loop$/) {
        end = longest * logged / most
        printf "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
            x + label_width + 8 + end, x + label_width + 8 + end, y - 1, y + row - 4
        if (end < width) end = width
    }
    write(x + label_width + 14 + end, y + 11, "",
        grouped(rate) (ratio == "-" ? "" : sprintf(" · %.2f", ratio)))
}
