<#
.SYNOPSIS
    Groups the lines of a text file on machines that are reached by SSH, without a scheduler.
.DESCRIPTION
    Runs the steps of examples/shards on the machines given: each takes the next shard as soon as it is free, and a shard whose machine is
    lost goes to another one. Every machine has PowerShell 7.6 with the module PSLlmCluster and an SSH server with PowerShell's subsystem,
    and sees the text file and the folder under the same path, as on a network drive. What is there is not made again, so the script can be
    run again after whatever ended it.
.PARAMETER HostName
    The machines, as ssh takes them: host, or user@host.
.PARAMETER TextFile
    The texts, one a line.
.PARAMETER Folder
    Where all steps write to.
.PARAMETER ShardCount
    How many shares the lines are cut into; a few for each machine.
.PARAMETER SampleCount
    How many rows are fitted.
.PARAMETER MinClusterSize
    How many rows of the sample make a cluster; 0, the default, goes by the sample.
.PARAMETER EmbedArgument
    What embed.ps1 is told beside this, such as @{ Endpoint = 'http://gpu1:8080'; EndpointModel = 'bge-m3' }, and for servers that want a
    key ApiKeyFile: a file that all machines see under the same path, and only your account can read.
.EXAMPLE
    ./examples/ssh/run.ps1 -HostName node1, node2 -TextFile /net/texts.txt -Folder /net/job -ShardCount 8
#>
param(
    [Parameter(Mandatory)] [string[]] $HostName,
    [Parameter(Mandatory)] [string] $TextFile,
    [Parameter(Mandatory)] [string] $Folder,
    [ValidateRange(1, 100000)] [int] $ShardCount = 8,
    [ValidateRange(1, [int]::MaxValue)] [int] $SampleCount = 100000,
    [ValidateRange(0, [int]::MaxValue)] [int] $MinClusterSize = 0,
    [hashtable] $EmbedArgument = @{}
)
$ErrorActionPreference = 'Stop'
$steps = Convert-Path "$PSScriptRoot/../shards"
$paths = @{ TextFile = Convert-Path -LiteralPath $TextFile; Folder = (New-Item -ItemType Directory -Force $Folder).FullName }

# Runs a step once for each set of arguments, on whichever machine is free.
function Invoke-Step([string] $Name, [hashtable[]] $Arguments) {
    $left = [System.Collections.Concurrent.ConcurrentQueue[hashtable]]::new($Arguments)
    $done = [System.Collections.Concurrent.ConcurrentBag[int]]::new()
    $machines = $HostName

    # A machine may be lost when the others have nothing left and have ended: they begin again.
    while ($left.Count -gt 0 -and $machines.Count -gt 0) {
        $lost = [System.Collections.Concurrent.ConcurrentBag[string]]::new()
        $machines | ForEach-Object -ThrottleLimit $machines.Count -Parallel {
            $machine, $left, $done, $lost = $_, $using:left, $using:done, $using:lost
            $call = $null
            while ($left.TryDequeue([ref] $call)) {
                try {
                    $step = Get-Content -Raw "$using:steps/$using:Name.ps1"
                    Invoke-Command -HostName $machine -ErrorAction Stop -ArgumentList $step, $call {
                        param($step, $call)
                        & ([scriptblock]::Create($step)) @call
                    }
                    $done.Add(0)
                }
                catch {
                    # Another machine takes it; this one is left out of this step.
                    $left.Enqueue($call)
                    $lost.Add($machine)
                    Write-Warning "${machine}: $($_.Exception.Message)"
                    break
                }
            }
        }

        $machines = @($machines | Where-Object { $_ -notin $lost })
    }

    if ($done.Count -lt $Arguments.Count) {
        throw "The step $Name is not done: $($Arguments.Count - $done.Count) of $($Arguments.Count) parts are left. Run it again."
    }
}

$each = 0..($ShardCount - 1)
Invoke-Step embed @($each | ForEach-Object {
        @{ TextFile = $paths.TextFile; Folder = $paths.Folder; Shard = $_; ShardCount = $ShardCount } + $EmbedArgument
    })
Invoke-Step fit @(@{
        Folder = $paths.Folder; SampleCount = $SampleCount; MinClusterSize = $MinClusterSize
    })
Invoke-Step label @($each | ForEach-Object { @{ Folder = $paths.Folder; Shard = $_ } })
Invoke-Step merge @(@{ Folder = $paths.Folder })
