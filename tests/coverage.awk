# Reads what llvm-cov says of sources, prints a table of their crates, and every piece that never ran.
# Ends with 1 when there is one.

# Where the part of a file begins that only tests compile. What a comment calls `UNREACHED`, with the reason, is spared, down to
# the brace that closes it.
function tests_of(file,    text, nth, is_next, excused) {
    while ((getline text < file) > 0) {
        nth++
        if (text ~ /\/\/ UNREACHED: [a-z]/) excused = 1
        if (excused) spared[file, nth]
        if (text ~ /^ *}$/) excused = 0
        if (text ~ /^#\[cfg\(test\)\]/) is_next = nth
        else if (is_next && text ~ /^mod .*\{$/) { close(file); return is_next }
        else if (text !~ /^#/) is_next = 0
        code[file, nth] = text
    }
    close(file)
    return nth + 1
}

function enter(path) {
    file = substr(path, length(root) + 1)
    split(file, parts, "/")
    crate = parts[2]
    crates[crate]
    if (!(file in end)) end[file] = tests_of(file)
}

function percent(kind, crate,    all) {
    all = total[kind, crate]
    return sprintf("%5d of %5d  %6.2f %%", hit[kind, crate], all, all ? 100 * hit[kind, crate] / all : 100)
}

function row(name) {
    printf "%-10s %22s %22s %22s\n", name, percent("lines", name), percent("pieces", name), percent("functions", name)
}

/^filename:/ { enter(substr($0, 10)); next }

/^[0-9]+,[0-9]+,[0-9]+,(true|false),/ {
    split($0, at, ",")
    if (at[4] != "true" || at[5] != "true" || at[6] == "true" || at[1] >= end[file] || (file, at[1]) in spared) next
    total["pieces", crate]++
    if (at[3] > 0) { hit["pieces", crate]++; next }
    text = code[file, at[1]]
    sub(/^ +/, "", text)
    missed[++misses] = sprintf("%s:%d:%d  %s", file, at[1], at[2], text)
}

/^SF:/ { enter(substr($0, 4)); delete function_at; next }

/^DA:/ {
    split(substr($0, 4), at, ",")
    if (at[1] >= end[file] || (file, at[1]) in spared) next
    total["lines", crate]++
    if (at[2] > 0) hit["lines", crate]++
}

# A function is known by where it begins: generic ones have several names, and have run when one of them has.
/^FN:/ { split(substr($0, 4), at, ","); begins[file, at[2]] = at[1]; next }

/^FNDA:/ {
    split(substr($0, 6), at, ",")
    line = begins[file, at[2]]
    if (line >= end[file] || (file, line) in spared) next
    if (!((file, line) in ran)) { ran[file, line] = 0; total["functions", crate]++ }
    if (at[1] > 0 && !ran[file, line]) { ran[file, line] = 1; hit["functions", crate]++ }
}

END {
    printf "%-10s %22s %22s %22s\n", "crate", "lines", "pieces", "functions"
    for (crate in crates) row(crate)
    for (nth = 1; nth <= misses; nth++) print missed[nth]
    if (misses) { printf "%d pieces of code that no test runs through\n", misses; exit 1 }
}
