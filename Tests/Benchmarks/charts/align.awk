# A table in Markdown of lines with tabs between their cells; the first line is its head. What
# begins with a letter is put to the left, as is the first column; figures to the right.

BEGIN { FS = "\t" }

{
    if (NF > columns) columns = NF
    for (i = 1; i <= NF; i++) {
        cell[NR, i] = $i
        if (width($i) > widest[i]) widest[i] = width($i)
        if (i == 1 || (NR > 1 && $i ~ /^[A-Za-z]/)) is_text[i] = 1
    }
}

END {
    for (line = 1; line <= NR; line++) {
        print_line(line)
        if (line == 1) print_rule()
    }
}

# Some awks count bytes: the dash that stands for nothing is one column of three bytes.
function width(text) {
    gsub(/–/, "-", text)
    return length(text)
}

function print_line(line,    i, space) {
    for (i = 1; i <= columns; i++) {
        space = blank(widest[i] - width(cell[line, i]))
        printf "| %s ", is_text[i] ? cell[line, i] space : space cell[line, i]
    }
    print "|"
}

function print_rule(    i, dashes) {
    for (i = 1; i <= columns; i++) {
        dashes = blank(widest[i])
        gsub(/ /, "-", dashes)
        printf is_text[i] ? "|-%s-" : "|-%s:", dashes
    }
    print "|"
}

function blank(count) {
    return sprintf("%" count "s", "")
}
