#!/usr/bin/env bash
# umap-learn, uwot and this project on the same rows, one after the other in one run, with the quality of each layout.
#   PEERS=DIR benchmarks/peers/compare-umap.sh [DATASET…]
# Before the first run: the data (make_data.py says how), and a build: dotnet build -c Release benchmarks/PSLlmCluster.Benchmarks
# Debian's packages umap-learn, libopenblas0, r-cran-uwot and r-cran-jsonlite hold the peers.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export PEERS=${PEERS:?the folder of the data}
ours="$here/../../artifacts/bin/PSLlmCluster.Benchmarks/release/PSLlmCluster.Benchmarks.dll"
[ $# -gt 0 ] || set -- digits mnist10k emb20k emb100k
cd "$here"
for data in "$@"; do
    for seed in 42 1 2 3 4; do
        name="ours_${seed}_$data"
        runs=1
        [ "$seed" = 42 ] && runs=5
        dotnet exec "$ours" fit umap "$PEERS/data/$data.bin" --runs $runs --seed $seed --out "$PEERS/out/$name.bin"
        /usr/bin/python3 quality.py "$name" "$data"
    done
    for mode in multi seed; do
        /usr/bin/python3 umap_py.py "$data" $mode
        /usr/bin/python3 quality.py "umap_py_${mode}_euclidean_$data" "$data"
    done
    Rscript umap_uwot.R "$data" fast
    /usr/bin/python3 quality.py "umap_uwot_fast_euclidean_$data" "$data"
done
