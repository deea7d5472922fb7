#!/usr/bin/env bash
# Measures embedding on a GPU: tokens per second for the shapes of MiniLM and of a 14B, many texts at once against one at a time (the
# notebook's loop), the share of the card's peak, and vectors against the CPU's. It needs what prepare.sh put together and a driver; no
# network, no compiler. It takes at most MINUTES, and leaves out what would not fit any more.
#
#   ./run.sh [FOLDER]        results in FOLDER, ./results unless given: results.jsonl, verbose.log and summary.txt
#   MINUTES=12               the time there is
#   DEVICE=Gpu               Cpu for a trial
#   LARGE_TYPE=Q8_0          the type of the 14B's weights: F16 (30 GB), Q8_0 (16 GB), Q4_K (8.5 GB), in WORK
#   WORK=FOLDER              where models are written; /tmp unless given
#   PEAK_TFLOPS=989          the card's peak in half precision without sparsity; known for some cards by their names
#   DRY=1                    a trial of every step with tiny models, on the CPU unless DEVICE says otherwise
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
results=${1:-$here/results}
minutes=${MINUTES:-12}
device=${DEVICE:-Gpu}
work=$(mktemp -d "${WORK:-/tmp}/gpu-models.XXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$results"
: > "$results/results.jsonl"
: > "$results/verbose.log"

small='minilm' large='qwen2-14b' large_type=${LARGE_TYPE:-Q8_0} small_texts=20000 small_single=300 large_texts=600 large_single=30 compared=40
float_shape='--layers 8 --width 1024 --feed-forward 2816 --heads 16 --kv-heads 4'
if [[ -n ${DRY:-} ]]; then
    device=${DEVICE:-Cpu} small='minilm --layers 1 --vocabulary 2000' large='tiny' large_type=Q4_K
    small_texts=20 small_single=3 large_texts=20 large_single=3 compared=5 float_shape='--layers 1'
fi

export DOTNET_ROOT=$here/dotnet DOTNET_CLI_TELEMETRY_OPTOUT=1 NO_COLOR=1
[[ -x $DOTNET_ROOT/dotnet ]] || { unset DOTNET_ROOT; PATH=$PATH:/usr/share/dotnet; }
dotnet=${DOTNET_ROOT:+$DOTNET_ROOT/}dotnet
[[ -d $here/artifacts ]] && bin=$here/artifacts/bin || bin=$(cd "$here/../.." && pwd)/artifacts/bin
host=$(find "$bin/ScriptHost" -name ScriptHost.dll | head -1)
maker=$(find "$bin/RandomModel" -name RandomModel.dll | head -1)
[[ -n $host && -n $maker ]] || { echo "ScriptHost or RandomModel is not below $bin; see prepare.sh." >&2; exit 2; }

left() { echo $((minutes * 60 - SECONDS)); }
failed=0

# step NAME SECONDS script FILE.ps1 ARGS... or step NAME SECONDS model FILE PRESET ARGS...: runs a script or writes a model where that many
# seconds are left, and ends it when the time is up.
step() {
    local name=$1 needed=$2 kind=$3 file=$4
    shift 4
    local command=("$dotnet" "$host" "$here/$file" "$@" -Results "$results")
    [[ $kind == script ]] || command=("$dotnet" "$maker" "$1" "$work/$file" "${@:2}")
    if (($(left) < needed)); then
        echo "$name: left out, as $(left) of $needed seconds are left" | tee -a "$results/summary.txt"
        return 1
    fi
    echo "== $name ($(left) s left)"
    timeout "$(left)" "${command[@]}" || { echo "$name: failed with $?" | tee -a "$results/summary.txt"; failed=$((failed + 1)); return 1; }
}

command -v nvidia-smi > /dev/null && nvidia-smi --query-gpu=name,memory.total,driver_version,clocks.max.sm --format=csv > "$results/card.csv"
step 'devices' 20 script devices.ps1

# Vectors of float weights on the device and on the CPU.
# shellcheck disable=SC2086
step 'float models' 60 model bert-f32.gguf $small --type F32 && step 'bert in F32' 40 \
    script compare.ps1 -Model "$work/bert-f32.gguf" -Device "$device" -Count "$compared"
# shellcheck disable=SC2086
step 'float decoder' 60 model qwen-f32.gguf tiny $float_shape --type F32 && step 'qwen2 in F32' 60 \
    script compare.ps1 -Model "$work/qwen-f32.gguf" -Device "$device" -Count "$compared"

# shellcheck disable=SC2086
if step 'small model' 30 model small.gguf $small --type F16; then
    step 'small, at once' 60 script measure.ps1 -Name small -Model "$work/small.gguf" -Device "$device" -Count "$small_texts"
    step 'small, 4096 tokens a call' 60 \
        script measure.ps1 -Name small -Model "$work/small.gguf" -Device "$device" -Count "$small_texts" -BatchSize 4096
    step 'small, one at a time' 30 script measure.ps1 -Name small -Model "$work/small.gguf" -Device "$device" -Count "$small_single" -Single
fi

# shellcheck disable=SC2086
if step 'large model' 150 model large.gguf $large --type "$large_type"; then
    step 'large, at once' 90 script measure.ps1 -Name large -Model "$work/large.gguf" -Device "$device" -Count "$large_texts"
    step 'large, 2048 tokens a call' 90 \
        script measure.ps1 -Name large -Model "$work/large.gguf" -Device "$device" -Count "$large_texts" -BatchSize 2048
    step 'large, one at a time' 60 script measure.ps1 -Name large -Model "$work/large.gguf" -Device "$device" -Count "$large_single" -Single
fi

step 'summary' 5 script summary.ps1 -Peak "${PEAK_TFLOPS:-0}"
echo "Took $SECONDS s; $failed steps failed. Results are in $results."
exit $((failed > 0))
