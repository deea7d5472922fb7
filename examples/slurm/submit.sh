#!/usr/bin/env bash
# Groups the lines of a text file on a Slurm cluster:
#
#     examples/slurm/submit.sh texts.txt job [SHARDS] [SAMPLE] [MINIMUM]
#
# SHARDS (8) is how many shards, SAMPLE (100000) how many rows are fitted, MINIMUM how many of them make a cluster (by the sample). What
# each step says is in log-*.txt in the folder. $EMBED_ARGUMENTS goes to the first step:
# "-Endpoint http://gpu1:8080,http://gpu2:8080 -EndpointModel bge-m3", and for servers that want a key "-ApiKeyFile PATH", a file that only
# your account can read. Slurm keeps command lines and the environment, so a key should be in neither.
#
# An array of jobs embeds the lines in shards, one job fits a map and clusters on a sample, a second array places and labels each shard, and
# a last job writes rows.csv, clusters.csv and the map. Each step is one of examples/shards/*.ps1, and does nothing where its file is there:
# a node that is lost costs the shards that it was at, which Slurm starts again elsewhere, and the whole can be submitted again at any time.
#
# Every node sees the text file and the folder, and has PowerShell 7.6 (pwsh, or what $PWSH names) with the module PSLlmCluster.
set -euo pipefail

if [[ $# -lt 2 || ! ${3:-8} =~ ^[1-9][0-9]*$ || ! ${4:-1} =~ ^[1-9][0-9]*$ || ! ${5:-0} =~ ^[0-9]+$ ]]; then
    echo "Usage: $0 TEXTS FOLDER [SHARDS (8)] [SAMPLE (100000)] [MINIMUM (by the sample)]" >&2
    exit 2
fi
if [[ ! -r $1 ]]; then
    echo "There is no file $1 that can be read." >&2
    exit 1
fi
if ! command -v "${PWSH:-pwsh}" >/dev/null; then
    echo "There is no ${PWSH:-pwsh} here; \$PWSH names what runs PowerShell on the nodes." >&2
    exit 1
fi

texts=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
shards=${3:-8}
sample=${4:-100000}
minimum=${5:-0}
steps=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../shards")
pwsh=${PWSH:-pwsh}

# submit NAME DEPENDENCY COMMAND…: prints the job's number.
submit() {
    local name=$1 needs=$2
    shift 2
    local log=log-$name.txt
    [[ ${#array[@]} == 0 ]] || log=log-$name-%a.txt
    sbatch --parsable --requeue --kill-on-invalid-dep=yes --job-name="texts-$name" --cpus-per-task="${CPUS:-1}" \
        --output="$folder/$log" --open-mode=append ${needs:+--dependency=afterok:"$needs"} "${array[@]}" \
        --wrap "exec $(printf '%q ' "$pwsh" -NoProfile "$@")${task}"
}

array=(--array="0-$((shards - 1))")
task='-Shard $SLURM_ARRAY_TASK_ID'
embed=$(submit embed '' -File "$steps/embed.ps1" -TextFile "$texts" -Folder "$folder" -ShardCount "$shards" \
    ${EMBED_ARGUMENTS:-})
array=()
task=
fit=$(submit fit "$embed" -File "$steps/fit.ps1" -Folder "$folder" -SampleCount "$sample" -MinClusterSize "$minimum")
array=(--array="0-$((shards - 1))")
task='-Shard $SLURM_ARRAY_TASK_ID'
label=$(submit label "$fit" -File "$steps/label.ps1" -Folder "$folder")
array=()
task=
merge=$(submit merge "$label" -File "$steps/merge.ps1" -Folder "$folder")
echo "Jobs: embed $embed, fit $fit, label $label, merge $merge. The result will be in $folder."
