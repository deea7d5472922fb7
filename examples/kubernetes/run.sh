#!/usr/bin/env bash
# Groups the lines of a text file on a Kubernetes cluster, step by step (examples/shards/*.ps1), each an Indexed Job:
#
#     IMAGE=texts:1 CLAIM=texts examples/kubernetes/run.sh [SHARDS] [SAMPLE] [MINIMUM]
#
# IMAGE has PowerShell 7.6, the module PSLlmCluster where PowerShell finds it, and examples/shards at /opt/shards. CLAIM is a volume that
# many nodes may write to (ReadWriteMany), with the texts at /texts.txt; the result comes to /job on it. The whole can be run again after
# whatever ended it: what is there is not made again. DRY_RUN=1 prints the jobs instead. $EMBED_ARGUMENTS goes to
# the first step: "-Endpoint http://gpu1:8080,http://gpu2:8080 -EndpointModel bge-m3". Where servers want a key, KEY_SECRET names a secret
# that has it as "key" (kubectl create secret generic texts-key --from-file=key=PATH): only the first step's pods get it.
set -euo pipefail

shards=${1:-8}
sample=${2:-100000}
minimum=${3:-0}
: "${IMAGE:?names the image}" "${CLAIM:?names the volume claim}"
here=$(dirname "${BASH_SOURCE[0]}")

# run STEP COMPLETIONS MEMORY ARGUMENTS
run() {
    local job secret='/^ *env:$/,/^ *key: key$/d'
    [[ $1 != embed || -z ${KEY_SECRET:-} ]] || secret="s|SECRET|$KEY_SECRET|"
    job=$(sed -e "$secret" -e "s|COMPLETIONS|$2|" -e "s|PARALLELISM|${PARALLELISM:-$2}|" -e "s|MEMORY|$3|" \
        -e "s|IMAGE|$IMAGE|" -e "s|CLAIM|$CLAIM|" -e "s|STEP|$1|g" -e "s|ARGUMENTS|$4|" "$here/step.yaml")
    if [[ -n ${DRY_RUN:-} ]]; then
        printf '%s\n---\n' "$job"
        return
    fi

    kubectl delete job "texts-$1" --ignore-not-found --wait
    kubectl apply -f - <<<"$job"
    local failed
    until kubectl wait --for=condition=complete --timeout=60s "job/texts-$1"; do
        failed=$(kubectl get job "texts-$1" -o 'jsonpath={.status.conditions[?(@.type=="Failed")].status}') || exit 1
        if [[ $failed == True ]]; then
            kubectl logs "job/texts-$1" --tail=20 >&2
            exit 1
        fi
    done
}

run embed "$shards" 1Gi "-TextFile /data/texts.txt -ShardCount $shards -Shard \$JOB_COMPLETION_INDEX ${EMBED_ARGUMENTS:-}"
run fit 1 "${FIT_MEMORY:-4Gi}" "-SampleCount $sample -MinClusterSize $minimum"
run label "$shards" 2Gi "-Shard \$JOB_COMPLETION_INDEX"
run merge 1 "${FIT_MEMORY:-4Gi}" ""
