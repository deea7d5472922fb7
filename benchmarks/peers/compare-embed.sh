#!/usr/bin/env bash
# Our two engines, LLamaSharp (its LLamaEmbedder, and its lower level in batches) and llama-embedding on the lines of one file, in turns.
#   [THREADS=1] [BATCH=256] [MODEL=FILE] [LLAMA_EMBEDDING=PROGRAM] benchmarks/peers/compare-embed.sh FILE [TURNS]
# Before the first run: dotnet build -c Release benchmarks/PSLlmCluster.Benchmarks
#                       dotnet build -c Release benchmarks/peers/LlamaSharpEmbedding
# BATCH, the tokens in a call of the two that are told, has to be at least as many as the longest text has. All texts have to fit the
# model's window, as the peers do not split them. llama-embedding is left out unless LLAMA_EMBEDDING names it; its seconds are those of
# the process, less those of a run with one text, which is what loading takes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
file=${1:?the texts, one a line}
turns=${2:-5}
threads=${THREADS:-1}
batch=${BATCH:-256}
model=${MODEL:-$(echo "$root"/artifacts/module/PSLlmCluster/models/*.gguf)}
ours="$root/artifacts/bin/PSLlmCluster.Benchmarks/release/PSLlmCluster.Benchmarks.dll"
sharp="$root/artifacts/bin/LlamaSharpEmbedding/release/LlamaSharpEmbedding.dll"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
TIMEFORMAT='%U %S %R'

# Prints what a run of llama-embedding takes: seconds of user and system time, and by the wall.
llama_seconds() {
    { time "$LLAMA_EMBEDDING" -m "$model" -f "$1" -t "$threads" -tb "$threads" --pooling mean -c "$batch" -b "$batch" -ub "$batch" \
        -ngl 0 --embd-output-format raw >"$2" 2>"$work/log"; } 2>&1
}

for ((turn = 1; turn <= turns; turn++)); do
    dotnet exec "$ours" embed "$file" "$model" threads="$threads" turns=1 warm=300 engines=Managed,Llama
    dotnet exec "$sharp" "$file" "$model" threads="$threads" turns=1
    dotnet exec "$sharp" "$file" "$model" threads="$threads" turns=1 batch="$batch"
    if [ -n "${LLAMA_EMBEDDING:-}" ]; then
        head -1 "$file" >"$work/one.txt"
        tokens=$(awk '$1 == "Managed" { for (i = 2; i <= NF; i++) if ($i == "tokens") t = $(i - 1) } END { print t }' "$work/lines")
        echo "$(llama_seconds "$work/one.txt" /dev/null) $(llama_seconds "$file" /dev/null) $tokens" | awk '{
            cpu = $4 + $5 - $1 - $2; wall = $6 - $3
            printf "llama-embedding load %5.0f ms CPU   %d tokens   %6.3f s CPU   %6.3f s wall   %6.0f tokens/CPU s   %6.0f tokens/s\n",
                ($1 + $2) * 1000, $7, cpu, wall, $7 / cpu, $7 / wall }'
    fi
done | tee "$work/lines"

echo
echo "threads=$threads batch=$batch turns=$turns load=$(cut -d' ' -f1-3 /proc/loadavg)"
awk '
function middle(list, n,    a, i, j, t) {
    split(list, a, " ")
    for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
    least = a[1]; most = a[n]
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
/tokens\/CPU s/ {
    if (!($1 in count)) order[++names] = $1
    count[$1]++
    for (i = 2; i <= NF; i++) {
        if ($i == "load") load[$1] = load[$1] " " $(i + 1)
        if ($i == "tokens/CPU") speed[$1] = speed[$1] " " $(i - 1)
        if ($i == "tokens/s") wall[$1] = wall[$1] " " $(i - 1)
    }
}
/^peak/ { if ($5 > peak) peak = $5 }
END {
    print "| | tokens per CPU second (least to most) | Managed is faster by | tokens per second by the wall | load, ms CPU |"
    print "|---|---|---|---|---|"
    for (k = 1; k <= names; k++) {
        name = order[k]
        speed_middle = middle(speed[name], count[name])
        if (k == 1) first = speed_middle
        printf "| %s | %d (%d to %d) | %.2f |", name, speed_middle, least, most, first / speed_middle
        printf " %d |", middle(wall[name], count[name])
        printf " %d |\n", middle(load[name], count[name])
    }
    printf "peak of one core, best of the turns: %.1f GFLOP/s\n", peak
}' "$work/lines"

head -20 "$file" >"$work/few.txt"
dotnet exec "$ours" embed "$work/few.txt" "$model" turns=1 engines=Managed vectors="$work/Managed" >"$work/log"
dotnet exec "$ours" embed "$work/few.txt" "$model" turns=1 engines=Llama vectors="$work/Llama" >"$work/log"
dotnet exec "$sharp" "$work/few.txt" "$model" turns=1 vectors="$work/LlSharp" >"$work/log"
dotnet exec "$sharp" "$work/few.txt" "$model" turns=1 batch="$batch" vectors="$work/LlSharpB" >"$work/log"
[ -z "${LLAMA_EMBEDDING:-}" ] || llama_seconds "$work/few.txt" "$work/llama-embedding" >"$work/log"
for peer in Llama LlSharp LlSharpB llama-embedding; do
    [ -s "$work/$peer" ] || continue
    paste -d' ' "$work/Managed" "$work/$peer" | awk -v peer="$peer" 'NF > 1 {
        n = NF / 2; dot = a = b = 0
        for (i = 1; i <= n; i++) { dot += $i * $(i + n); a += $i * $i; b += $(i + n) * $(i + n) }
        d = 1 - dot / sqrt(a * b); sum += d; if (d > most) most = d; count++
    } END { printf "1 - cosine to Managed, %s, %d texts: mean %.1e, most %.1e\n", peer, count, sum / count, most }'
done
