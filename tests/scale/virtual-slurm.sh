# A Slurm cluster of three virtual nodes on the loopback, for tests; sourced by slurm.sh, which runs in namespaces of its own, so that
# everything here ends with it.

# start_cluster FOLDER: starts munge, the controller and the nodes virtual1, virtual2 and virtual3.
start_cluster() {
    local folder=$1 host
    host=$(hostname)
    mkdir -p "$folder"/{state,log,run}
    chmod 755 "$folder" "$folder"/run
    head -c 1024 /dev/urandom >"$folder/munge.key"
    chmod 400 "$folder/munge.key"
    cat >"$folder/slurm.conf" <<END
ClusterName=virtual
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd-%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
SlurmdTimeout=5
SchedulerParameters=sched_interval=1,bf_interval=1
SlurmdParameters=config_overrides
NodeName=virtual1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17001 CPUs=1
NodeName=virtual2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17002 CPUs=1
NodeName=virtual3 NodeHostname=$host NodeAddr=127.0.0.1 Port=17003 CPUs=1
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
    : >"$folder/cgroup.conf"
    munged --key-file="$folder/munge.key" --socket="$folder/run/munge.socket" --pid-file="$folder/run/munged.pid" \
        --log-file="$folder/log/munged.log" --seed-file="$folder/run/seed" --force
    export SLURM_CONF=$folder/slurm.conf
    slurmctld -c
    local node
    for node in 1 2 3; do
        slurmd -N "virtual$node" 2>>"$folder/log/nodes.log"
    done
    until [[ $(sinfo -h -N -t idle -o %N 2>/dev/null | wc -l) == 3 ]]; do
        sleep 0.2
    done
}

# processes_of NODE: the daemon of a node, and the steps that run on it with all that they run. Each may end while it is looked at.
processes_of() {
    local directory parent
    {
        cat "$SLURM_FOLDER/run/slurmd-$1.pid"
        for directory in /proc/[0-9]*; do
            if tr '\0' '\n' <"$directory/environ" | grep -qx "SLURMD_NODENAME=$1"; then
                basename "$directory"
                parent=$(awk '$1 == "PPid:" { print $2 }' "$directory/status")
                grep -q slurmstepd "/proc/$parent/comm" && echo "$parent"
            fi
        done
    } 2>/dev/null | sort -u
}

# lose_node NODE NAME: waits until a job of that name runs on the node, and kills the node with all that is on it. It is stopped first, so
# that nothing can report the end of another part.
lose_node() {
    local running processes
    until running=$(squeue -h -t running -w "$1" -n "$2" -o %i) && [[ -n $running ]] &&
        processes=$(processes_of "$1") && [[ $(wc -w <<<"$processes") -gt 2 ]]; do
        if running=$(squeue -h -n "$2") && [[ -z $running ]]; then
            echo "No job $2 ran on $1." >&2
            return 1
        fi
        sleep 0.05
    done

    # shellcheck disable=SC2086
    kill -STOP $processes 2>/dev/null || true
    # shellcheck disable=SC2046
    kill -KILL $(processes_of "$1") $processes 2>/dev/null || true
    echo "lost $1 with $2 $(squeue -h -t running -w "$1" -n "$2" -o %i)"
}

# finish_jobs: waits until no job is left. Slurm starts a job of a lost node again after two minutes; here it need not wait.
finish_jobs() {
    local job jobs
    until jobs=$(squeue -h) && [[ -z $jobs ]]; do
        for job in $(squeue -h -t pending -o '%r %i' | awk '$1 == "BeginTime" { print $2 }'); do
            scontrol update JobId="$job" StartTime=now
            echo "again $job"
        done
        sleep 0.5
    done
}
