using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PSLlmCluster.Core.Tests.Plotting;

/// <summary>
/// A Chromium that stays open and is driven through its DevTools protocol: pages are opened, the mouse and keys used, pixels read. It draws
/// in software, has no window, no profile and no network.
/// </summary>
internal sealed class ChromiumSession : IDisposable
{
    private readonly TemporaryFolder _profile = new();
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _lastId;

    /// <summary>Initializes a new instance of the <see cref="ChromiumSession"/> class.</summary>
    public ChromiumSession(params string[] arguments)
    {
        ProcessStartInfo start = new(ChromiumProgram.Path!) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all =
        [
            "--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            "--disable-extensions", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1200,800",
            "--remote-debugging-port=0", "--user-data-dir=" + _profile.Path, .. arguments, "about:blank",
        ];
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        string browser = ReadAddress();
        _ = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        Uri target = new(browser);
        _socket.ConnectAsync(target, CancellationToken.None).GetAwaiter().GetResult();
        JsonNode targets = Send("Target.getTargets", new JsonObject(), string.Empty);
        string page = targets["targetInfos"]!.AsArray().First(info => (string)info!["type"]! == "page")!["targetId"]!.ToString();
        JsonObject attach = new() { ["targetId"] = page, ["flatten"] = true };
        SessionId = Send("Target.attachToTarget", attach, string.Empty)["sessionId"]!.ToString();
        foreach (string domain in new[] { "Page", "Runtime", "Network", "Log" })
        {
            Send(domain + ".enable");
        }
    }

    /// <summary>Gets the number of the browser's first process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Gets the addresses that pages asked for since the last one was opened, other than the page's own.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Gets what went wrong in the page since it was opened: exceptions, and what the console calls an error.</summary>
    public List<string> Problems { get; } = [];

    private string SessionId { get; } = string.Empty;

    /// <summary>Opens a page and waits until an expression in it is true.</summary>
    public void Open(string page, string until)
    {
        // Another address with the same path would only move within the page.
        Send("Page.navigate", new JsonObject { ["url"] = "about:blank" });
        Requests.Clear();
        Problems.Clear();
        string address = page.Contains("://", StringComparison.Ordinal) ? page : new Uri(page).AbsoluteUri;
        Send("Page.navigate", new JsonObject { ["url"] = address });

        // While the page is loaded, an expression may still be asked of the one before.
        JsonObject question = new() { ["expression"] = $"location.href !== 'about:blank' && !!({until})", ["returnByValue"] = true };
        while (
            Exchange("Runtime.evaluate", (JsonObject)question.DeepClone(), SessionId)["result"]?["result"]?["value"] is not JsonValue value
            || !value.TryGetValue(out bool isThere)
            || !isThere)
        {
            Check(Problems.Count == 0, string.Join(Environment.NewLine, Problems));
            Thread.Sleep(20);
        }
    }

    /// <summary>Returns the value of an expression in the page; a promise is waited for.</summary>
    public JsonNode? Value(string expression)
    {
        JsonNode answer = Send(
            "Runtime.evaluate",
            new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true, ["userGesture"] = true });
        Check(answer["exceptionDetails"] is null, $"{expression}: {answer["exceptionDetails"]}");
        return answer["result"]!["value"];
    }

    /// <summary>Returns the text of an element.</summary>
    public string TextOf(string selector)
        => Value($"document.querySelector({JsonSerializer.Serialize(selector)}).textContent")!.ToString();

    /// <summary>Waits until an expression in the page is true, from frame to frame.</summary>
    public void WaitFor(string expression)
        => Value($"new Promise(done => {{ const look = () => ({expression}) ? done(true) : setTimeout(look, 20); look(); }})");

    /// <summary>Waits until what was asked for is on the screen, the part that comes when nothing moves included.</summary>
    public void Settle() => Value("new Promise(done => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), 400))");

    /// <summary>Moves, presses or releases the mouse.</summary>
    public void Mouse(string type, double x, double y, string button = "none", int modifiers = 0, int clicks = 0)
        => Send("Input.dispatchMouseEvent", new JsonObject
        {
            ["type"] = type,
            ["x"] = x,
            ["y"] = y,
            ["button"] = button,
            ["buttons"] = type == "mouseReleased" ? 0 : button == "left" ? 1 : button == "right" ? 2 : 0,
            ["modifiers"] = modifiers,
            ["clickCount"] = clicks,
        });

    /// <summary>Clicks.</summary>
    public void Click(double x, double y, int modifiers = 0, int clicks = 1)
    {
        Mouse("mouseMoved", x, y, modifiers: modifiers);
        for (int click = 1; click <= clicks; click++)
        {
            Mouse("mousePressed", x, y, "left", modifiers, click);
            Mouse("mouseReleased", x, y, "left", modifiers, click);
        }
    }

    /// <summary>Clicks into the middle of an element, wherever it is on the page.</summary>
    public void Click(string selector, int modifiers = 0)
    {
        JsonNode place = Value(
            $"(() => {{ const element = document.querySelector({JsonSerializer.Serialize(selector)}); "
            + "element.scrollIntoView({ block: 'center' }); const box = element.getBoundingClientRect(); "
            + "return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; })()")!;
        Click((double)place["x"]!, (double)place["y"]!, modifiers);
    }

    /// <summary>Presses the mouse, moves it along places and releases it.</summary>
    public void Drag(int modifiers, params (double X, double Y)[] places) => Drag("left", modifiers, places);

    /// <summary>Presses a button of the mouse, moves it along places and releases it.</summary>
    public void Drag(string button, int modifiers, params (double X, double Y)[] places)
    {
        Mouse("mouseMoved", places[0].X, places[0].Y, modifiers: modifiers);
        Mouse("mousePressed", places[0].X, places[0].Y, button, modifiers, 1);
        foreach ((double x, double y) in places)
        {
            Mouse("mouseMoved", x, y, button, modifiers);
        }

        Mouse("mouseReleased", places[^1].X, places[^1].Y, button, modifiers, 1);
    }

    /// <summary>Turns the wheel.</summary>
    public void Wheel(double x, double y, double delta)
        => Send("Input.dispatchMouseEvent", new JsonObject
        {
            ["type"] = "mouseWheel",
            ["x"] = x,
            ["y"] = y,
            ["deltaX"] = 0,
            ["deltaY"] = delta,
        });

    /// <summary>Touches the screen with fingers, or lifts them where there are none.</summary>
    public void Touch(string type, params (double X, double Y)[] fingers)
        => Send("Input.dispatchTouchEvent", new JsonObject
        {
            ["type"] = type,
            ["touchPoints"] = new JsonArray(
                [.. fingers.Select((finger, i) => new JsonObject { ["x"] = finger.X, ["y"] = finger.Y, ["id"] = i })]),
        });

    /// <summary>Presses a key.</summary>
    public void Key(string key, int modifiers = 0)
    {
        int code = key switch
        {
            "Enter" => 13,
            "Escape" => 27,
            "Tab" => 9,
            "ArrowRight" => 39,
            _ => char.ToUpperInvariant(key[0]),
        };
        JsonObject down = new()
        {
            ["type"] = "keyDown",
            ["key"] = key,
            ["windowsVirtualKeyCode"] = code,
            ["modifiers"] = modifiers,
        };
        if (key == "Enter")
        {
            down["text"] = "\r";
        }
        else if (key.Length == 1 && (modifiers & 2) == 0)
        {
            down["text"] = key;
        }

        Send("Input.dispatchKeyEvent", down);
        Send("Input.dispatchKeyEvent", new JsonObject
        {
            ["type"] = "keyUp",
            ["key"] = key,
            ["windowsVirtualKeyCode"] = code,
            ["modifiers"] = modifiers,
        });
    }

    /// <summary>Writes a text into what has the focus.</summary>
    public void Type(string text) => Send("Input.insertText", new JsonObject { ["text"] = text });

    /// <summary>Sets what media queries see.</summary>
    public void Media(string medium, string scheme)
        => Send("Emulation.setEmulatedMedia", new JsonObject
        {
            ["media"] = medium,
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }),
        });

    /// <summary>Returns a picture of the window as a PNG file's bytes.</summary>
    public byte[] Screenshot()
        => Convert.FromBase64String(Send("Page.captureScreenshot", new JsonObject { ["format"] = "png" })["data"]!.ToString());

    /// <summary>Asks the browser for something.</summary>
    public JsonNode Send(string method, JsonObject? values = null) => Send(method, values ?? [], SessionId);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Send("Browser.close", [], string.Empty);
        }
        catch (WebSocketException)
        {
            // It is gone already.
        }

        _socket.Dispose();
        _process.WaitForExit();
        _process.Dispose();
        _profile.Dispose();
    }

    private JsonNode Send(string method, JsonObject values, string session)
    {
        JsonNode answer = Exchange(method, values, session);
        Check(answer["error"] is null, $"{method}: {answer["error"]}");
        return answer["result"]!;
    }

    private JsonNode Exchange(string method, JsonObject values, string session)
    {
        int id = ++_lastId;
        JsonObject message = new() { ["id"] = id, ["method"] = method, ["params"] = values };
        if (session.Length > 0)
        {
            message["sessionId"] = session;
        }

        _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, CancellationToken.None)
            .GetAwaiter().GetResult();
        while (true)
        {
            JsonNode answer = Receive();
            if (answer["method"] is { } name)
            {
                Take(name.ToString(), answer["params"]!);
            }
            else if ((int?)answer["id"] == id)
            {
                return answer;
            }
        }
    }

    private JsonNode Receive()
    {
        using MemoryStream message = new();
        ValueWebSocketReceiveResult part;
        do
        {
            part = _socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None).AsTask().GetAwaiter().GetResult();
            message.Write(_buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray())!;
    }

    private void Take(string name, JsonNode values)
    {
        switch (name)
        {
            case "Network.requestWillBeSent" when values["documentURL"]!.ToString() != values["request"]!["url"]!.ToString():
                Requests.Add(values["request"]!["url"]!.ToString());
                break;
            case "Runtime.exceptionThrown":
                Problems.Add(values["exceptionDetails"]!.ToJsonString());
                break;
            case "Runtime.consoleAPICalled" when values["type"]!.ToString() is "error" or "assert":
                Problems.Add(values["args"]!.ToJsonString());
                break;
            case "Log.entryAdded" when values["entry"]!["level"]!.ToString() == "error":
                Problems.Add(values["entry"]!["text"]!.ToString());
                break;
        }
    }

    // The benchmarks drive it too, without the tests' library.
    private static void Check(bool isRight, string otherwise)
    {
        if (!isRight)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    private string ReadAddress()
    {
        const string Mark = "DevTools listening on ";
        while (_process.StandardError.ReadLine() is { } line)
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                return line[Mark.Length..];
            }
        }

        throw new InvalidOperationException("Chromium ended before it could be driven.");
    }
}
