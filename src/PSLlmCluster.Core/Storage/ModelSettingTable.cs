namespace PSLlmCluster.Core.Storage;

/// <summary>
/// The settings of a kind of model file, each named once, with how it is taken from the options and put into them: what writes a file and
/// what reads it cannot differ.
/// </summary>
/// <typeparam name="TOptions">What the settings are part of: an immutable record.</typeparam>
internal sealed class ModelSettingTable<TOptions>
{
    private readonly List<Setting> _settings = [];

    /// <summary>Adds a whole number.</summary>
    /// <param name="name">The setting's name in the file.</param>
    /// <param name="get">Takes the number from the options.</param>
    /// <param name="set">Returns the options with the number.</param>
    public ModelSettingTable<TOptions> Int32(string name, Func<TOptions, int> get, Func<TOptions, int, TOptions> set)
        => Add((settings, options) => settings.Set(name, get(options)), (settings, options) => set(options, settings.Int32(name)));

    /// <summary>Adds a number.</summary>
    /// <param name="name">The setting's name in the file.</param>
    /// <param name="get">Takes the number from the options.</param>
    /// <param name="set">Returns the options with the number.</param>
    /// <param name="mayBeInfinite">Whether infinity is a valid value.</param>
    public ModelSettingTable<TOptions> Double(
        string name, Func<TOptions, double> get, Func<TOptions, double, TOptions> set, bool mayBeInfinite = false)
        => Add(
            (settings, options) => settings.Set(name, get(options)),
            (settings, options) => set(options, settings.Double(name, mayBeInfinite)));

    /// <summary>Adds a number that may be missing.</summary>
    /// <param name="name">The setting's name in the file.</param>
    /// <param name="none">The word that stands in the file for no number.</param>
    /// <param name="get">Takes the number from the options.</param>
    /// <param name="set">Returns the options with the number.</param>
    public ModelSettingTable<TOptions> OptionalDouble(
        string name, string none, Func<TOptions, double?> get, Func<TOptions, double?, TOptions> set)
        => Add(
            (settings, options) => settings.Set(name, get(options), none),
            (settings, options) => set(options, settings.Text(name) == none ? null : settings.Double(name)));

    /// <summary>Adds a truth value.</summary>
    /// <param name="name">The setting's name in the file.</param>
    /// <param name="get">Takes the value from the options.</param>
    /// <param name="set">Returns the options with the value.</param>
    public ModelSettingTable<TOptions> Boolean(string name, Func<TOptions, bool> get, Func<TOptions, bool, TOptions> set)
        => Add((settings, options) => settings.Set(name, get(options)), (settings, options) => set(options, settings.Boolean(name)));

    /// <summary>Adds a choice, which stands in the file by its name.</summary>
    /// <typeparam name="TChoice">The choices.</typeparam>
    /// <param name="name">The setting's name in the file.</param>
    /// <param name="get">Takes the choice from the options.</param>
    /// <param name="set">Returns the options with the choice.</param>
    public ModelSettingTable<TOptions> Choice<TChoice>(string name, Func<TOptions, TChoice> get, Func<TOptions, TChoice, TOptions> set)
        where TChoice : struct, Enum
        => Add(
            (settings, options) => settings.Set(name, get(options)),
            (settings, options) => set(options, settings.Choice<TChoice>(name)));

    /// <summary>Writes the settings, in the order in which they were added.</summary>
    /// <param name="settings">Receives them.</param>
    /// <param name="options">The options.</param>
    public void Write(ModelSettings settings, TOptions options)
    {
        foreach (Setting setting in _settings)
        {
            setting.Write(settings, options);
        }
    }

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">The settings of a file.</param>
    /// <param name="options">The options without them.</param>
    /// <returns>The options with every setting of the table.</returns>
    /// <exception cref="EngineException">A setting is missing or invalid (ModelFileDamaged).</exception>
    public TOptions Read(ModelSettings settings, TOptions options)
    {
        foreach (Setting setting in _settings)
        {
            options = setting.Read(settings, options);
        }

        return options;
    }

    private ModelSettingTable<TOptions> Add(Action<ModelSettings, TOptions> write, Func<ModelSettings, TOptions, TOptions> read)
    {
        _settings.Add(new Setting(write, read));
        return this;
    }

    private readonly record struct Setting(Action<ModelSettings, TOptions> Write, Func<ModelSettings, TOptions, TOptions> Read);
}
