// The address keeps what is shown: #cluster=7,-1&q=text&noise=0&color=Year&view=0.5,0.5,2.

/** Returns the part of the address after #. */
export function writeAddress(model, view) {
  const parts = [];
  if (model.isolated.size > 0) {
    const isByCluster = model.grouping.of === model.byCluster.of;
    const groups = [...model.isolated].sort((a, b) => a - b);
    const values = groups.map((id) => (isByCluster
      ? String(id === 0 ? -1 : model.clusters[id - 1].number)
      : encodeURIComponent(model.grouping.groups[id - 1].name)));
    parts.push((isByCluster ? "cluster=" : "group=") + values.join(","));
  }

  if (model.query !== "") {
    parts.push("q=" + encodeURIComponent(model.query));
  }

  if (model.hidesNoise) {
    parts.push("noise=0");
  }

  const first = model.head.colorBy;
  if ((model.column === null ? "" : model.column.name) !== first) {
    parts.push("color=" + encodeURIComponent(model.column === null ? "" : model.column.name));
  }

  if (view.isMoved()) {
    parts.push("view=" + [view.x.toFixed(4), view.y.toFixed(4), view.zoom.toFixed(3)].join(","));
  }

  return parts.join("&");
}

/** Reads the part of the address after #; what it does not understand it leaves out. */
export function readAddress(text) {
  const read = { clusters: [], groups: [], query: "", hidesNoise: false, color: null, view: null };
  for (const part of text.replace(/^#/, "").split("&")) {
    const [name, value = ""] = part.split("=", 2);
    if (name === "cluster") {
      read.clusters = value.split(",").map(Number).filter(Number.isInteger);
    } else if (name === "group") {
      read.groups = value.split(",").map(decode);
    } else if (name === "q") {
      read.query = decode(value);
    } else if (name === "noise") {
      read.hidesNoise = value === "0";
    } else if (name === "color") {
      read.color = decode(value);
    } else if (name === "view") {
      const numbers = value.split(",").map(Number);
      read.view = numbers.length === 3 && numbers.every(Number.isFinite) ? numbers : null;
    }
  }

  return read;
}

function decode(value) {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
}
