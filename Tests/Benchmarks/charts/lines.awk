# How the cost grows, as SVG from a summary: requests per second over the number of connections and
# over the number of workers, both on logarithmic axes, with a line for each contender.

BEGIN {
    FS = "\t"
    width = 380; height = 250; left = 62; top = 76; gap = 86
    column["connections"] = 4; column["workers"] = 5
    class["bare loop"] = "base"; class["forktail"] = "own"; class["nginx"] = "other"
}

$1 == part {
    x = $column[$2]
    if (!($6 in names)) { names[$6]; name_of[++name_count] = $6 }
    points[$2, $6] = points[$2, $6] x " " $7 " "
    if (!(($2, x) in seen)) { seen[$2, x]; ticks[$2] = ticks[$2] x " " }
    if (x > most[$2]) most[$2] = x
    if ($7 > highest) highest = $7
    if (lowest == "" || $7 < lowest) lowest = $7
}

END {
    if (highest == "") highest = lowest = 1
    low = step_below(lowest); high = step_above(highest)
    open_picture(2 * (left + width) + gap - 50, top + height + 54)
    draw_panel("connections", left, "connections, 2 workers")
    draw_panel("workers", left + width + gap, "workers, 128 connections")
    print "</svg>"
}

# 1, 2, 5, 10, 20, 50, ... around a number.
function step_below(number,    power) {
    for (power = 1; power * 10 <= number; power *= 10) {}
    return number >= 5 * power ? 5 * power : number >= 2 * power ? 2 * power : power
}

function step_above(number,    step) {
    step = step_below(number)
    return step >= number ? step : next_step(step)
}

function next_step(step) {
    return substr(step, 1, 1) == "2" ? step * 2.5 : step * 2
}

function open_picture(width, height,    i, x) {
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" " \
        "viewBox=\"0 0 %d %d\" role=\"img\">\n", width, height, width, height
    print "<title>Requests per second of forktail and others as the load grows</title>"
    print "<style>"
    print "text { font: 12px system-ui, sans-serif; fill: #1f2328 }"
    print ".y { text-anchor: end } .x { text-anchor: middle }"
    print ".large { font-size: 15px; font-weight: 600 }"
    print "polyline { fill: none; stroke-width: 2.5 } .grid { stroke: #d0d7de }"
    print ".own { stroke: #d9480f; fill: #d9480f } .base { stroke: #8c959f; fill: #8c959f }"
    print ".other { stroke: #1971c2; fill: #1971c2 } polyline.base { stroke-dasharray: 6 4 }"
    print "polyline.own, polyline.base, polyline.other { fill: none }"
    print "@media (prefers-color-scheme: dark) {"
    print "  text { fill: #e6edf3 } .grid { stroke: #3d444d }"
    print "  .own { stroke: #f76707; fill: #f76707 } .other { stroke: #4dabf7; fill: #4dabf7 }"
    print "}"
    print "</style>"
    write(8, 22, "large", "Requests per second of hello with keep-alive")
    x = left
    for (i = 1; i <= name_count; i++) {
        printf "<polyline points=\"%d,46 %d,46\" class=\"%s\"/>\n", x, x + 24, class[name_of[i]]
        write(x + 30, 50, "", name_of[i])
        x += 110
    }
}

function write(x, y, class, text) {
    printf "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>\n", x, y, class, text
}

function draw_panel(kind, origin, label,    i) {
    draw_axes(kind, origin)
    write(origin + width / 2, top + height + 42, "x", label)
    for (i = 1; i <= name_count; i++)
        if (points[kind, name_of[i]] != "")
            draw_line(points[kind, name_of[i]], most[kind], origin, class[name_of[i]])
}

function draw_axes(kind, origin,    step, count, i, value, x) {
    for (step = low; step <= high; step = next_step(step)) {
        rule(origin, height_of(step), origin + width, height_of(step))
        write(origin - 8, height_of(step) + 4, "y", grouped(sprintf("%d", step)))
    }
    count = split(ticks[kind], value, " ")
    for (i = 1; i <= count; i++) {
        x = origin + place_of(value[i], most[kind])
        rule(x, top, x, top + height)
        write(x, top + height + 18, "x", value[i])
    }
}

function rule(x1, y1, x2, y2) {
    printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>\n", x1, y1, x2, y2
}

function place_of(value, most) {
    return most > 1 ? width * log(value) / log(most) : 0
}

function height_of(rate) {
    return top + height - (high > low ? height * log(rate / low) / log(high / low) : 0)
}

function draw_line(series, most, origin, class,    count, value, i, path, dots) {
    count = split(series, value, " ")
    for (i = 1; i < count; i += 2) {
        if (value[i + 1] <= 0) continue
        path = path sprintf("%.1f,%.1f ", origin + place_of(value[i], most),
            height_of(value[i + 1]))
        dots = dots sprintf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" class=\"%s\"/>\n",
            origin + place_of(value[i], most), height_of(value[i + 1]), class)
    }
    printf "<polyline points=\"%s\" class=\"%s\"/>\n%s", path, class, dots
}
