#!/usr/bin/env bash
# Runs examples/slurm on a virtual cluster of its own, and loses a node meanwhile:
#
#     unshare --net --pid --fork --kill-child --mount --mount-proc tests/scale/slurm.sh TEXTS FOLDER SHARDS SAMPLE STEP
#
# STEP is the step (embed or label) at which the node virtual2 is lost. $PWSH names what runs the steps.
set -euo pipefail

texts=$1 folder=$2 shards=$3 sample=$4 step=$5
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/scale/virtual-slurm.sh
source "$here/virtual-slurm.sh"

ip link set lo up

# The C library takes a machine that has nothing but 127.0.0.1 for one without a network, and finds no address then.
ip address add 192.0.2.1/32 dev lo
SLURM_FOLDER=$(mktemp -d)
trap 'rm -rf "$SLURM_FOLDER"' EXIT
start_cluster "$SLURM_FOLDER"
"$here/../../examples/slurm/submit.sh" "$texts" "$folder" "$shards" "$sample"
lose_node virtual2 "texts-$step"
finish_jobs
sinfo -h -N -o '%N %T'
[[ -f $folder/map.png ]]
