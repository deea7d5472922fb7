#!/usr/bin/env bash
# Groups the lines of a text file on a Slurm cluster:
#
#     examples/slurm/submit.sh texts.txt job [SHARDS] [SAMPLE] [MINIMUM]
#
# An array of jobs embeds the lines in shards, one job fits a map and clusters on a sample, a second array places and labels each shard, and
# a last job writes rows.csv, clusters.csv and the map. Each step is one of examples/shards/*.ps1, and does nothing where its file is there:
# a node that is lost costs the shards that it was at, which Slurm starts again elsewhere, and the whole can be submitted again at any time.
#
# Every node sees the text file and the folder, and has PowerShell 7.6 (pwsh, or what $PWSH names) with the module PSLlmCluster.
set -euo pipefail

texts=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
shards=${3:-8}
sample=${4:-100000}
minimum=${5:-15}
steps=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../shards")
pwsh=${PWSH:-pwsh}

# submit NAME DEPENDENCY COMMAND…: prints the job's number.
submit() {
    local name=$1 needs=$2
    shift 2
    sbatch --parsable --requeue --kill-on-invalid-dep=yes --job-name="texts-$name" --cpus-per-task="${CPUS:-1}" \
        --output="$folder/log-$name-%a.txt" --open-mode=append ${needs:+--dependency=afterok:"$needs"} "${array[@]}" \
        --wrap "exec $(printf '%q ' "$pwsh" -NoProfile "$@")${task}"
}

array=(--array="0-$((shards - 1))")
task='-Shard $SLURM_ARRAY_TASK_ID'
embed=$(submit embed '' -File "$steps/embed.ps1" -TextFile "$texts" -Folder "$folder" -ShardCount "$shards")
array=()
task=
fit=$(submit fit "$embed" -File "$steps/fit.ps1" -Folder "$folder" -ShardCount "$shards" -SampleCount "$sample" -MinClusterSize "$minimum")
array=(--array="0-$((shards - 1))")
task='-Shard $SLURM_ARRAY_TASK_ID'
label=$(submit label "$fit" -File "$steps/label.ps1" -Folder "$folder")
array=()
task=
merge=$(submit merge "$label" -File "$steps/merge.ps1" -Folder "$folder" -ShardCount "$shards")
echo "Jobs: embed $embed, fit $fit, label $label, merge $merge. The result will be in $folder."
