# Ratios from the outputs of `tessera bench step` and peer.py: seconds and peaks of a step, Tessera's over PyTorch's.

function seconds(text) { return text ~ /ms$/ ? substr(text, 1, length(text) - 2) / 1000 : text + 0 }
function mebibytes(number, unit) { return unit ~ /^GiB/ ? number * 1024 : unit ~ /^KiB/ ? number / 1024 : number + 0 }

# `vulkan: SwinUNETR 4×96³, F 24, fused, off: 1.20 s a step (…), …, peak 1.00 GiB, …`
/^[a-z0-9:]+ SwinUNETR / && / a step / {
    match($0, /×[0-9]+/)
    size = substr($0, RSTART, RLENGTH)
    gsub(/[^0-9]/, "", size)
    way = ($0 ~ /, unfused, /) ? "unfused" : ($0 ~ /, swin/) ? "swin" : "off"
    split($0, parts, / a step /)
    count = split(parts[1], words, " ")
    time[size, way] = words[count] == "s" || words[count] == "ms" ? seconds(words[count - 1] words[count]) : seconds(words[count])
    match($0, /peak [0-9.]+ [KMG]iB/)
    split(substr($0, RSTART, RLENGTH), words, " ")
    peak[size, way] = mebibytes(words[2], words[3])
    sizes[size] = 1
}

# `pytorch 96 off: 0.2 s a step (…), peak 1234.5 MiB, …`
/^pytorch [0-9]+ / {
    way = substr($3, 1, length($3) - 1)
    theirs[$2, way] = $4
    match($0, /peak [0-9.]+/)
    theirPeak[$2, way] = substr($0, RSTART + 5, RLENGTH - 5)
}

function shown(number, digits) { return number > 0 ? sprintf("%." digits "f", number) : "-" }
function ratio(a, b) { return b > 0 ? sprintf("%.2f", a / b) : "-" }

END {
    print "size  way      seconds   PyTorch   ratio  peak MiB   PyTorch  ratio"
    for (size in sizes) {
        for (i = split("off swin unfused", ways, " "); i > 0; i--) {
            way = ways[i]
            if (!((size, way) in time)) continue
            other = way == "unfused" ? "off" : way
            printf "%4s  %-8s %8.3f  %8s  %6s  %8.0f  %8s  %5s\n", size, way, time[size, way],
                shown(theirs[size, other], 3), ratio(time[size, way], theirs[size, other]), peak[size, way],
                shown(theirPeak[size, other], 0), ratio(peak[size, way], theirPeak[size, other])
        }
    }
}
