# Finds the blocks of PowerShell in the README, the docs and the help: Code, and a Key, which is the source and the block's title, or
# the start of its first line where it has none.

function Get-FirstLine([string] $Code) {
    $line = $Code.TrimStart().Split("`n")[0].Trim()
    $line.Substring(0, [Math]::Min(60, $line.Length)).TrimEnd()
}

function Get-MarkdownBlock([string] $Path) {
    foreach ($match in [regex]::Matches((Get-Content $Path -Raw), '(?ms)^```(?:powershell|pwsh|ps1) *\r?\n(.*?)^```')) {
        $code = $match.Groups[1].Value
        @{ Key = "$(Split-Path $Path -Leaf): $(Get-FirstLine $code)"; Code = $code }
    }
}

function Get-TopicBlock([string] $Path) {
    # Code is what is indented by 8 and stands between blank lines.
    $name = (Split-Path $Path -Leaf) -replace '\.help\.txt$'
    foreach ($match in [regex]::Matches((Get-Content $Path -Raw), '(?m)(?<=\n\r?\n)(?:^ {8}.*(?:\r?\n|\z))+')) {
        $code = $match.Value
        @{ Key = "$name`: $(Get-FirstLine $code)"; Code = $code }
    }
}

function Get-HelpBlock([string] $Path) {
    foreach ($command in ([xml] (Get-Content $Path -Raw)).helpItems.command) {
        foreach ($example in $command.examples.example) {
            @{ Key = "$($command.details.name): $($example.title -replace '^Example \d+: ')"; Code = "$($example.code)" }
        }
    }
}

function Get-CodeBlock([string] $Root) {
    Get-Item "$Root/README.md", "$Root/docs/*.md" | ForEach-Object { Get-MarkdownBlock $_.FullName }
    Get-TopicBlock "$Root/module/en-US/about_PSLlmCluster.help.txt"
    Get-HelpBlock "$Root/artifacts/module/PSLlmCluster/en-US/PSLlmCluster.Module.dll-Help.xml"
}
