using System.Management.Automation;
using PSLlmCluster.Core;
using PSLlmCluster.Core.Plotting;
using PSLlmCluster.Module.Input;

namespace PSLlmCluster.Module.Commands;

/// <summary>A cmdlet that draws points: what it takes in, and which two components of it.</summary>
public abstract class PlotPointCmdlet : CancellableCmdlet
{
    private const string DefaultNameProperty = "ClusterName";
    private readonly List<PlotPoint> _points = [];
    private PlotPointReader _reader = new(DefaultNameProperty, null);

    /// <summary>Initializes a new instance of the <see cref="PlotPointCmdlet"/> class.</summary>
    /// <param name="activity">The heading of the progress display.</param>
    /// <param name="activityId">The display's number, another one for each cmdlet of the module.</param>
    private protected PlotPointCmdlet(string activity, int activityId)
        : base(activity, activityId)
    {
    }

    /// <summary>
    /// The points: what Invoke-Hdbscan writes, or objects with the properties X, Y, Cluster and Text. A list of them is a point for each of
    /// its elements.
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// The property that names the cluster of a point. It is ClusterName unless given. Where points have none, the words most particular to
    /// the cluster name it.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ClusterNameProperty { get; set; } = DefaultNameProperty;

    /// <summary>
    /// Which components of a layout are drawn, counted from 0: first the one from left to right, then the one from bottom to top; a third
    /// one goes from far to near, for pages, which can be turned. They are the first two unless given, with a warning where there are more,
    /// or all of three. A layout of one component is drawn as a strip, and objects that are no layout by their X and Y, whatever is given.
    /// </summary>
    [Parameter]
    [ValidateCount(2, 3)]
    [ValidateRange(0, int.MaxValue)]
    public int[] Component { get; set; } = [0, 1];

    private bool IsComponentGiven => MyInvocation.BoundParameters.ContainsKey(nameof(Component));

    /// <inheritdoc/>
    protected override void BeginProcessing()
        => _reader = new PlotPointReader(ClusterNameProperty, IsComponentGiven ? Component : null);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // Nearly always a record, for which no list is made.
        if (InputObject?.BaseObject is not System.Collections.IList)
        {
            Add(InputObject);
            return;
        }

        foreach (PSObject? record in RecordList.Of(InputObject, fault => Missing.Report(fault, null)))
        {
            Add(record);
        }
    }

    private void Add(PSObject? record)
    {
        if (_reader.Read(record, out PlotPoint point) is { } fault)
        {
            Missing.Report(fault, record);
            return;
        }

        Missing.Found(record);
        _points.Add(point);
        if (_points.Count == PlotPoint.MostWithVectors + 1)
        {
            PlotPointReader.ForgetVectors(_points);
        }

        Take(record!);
    }

    /// <summary>Takes a record whose point is drawn.</summary>
    /// <param name="record">The record.</param>
    private protected virtual void Take(PSObject record)
    {
    }

    /// <summary>Says what was wrong with records, and returns the points once all have come in.</summary>
    /// <returns>The points.</returns>
    private protected IReadOnlyList<PlotPoint> AllPoints()
    {
        Missing.Flush();
        _reader.Finish(_points);
        return _points;
    }

    /// <summary>Warns where points have components that nobody chose to leave out.</summary>
    /// <param name="canTurn">Whether any of what is drawn shows three of them.</param>
    /// <param name="isFlat">Whether any of what is drawn shows two.</param>
    private protected void WarnOfComponents(bool canTurn, bool isFlat)
    {
        int count = IsComponentGiven ? Component.Length : _reader.ComponentCount;
        if (count < 3 || (count == 3 && !isFlat))
        {
            return;
        }

        string drawn = canTurn && count == 3 ? "a page turns all three, and a picture draws" : "the map draws";
        string chosen = IsComponentGiven ? "components" : "the first two,";
        WriteWarnings(
        [
            new EngineWarning(
                "ComponentsLeftOut",
                $"The points have {_reader.ComponentCount} components; {drawn} {chosen} {Component[0]} and {Component[1]}. "
                    + "-Component chooses others, and Invoke-Umap -ComponentCount 2 makes a layout for the plane."),
        ]);
    }
}
