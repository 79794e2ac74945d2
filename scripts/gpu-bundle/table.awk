# Ratios from the outputs of `tessera bench step` and peer.py: seconds and peaks of a step, Tessera's over PyTorch's. A
# figure is the median of its turns; a card's memory is the most of them.

function seconds(text) { return text ~ /ms$/ ? substr(text, 1, length(text) - 2) / 1000 : text + 0 }
function mebibytes(number, unit) { return unit ~ /^GiB/ ? number * 1024 : unit ~ /^KiB/ ? number / 1024 : number + 0 }

function add(program, key, value) { values[program, key, ++counts[program, key]] = value }

# The median; 0 where there is none.
function median(program, key,    count, i, j, low, sorted) {
    count = counts[program, key]
    for (i = 1; i <= count; i++) sorted[i] = values[program, key, i] + 0
    for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++) if (sorted[j] < sorted[i]) {
        low = sorted[j]; sorted[j] = sorted[i]; sorted[i] = low
    }
    return count ? (sorted[int((count + 1) / 2)] + sorted[int(count / 2) + 1]) / 2 : 0
}

# `vulkan: SwinUNETR 4×96³, F 24, fused, off: 1.20 s a step (…), …, peak 1.00 GiB, …`
/^[a-z0-9:]+ SwinUNETR / && / a step / {
    match($0, /×[0-9]+/)
    size = substr($0, RSTART, RLENGTH)
    gsub(/[^0-9]/, "", size)
    way = ($0 ~ /, unfused, /) ? "unfused" : ($0 ~ /, bfloat16/) ? "bfloat16" : ($0 ~ /, swin/) ? "swin" : "off"
    split($0, parts, / a step /)
    count = split(parts[1], words, " ")
    last = words[count] == "s" || words[count] == "ms" ? words[count - 1] words[count] : words[count]
    add("ours", size " " way, seconds(last))
    match($0, /peak [0-9.]+ [KMG]iB/)
    split(substr($0, RSTART, RLENGTH), words, " ")
    peak[size, way] = mebibytes(words[2], words[3])
    sizes[size] = 1
    at = size SUBSEP way
}

# `pytorch 96 off: 0.2 s a step (…), peak 1234.5 MiB, …`
/^pytorch [0-9]+ / {
    way = substr($3, 1, length($3) - 1)
    add("theirs", $2 " " way, $4)
    match($0, /peak [0-9.]+/)
    theirPeak[$2, way] = substr($0, RSTART + 5, RLENGTH - 5) + 0
    at = "theirs" SUBSEP $2 SUBSEP way
}

# `card: 1234 MiB in use at most, by nvidia-smi`, behind the step that it is of.
/^card: [0-9]+ MiB/ { if ($2 + 0 > card[at]) card[at] = $2 + 0 }

function shown(number, digits) { return number > 0 ? sprintf("%." digits "f", number) : "-" }
function ratio(a, b) { return a > 0 && b > 0 ? sprintf("%.2f", a / b) : "-" }

END {
    print "                 seconds a step            peak, MiB                 card, MiB"
    print "size  way        Tessera  PyTorch  ratio   Tessera  PyTorch  ratio   Tessera  PyTorch"
    count = split("off bfloat16 swin unfused", ways, " ")
    for (size in sizes) {
        for (i = 1; i <= count; i++) {
            way = ways[i]
            ours = median("ours", size " " way)
            if (!ours) continue
            other = way == "unfused" ? "off" : way
            theirs = median("theirs", size " " other)
            printf "%4s  %-9s %8.3f %8s %6s  %8.0f %8s %6s  %8s %8s\n", size, way, ours, shown(theirs, 3),
                ratio(ours, theirs), peak[size, way], shown(theirPeak[size, other], 0),
                ratio(peak[size, way], theirPeak[size, other]), shown(card[size, way], 0),
                shown(card["theirs", size, other], 0)
        }
        tf32 = median("theirs", size " off-tf32")
        if (tf32) printf "%4s  PyTorch with TF32 products: %.3f s a step\n", size, tf32
    }
}
