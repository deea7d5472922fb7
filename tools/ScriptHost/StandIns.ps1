# Stand-ins for commands that ship with pwsh but not with the PowerShell engine, which is all that this host has.
# Each does what the examples and the README use of it, in the same words; none is a full replacement, and with pwsh
# none of them is loaded. What the engine itself has (Where-Object, ForEach-Object, Get-Help, Import-Module, Out-Default …) is the real one.

function Get-Content {
    # The lines of text files, in UTF-8.
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [Alias('FullName', 'LiteralPath')] [string[]] $Path,
        [Alias('First', 'Head')] [long] $TotalCount = [long]::MaxValue,
        [switch] $Raw,
        [string] $Encoding = 'utf8'
    )
    process {
        foreach ($name in $Path) {
            foreach ($file in (Resolve-FileSystemPath $name)) {
                if ($Raw) { [System.IO.File]::ReadAllText($file); continue }
                $count = 0
                foreach ($line in [System.IO.File]::ReadLines($file)) {
                    if ($count++ -ge $TotalCount) { break }
                    $line
                }
            }
        }
    }
}

function Set-Content {
    # Writes what comes in as lines of UTF-8.
    param(
        [Parameter(Mandatory, Position = 0)] [Alias('LiteralPath')] [string] $Path,
        [Parameter(Position = 1, ValueFromPipeline)] [object[]] $Value,
        [string] $Encoding = 'utf8'
    )
    begin { $lines = [System.Collections.Generic.List[string]]::new() }
    process { foreach ($item in $Value) { $lines.Add("$item") } }
    end { [System.IO.File]::WriteAllLines($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path), $lines) }
}

function Import-Csv {
    # One object for each row, with the header's names as properties.
    param(
        [Parameter(Mandatory, Position = 0)] [Alias('LiteralPath')] [string] $Path,
        [char] $Delimiter = ',',
        [string] $Encoding = 'utf8'
    )
    # A quoted field may hold the delimiter, line breaks and doubled quotes.
    $separator = [regex]::Escape($Delimiter)
    $pattern = '\G(?:"((?:[^"]|"")*)"|([^"\r\n' + $separator + '][^\r\n' + $separator + ']*)?)(' + $separator + '|\r?\n|$)'
    $text = [System.IO.File]::ReadAllText((Resolve-FileSystemPath $Path)[0])
    $header = $null
    $row = [System.Collections.Generic.List[string]]::new()
    foreach ($field in [regex]::Matches($text, $pattern)) {
        if ($field.Index -ge $text.Length -and $row.Count -eq 0) { break }
        $row.Add($(if ($field.Groups[1].Success) { $field.Groups[1].Value.Replace('""', '"') } else { $field.Groups[2].Value }))
        if ($field.Groups[3].Value -eq "$Delimiter") { continue }
        if ($null -eq $header) { $header = $row.ToArray() }
        else {
            $record = [ordered]@{}
            for ($i = 0; $i -lt $header.Length; $i++) { $record[$header[$i]] = if ($i -lt $row.Count) { $row[$i] } else { $null } }
            [pscustomobject] $record
        }
        $row.Clear()
    }
}

function Export-Csv {
    # Writes the properties of what comes in, named by the first object.
    param(
        [Parameter(Mandatory, Position = 0)] [Alias('LiteralPath')] [string] $Path,
        [Parameter(Mandatory, ValueFromPipeline)] [object] $InputObject,
        [char] $Delimiter = ',',
        [string] $Encoding = 'utf8',
        [switch] $NoTypeInformation
    )
    begin {
        $lines = [System.Collections.Generic.List[string]]::new()
        $names = $null
    }
    process {
        if ($null -eq $names) {
            $names = @($InputObject.PSObject.Properties | ForEach-Object { $_.Name })
            $lines.Add((@(foreach ($name in $names) { '"' + $name.Replace('"', '""') + '"' }) -join $Delimiter))
        }
        $lines.Add((@(foreach ($name in $names) { '"' + "$($InputObject.$name)".Replace('"', '""') + '"' }) -join $Delimiter))
    }
    end { [System.IO.File]::WriteAllLines($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path), $lines) }
}

function ConvertTo-Json {
    # Objects, arrays, texts and numbers as JSON.
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowNull()] [object] $InputObject,
        [int] $Depth = 2,
        [switch] $Compress,
        [switch] $AsArray
    )
    begin { $items = [System.Collections.Generic.List[object]]::new() }
    process { $items.Add($InputObject) }
    end {
        $options = [System.Text.Json.JsonSerializerOptions]::new()
        $options.WriteIndented = -not $Compress
        $options.Encoder = [System.Text.Encodings.Web.JavaScriptEncoder]::UnsafeRelaxedJsonEscaping
        $value = if ($items.Count -eq 1 -and -not $AsArray) { ConvertTo-JsonNode $items[0] $Depth } else { ConvertTo-JsonNode $items.ToArray() ($Depth + 1) }
        [System.Text.Json.JsonSerializer]::Serialize($value, [object], $options)
    }
}

function Select-Object {
    # Some of the properties, the first or last objects, or one property's value.
    param(
        [Parameter(ValueFromPipeline)] [object] $InputObject,
        [Parameter(Position = 0)] [object[]] $Property,
        [string] $ExpandProperty,
        [int] $First = -1,
        [int] $Last = -1,
        [int] $Skip = 0
    )
    begin { $items = [System.Collections.Generic.List[object]]::new() }
    process { $items.Add($InputObject) }
    end {
        $start = [Math]::Min($Skip, $items.Count)
        $count = $items.Count - $start
        if ($First -ge 0) { $count = [Math]::Min($First, $count) }
        elseif ($Last -ge 0) { $start = [Math]::Max($start, $items.Count - $Last); $count = $items.Count - $start }
        foreach ($item in $items.GetRange($start, $count)) {
            if ($ExpandProperty) { $item.$ExpandProperty }
            elseif ($Property) { ConvertTo-Record $item $Property }
            else { $item }
        }
    }
}

function Sort-Object {
    # A stable sort by properties or script blocks.
    param(
        [Parameter(ValueFromPipeline)] [object] $InputObject,
        [Parameter(Position = 0)] [object[]] $Property,
        [switch] $Descending
    )
    begin { $entries = [System.Collections.Generic.List[object]]::new() }
    process {
        $keys = if ($Property) { @(foreach ($entry in $Property) { , (Get-PropertyValue $InputObject $entry) }) } else { @(, $InputObject) }
        $entries.Add([pscustomobject]@{ Keys = $keys; Order = $entries.Count; Value = $InputObject })
    }
    end {
        $sign = if ($Descending) { -1 } else { 1 }
        $entries.Sort([System.Comparison[object]] {
            param($left, $right)
            for ($i = 0; $i -lt $left.Keys.Count; $i++) {
                $difference = [System.Management.Automation.LanguagePrimitives]::Compare($left.Keys[$i], $right.Keys[$i], $true)
                if ($difference -ne 0) { return $sign * $difference }
            }
            $left.Order.CompareTo($right.Order)
        })
        foreach ($entry in $entries) { $entry.Value }
    }
}

function Group-Object {
    # Objects of equal value, in order of that value.
    param(
        [Parameter(ValueFromPipeline)] [object] $InputObject,
        [Parameter(Position = 0)] [object] $Property,
        [switch] $NoElement
    )
    begin { $groups = [ordered]@{} }
    process {
        $value = if ($Property) { Get-PropertyValue $InputObject $Property } else { $InputObject }
        $name = "$value"
        if (-not $groups.Contains($name)) { $groups[$name] = [pscustomobject]@{ Count = 0; Name = $name; Group = [System.Collections.Generic.List[object]]::new(); Value = $value } }
        $groups[$name].Group.Add($InputObject)
        $groups[$name].Count++
    }
    end {
        foreach ($group in ($groups.Values | Sort-Object Value)) {
            if ($NoElement) { [pscustomobject]@{ Count = $group.Count; Name = $group.Name } }
            else { [pscustomobject]@{ Count = $group.Count; Name = $group.Name; Group = $group.Group.ToArray() } }
        }
    }
}

function Measure-Object {
    # How many, and of a property the sum, mean, least and greatest.
    param(
        [Parameter(ValueFromPipeline)] [object] $InputObject,
        [Parameter(Position = 0)] [string] $Property,
        [switch] $Average, [switch] $Sum, [switch] $Minimum, [switch] $Maximum
    )
    begin { $count = 0; $total = 0.0; $least = $null; $greatest = $null }
    process {
        $count++
        if ($Property -or $InputObject -is [ValueType]) {
            $number = if ($Property) { $InputObject.$Property } else { $InputObject }
            $total += $number
            if ($null -eq $least -or $number -lt $least) { $least = $number }
            if ($null -eq $greatest -or $number -gt $greatest) { $greatest = $number }
        }
    }
    end {
        [pscustomobject]@{
            Count   = $count
            Average = if ($Average -and $count) { $total / $count }
            Sum     = if ($Sum) { $total }
            Maximum = if ($Maximum) { $greatest }
            Minimum = if ($Minimum) { $least }
        }
    }
}

function Format-Table {
    # A table of the named properties, or of all; columns as wide as they need, the last cut at the console's width.
    param(
        [Parameter(ValueFromPipeline)] [object] $InputObject,
        [Parameter(Position = 0)] [object[]] $Property,
        [switch] $AutoSize, [switch] $HideTableHeaders, [switch] $Wrap
    )
    begin { $rows = [System.Collections.Generic.List[object]]::new() }
    process {
        if (-not $Property) { $Property = @($InputObject.PSObject.Properties | ForEach-Object { $_.Name }) }
        $rows.Add((ConvertTo-Record $InputObject $Property))
    }
    end {
        if ($rows.Count -eq 0) { return }
        $names = @($rows[0].PSObject.Properties | ForEach-Object { $_.Name })
        $widths = @{}
        $right = @{}
        foreach ($name in $names) {
            $widths[$name] = $name.Length
            $right[$name] = $true
            foreach ($row in $rows) {
                $widths[$name] = [Math]::Max($widths[$name], "$($row.$name)".Length)
                if ($row.$name -isnot [ValueType]) { $right[$name] = $false }
            }
        }
        function Write-Row([scriptblock] $Cell) {
            $cells = foreach ($name in $names) { $text = & $Cell $name; if ($right[$name]) { $text.PadLeft($widths[$name]) } else { $text.PadRight($widths[$name]) } }
            $line = ($cells -join ' ').TrimEnd()
            $width = $Host.UI.RawUI.BufferSize.Width
            if ($line.Length -gt $width -and -not $Wrap) { $line.Substring(0, $width - 1) + '…' } else { $line }
        }
        ''
        if (-not $HideTableHeaders) {
            Write-Row { param($name) $name }
            Write-Row { param($name) '-' * $name.Length }
        }
        foreach ($row in $rows) { Write-Row { param($name) "$($row.$name)" } }
        ''
    }
}

function Write-Host {
    # Text for the person at the console, not for the pipeline.
    param(
        [Parameter(Position = 0, ValueFromPipeline, ValueFromRemainingArguments)] [object] $Object,
        [switch] $NoNewline,
        [System.ConsoleColor] $ForegroundColor
    )
    process {
        $text = @($Object) -join ' '
        if (-not $NoNewline) { $text += [Environment]::NewLine }
        if ($PSBoundParameters.ContainsKey('ForegroundColor')) { $Host.UI.Write($ForegroundColor, $Host.UI.RawUI.BackgroundColor, $text) } else { $Host.UI.Write($text) }
    }
}

function Write-Output {
    # Passes on what it is given.
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowNull()] [object[]] $InputObject)
    process { $InputObject }
}

function Write-Error {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Message, [string] $ErrorId = 'Microsoft.PowerShell.Commands.WriteErrorException')
    process { $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.Exception]::new($Message), $ErrorId, 'FromStdErr', $null)) }
}

function Write-Verbose {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Message)
    process { $PSCmdlet.WriteVerbose($Message) }
}

function Write-Warning {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Message)
    process { $PSCmdlet.WriteWarning($Message) }
}

function Join-Path {
    param([Parameter(Mandatory, Position = 0)] [string] $Path, [Parameter(Mandatory, Position = 1)] [string] $ChildPath)
    [System.IO.Path]::Combine($Path, $ChildPath)
}

function Test-Path {
    param([Parameter(Mandatory, Position = 0)] [Alias('LiteralPath')] [string] $Path)
    [System.IO.Path]::Exists($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path))
}

function New-Item {
    # A folder; an existing one is no error with -Force.
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [Parameter(Mandatory)] [ValidateSet('Directory')] [string] $ItemType,
        [switch] $Force
    )
    [System.IO.Directory]::CreateDirectory($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path))
}

# What the functions above share.

function Resolve-FileSystemPath([string] $Path) {
    $provider = $null
    , @($ExecutionContext.SessionState.Path.GetResolvedProviderPathFromPSPath($Path, [ref] $provider))
}

function Get-PropertyValue([object] $Item, [object] $Property) {
    # A property is a name, a script block, or a table with Name (or Label) and Expression, as everywhere in PowerShell.
    if ($Property -is [System.Collections.IDictionary]) { $Property = Get-Entry $Property 'Expression' }
    if ($Property -is [scriptblock]) { return $Property.InvokeWithContext($null, [psvariable]::new('_', $Item)) | ForEach-Object { $_ } }
    $Item.$Property
}

function Get-Entry([System.Collections.IDictionary] $Table, [string[]] $Name) {
    # Keys may be cut short, down to their first letter.
    foreach ($key in $Table.Keys) { foreach ($whole in $Name) { if ($whole.StartsWith($key, [System.StringComparison]::OrdinalIgnoreCase)) { return $Table[$key] } } }
}

function ConvertTo-Record([object] $Item, [object[]] $Property) {
    $record = [ordered]@{}
    foreach ($entry in $Property) {
        $name = if ($entry -is [System.Collections.IDictionary]) { Get-Entry $entry 'Name', 'Label' } else { "$entry" }
        if ($name -eq '*') { foreach ($member in $Item.PSObject.Properties) { $record[$member.Name] = $member.Value } }
        else { $record[$name] = Get-PropertyValue $Item $entry }
    }
    [pscustomobject] $record
}

function ConvertTo-JsonNode([object] $Value, [int] $Depth) {
    if ($null -eq $Value -or $Value -is [string] -or $Value -is [bool]) { return $Value }
    if ($Value -is [enum]) { return [int] $Value }
    if ($Value -is [ValueType]) { return $Value.PSObject.BaseObject }
    if ($Depth -lt 0) { return "$Value" }
    if ($Value -is [System.Collections.IDictionary]) {
        $table = [System.Collections.Specialized.OrderedDictionary]::new()
        foreach ($key in $Value.Keys) { $table["$key"] = ConvertTo-JsonNode $Value[$key] ($Depth - 1) }
        return $table
    }
    if ($Value -is [System.Collections.IEnumerable]) {
        $list = [System.Collections.Generic.List[object]]::new()
        foreach ($item in $Value) { $list.Add((ConvertTo-JsonNode $item ($Depth - 1))) }
        return , $list.ToArray()
    }
    $table = [System.Collections.Specialized.OrderedDictionary]::new()
    foreach ($member in $Value.PSObject.Properties) { $table[$member.Name] = ConvertTo-JsonNode $member.Value ($Depth - 1) }
    $table
}
