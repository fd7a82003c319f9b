# A number with a comma between its thousands; for the other programs here.
function grouped(number,    text) {
    for (text = ""; length(number) > 3; number = substr(number, 1, length(number) - 3))
        text = "," substr(number, length(number) - 2) text
    return number text
}
