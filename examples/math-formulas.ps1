<#
.SYNOPSIS
    The notebook, end to end: 30 names of mathematical formulas become a labelled map.
.DESCRIPTION
    Embeds the names with a language model, lays them out in the plane with UMAP, clusters the plane with HDBSCAN,
    prints the clusters with their texts, and draws the map as PNG, SVG and HTML. All settings are the notebook's.
.PARAMETER Model
    A GGUF file: the notebook used DeepSeek-R1-Distill-Qwen-14B. Without it the module's own small model is used.
.PARAMETER Device
    Auto (a GPU where there is one), Cpu or Gpu.
.PARAMETER OutputFolder
    Where the pictures go.
.EXAMPLE
    ./examples/math-formulas.ps1
.EXAMPLE
    ./examples/math-formulas.ps1 -Model ~/models/SmolLM2-135M-Instruct.Q4_1.gguf -OutputFolder maps
#>
param(
    [string] $Model,
    [ValidateSet('Auto', 'Cpu', 'Gpu')] [string] $Device = 'Auto',
    [string] $OutputFolder = "$PSScriptRoot/../artifacts/examples"
)
$ErrorActionPreference = 'Stop'
$OutputFolder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutputFolder)

$formulas = @(
    'Pythagorean Theorem', 'Quadratic Formula', 'Binomial Theorem', 'Fundamental Theorem of Calculus', "Euler's Formula"
    'Law of Cosines', 'Law of Sines', "L'Hôpital's Rule", 'Taylor Series Expansion', 'Fourier Transform'
    'Cauchy-Schwarz Inequality', "Bayes' Theorem", 'Central Limit Theorem', "Green's Theorem", "Stokes' Theorem"
    'Divergence Theorem', "De Moivre's Formula", "Vieta's Formulas", "Heron's Formula", "Newton's Method"
    'Chain Rule', 'Product Rule', 'Quotient Rule', 'Integration by Parts', "Stirling's Approximation"
    'Leibniz Rule', 'Mean Value Theorem', 'Intermediate Value Theorem', 'Squeeze Theorem', 'Laplace Transform'
)

$embedding = @{ Device = $Device }
if ($Model) { $embedding.Model = $Model }

# The mean over all tokens of the last hidden state, as the notebook takes it, is what Get-TextEmbedding does by itself.
$points = $formulas |
    Get-TextEmbedding @embedding |
    Invoke-Umap -n_neighbors 5 -min_dist 0.1 -n_components 2 -random_state 42 |
    Invoke-Hdbscan -min_cluster_size 2 -metric euclidean -cluster_selection_epsilon 0.1

foreach ($group in ($points | Sort-Object Cluster | Group-Object Cluster)) {
    $name = if ($group.Name -eq '-1') { 'Noise' } else { "Cluster $($group.Name)" }
    "$name`: $(@($group.Group | Sort-Object Index | ForEach-Object { $_.Text }) -join ', ')"
}

''
[void] [System.IO.Directory]::CreateDirectory($OutputFolder)
foreach ($ending in 'png', 'svg', 'html') {
    $map = @{ Path = "$OutputFolder/math-formulas.$ending"; Title = 'UMAP + HDBSCAN Clustering' }
    try { $file = $points | Export-ClusterPlot @map -Style Notebook }
    catch {
        # The notebook's figure as a page is plotly's, which a module that was built without Node.js does not have.
        if ($_.FullyQualifiedErrorId -notlike 'PlotBundleMissing,*') { throw }
        "There is no plotly, since Node.js was not there for the build: the page is drawn in the map's own style."
        $file = $points | Export-ClusterPlot @map -Style Map
    }
    "Map: $($file.FullName)"
}
