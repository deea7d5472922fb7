@{
    RootModule             = 'PSLlmCluster.psm1'
    ModuleVersion          = '0.1.0'
    GUID                   = '82251738-20be-4cbc-a43a-cfc125726396'
    Author                 = 'PSLlmCluster contributors'
    CompanyName            = 'PSLlmCluster contributors'
    Copyright              = '(c) PSLlmCluster contributors. MIT licence.'
    Description            = 'Turns a pile of short texts into a labelled map, on one machine, with no Python and no server: Get-TextEmbedding (llama.cpp), Invoke-Umap, Invoke-Hdbscan, Measure-Clustering, Add-ClusterName, Get-ClusterSummary, ConvertTo-ClusterRow, Export-ClusterPlot, Show-ClusterPlot; Get-EmbeddingModel says what a model is.'
    PowerShellVersion      = '7.6'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @('PSLlmCluster.Format.ps1xml')
    FunctionsToExport      = @()
    CmdletsToExport        = @('Clear-EmbeddingCache', 'Get-EmbeddingCache', 'Get-EmbeddingModel', 'Get-LlamaDevice', 'Get-TextEmbedding', 'Group-Text', 'Install-LlamaBackend', 'Invoke-Umap', 'Invoke-Hdbscan', 'Measure-Clustering', 'Merge-EmbeddingCache', 'Add-ClusterName', 'Get-ClusterSummary', 'ConvertTo-ClusterRow', 'Export-ClusterPlot', 'Export-TextEmbedding', 'Import-TextEmbedding', 'Merge-TextEmbedding', 'Show-ClusterPlot', 'Uninstall-LlamaBackend')
    VariablesToExport      = @()
    AliasesToExport        = @()
    DscResourcesToExport   = @()
    PrivateData            = @{
        PSData = @{
            Tags = @(
                'PSEdition_Core', 'Windows', 'Linux', 'MacOS'
                'embedding', 'llm', 'llama.cpp', 'gguf', 'umap', 'hdbscan', 'clustering', 'dimension-reduction', 'visualization', 'text'
            )
        }
    }
}
