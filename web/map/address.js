// The address keeps what is shown: #cluster=7,-1&layer=2&q=text&noise=0&color=Year&view=0.5,0.5,2&turn=30,-15.

const DEGREES = 180 / Math.PI;

/** Returns the part of the address after #. */
export function writeAddress(model, view, turning) {
  const parts = [];
  if (model.isolated.size > 0) {
    const groups = model.grouping.groups.filter((group) => model.isolated.has(group.id));
    parts.push(model.grouping.isNumbered
      ? clusterPart(groups)
      : "group=" + groups.map((group) => encodeURIComponent(group.name)).join(","));
  }

  if (model.kept.size > 0) {
    parts.push(clusterPart(model.byCluster.groups.filter((group) => model.kept.has(group.id))));
  }

  if (model.grouping.layer >= 0) {
    parts.push("layer=" + (model.grouping.layer + 1));
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

  if (turning?.isTurned()) {
    parts.push("turn=" + [turning.yaw, turning.pitch].map((angle) => (angle * DEGREES).toFixed(1)).join(","));
  }

  return parts.join("&");
}

function clusterPart(groups) {
  return "cluster=" + groups.map((group) => group.number).join(",");
}

/** Reads the part of the address after #, which may be typed by hand; what it does not understand it leaves out. */
export function readAddress(text) {
  const read = { clusters: [], groups: [], layer: 0, query: "", hidesNoise: false, color: null, view: null, turn: null };
  for (const part of text.replace(/^#/, "").split("&")) {
    const [name, ...values] = part.split("=");
    const value = values.join("=");
    if (name === "cluster") {
      read.clusters = value.split(",").filter((number) => /^-?\d+$/.test(number)).map(Number);
    } else if (name === "group") {
      read.groups = value.split(",").map(decode);
    } else if (name === "layer") {
      read.layer = Number(value);
    } else if (name === "q") {
      read.query = decode(value);
    } else if (name === "noise") {
      read.hidesNoise = value === "0";
    } else if (name === "color") {
      read.color = decode(value);
    } else if (name === "view") {
      const numbers = value.split(",").map(Number);
      read.view = numbers.length === 3 && numbers.every(Number.isFinite) ? numbers : null;
    } else if (name === "turn") {
      const angles = value.split(",").map((angle) => Number(angle) / DEGREES);
      read.turn = angles.length === 2 && angles.every(Number.isFinite) ? angles : null;
    }
  }

  return read;
}

function decode(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
