<#
.SYNOPSIS
    Draws the pictures of the README: maps of 30 texts, of 3,000 in both themes and of 100,000 points, and a still of the page.
.DESCRIPTION
    The 30 texts are the notebook's formulas. The 3,000 are made of examples/data/topics.csv: sixty topics, for each the things and what
    happens to them. The 100,000 points are those of the 3,000, each with many more round it. Nothing is left to chance, so the same
    machine draws the same bytes. Where Chromium is installed, it makes the still.
.PARAMETER OutputFolder
    Where the pictures go.
.PARAMETER TextCount
    How many texts the middle map has.
.PARAMETER PointCount
    How many points the large map has.
.EXAMPLE
    ./examples/readme-pictures.ps1
#>
param(
    [string] $OutputFolder = "$PSScriptRoot/../docs",
    [ValidateRange(60, 3000)] [int] $TextCount = 3000,
    [ValidateRange(60, 1000000)] [int] $PointCount = 100000
)
$ErrorActionPreference = 'Stop'
$OutputFolder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputFolder)
$size = @{ Width = 900; Height = 620; Force = $true; WarningAction = 'Ignore' }

$formulas = @(
    'Pythagorean Theorem', 'Quadratic Formula', 'Binomial Theorem', 'Fundamental Theorem of Calculus', "Euler's Formula"
    'Law of Cosines', 'Law of Sines', "L'Hôpital's Rule", 'Taylor Series Expansion', 'Fourier Transform'
    'Cauchy-Schwarz Inequality', "Bayes' Theorem", 'Central Limit Theorem', "Green's Theorem", "Stokes' Theorem"
    'Divergence Theorem', "De Moivre's Formula", "Vieta's Formulas", "Heron's Formula", "Newton's Method"
    'Chain Rule', 'Product Rule', 'Quotient Rule', 'Integration by Parts', "Stirling's Approximation"
    'Leibniz Rule', 'Mean Value Theorem', 'Intermediate Value Theorem', 'Squeeze Theorem', 'Laplace Transform'
)
$null = $formulas | Get-TextEmbedding | Invoke-Umap -NeighborCount 5 | Invoke-Hdbscan -MinClusterSize 2 -MinSampleCount 2 |
    Export-ClusterPlot "$OutputFolder/map-30.png" -Title '30 formulas' @size

# Each text is another of a topic's things, what happens to it, and how somebody says so.
$topics = @(Import-Csv "$PSScriptRoot/data/topics.csv")
$ways = '{0} {1}', 'my {0} {1} again', 'the {0} {1} today'
$texts = foreach ($i in 0..($TextCount - 1)) {
    $topic = $topics[$i % $topics.Count]
    $row = [math]::Floor($i / $topics.Count)
    $things = $topic.Things -split ';'
    $happenings = $topic.Happenings -split ';'
    $ways[[math]::Floor($row / 20)] -f $things[$row % 5], $happenings[[math]::Floor($row / 5) % 4]
}
$points = @($texts | Get-TextEmbedding | Invoke-Umap -MinDistance 0.3 | Invoke-Hdbscan -MinClusterSize 12 -WarningAction Ignore)
$title = $TextCount.ToString('N0', [cultureinfo]::InvariantCulture) + ' messages to a help desk'
$null = $points | Export-ClusterPlot "$OutputFolder/map-3000.png", "$OutputFolder/map-3000-page.html" -Title $title @size
$null = $points | Export-ClusterPlot "$OutputFolder/map-3000-dark.png" -Title $title -Theme Dark @size

# Further points of each lie round it, normally distributed (Box and Muller, 1958).
$random = [System.Random]::new(1)
$spread = foreach ($i in 0..($PointCount - 1)) {
    $point = $points[$i % $points.Count]
    $away = 0.3 * [math]::Sqrt(-2 * [math]::Log(1 - $random.NextDouble()))
    $angle = 2 * [math]::PI * $random.NextDouble()
    [pscustomobject] @{
        X = $point.X + $away * [math]::Cos($angle); Y = $point.Y + $away * [math]::Sin($angle); Cluster = $point.Cluster; Text = $point.Text
    }
}
$size.Width, $size.Height = 720, 490
$title = $PointCount.ToString('N0', [cultureinfo]::InvariantCulture) + ' points'
$null = $spread | Export-ClusterPlot "$OutputFolder/map-100000.png" -Title $title -Theme Dark @size

$names = 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'msedge'
$browser = Get-Command $names -CommandType Application -ErrorAction Ignore | Select-Object -First 1
if ($browser) {
    $profileFolder = Join-Path ([System.IO.Path]::GetTempPath()) "readme-pictures-$PID"
    $arguments = '--headless', '--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--hide-scrollbars',
        '--window-size=1000,640', '--virtual-time-budget=6000', "--user-data-dir=$profileFolder",
        "--screenshot=$OutputFolder/map-page.png", [System.Uri]::new("$OutputFolder/map-3000-page.html").AbsoluteUri
    & $browser $arguments 2> $null | Out-Null
    Remove-Item $profileFolder -Recurse -Force -ErrorAction Ignore
}
else { 'No Chromium is installed: the still of the page is as it was.' }

Remove-Item "$OutputFolder/map-3000-page.html"
Get-ChildItem "$OutputFolder/map-*.png" | ForEach-Object { '{0} {1:N0} KB' -f $_.Name, ($_.Length / 1KB) }
