import { FOUND, HIDDEN, PALE, PLAIN, STATE_BITS, STRIDE } from "./paint.js";

// What is shown: how points are grouped and coloured, which groups are isolated, what was searched for, what is selected.

const RAMP_STEPS = 64;
const RAMP = { light: ["#d0661a", "#b03a7a", "#3b1c8c"], dark: ["#7a63dc", "#e8679f", "#ffe18c"] };
const MOST_CATEGORIES = 11;
const CATEGORIES = {
  light: ["#2166ac", "#c43c1e", "#1b7a3d", "#8e44ad", "#a66a00", "#c2408f", "#00798c", "#5b5fc7", "#6b7a00", "#a0522d", "#455a64"],
  dark: ["#6cb4ff", "#ff8a6b", "#62d08a", "#d09bf5", "#f0b94a", "#ff8fcb", "#4fd0e0", "#a3a8ff", "#c2d04a", "#e0a37a", "#a9bcc6"],
};

/** The state of the page that all of its parts share. */
export class Model {
  constructor(head, points) {
    this.head = head;
    this.points = points;
    this.count = points.count;
    this.clusters = head.clusters;
    this.state = new Uint8Array(points.count).fill(PLAIN);
    this.byCluster = this.groupByClusters(head.clusters, points.cluster, -1);
    this.layers = head.layers.map((layer, i) => this.groupByClusters(layer.clusters, layerOf(points, layer.of), i));
    this.texts = null;
    this.columns = [];
    this.isolated = new Set();

    // Clusters that the address keeps alone where points are coloured by categories, which are the groups then.
    this.kept = new Set();
    this.hidesNoise = false;
    this.query = "";
    this.found = [];
    this.steps = [];
    this.foundAt = -1;
    this.selection = null;
    this.colorByCluster();
  }

  nameOf(row) {
    const cluster = this.points.cluster[row];
    return cluster === 0 ? this.head.noiseName : this.clusters[cluster - 1].name;
  }

  numberOf(row) {
    const cluster = this.points.cluster[row];
    return cluster === 0 ? -1 : this.clusters[cluster - 1].number;
  }

  textOf(row) {
    return this.texts === null ? "" : this.texts.at(row);
  }

  /** Says whether two rows have the same text. */
  hasSameText(row, other) {
    return this.texts === null || this.texts.areEqual(row, other);
  }

  /** Groups the points by clusters: a group's number is the cluster's, and -1 is noise. */
  groupByClusters(clusters, of, layer) {
    const pairs = new Map();
    const light = [this.head.noiseColor.light];
    const dark = [this.head.noiseColor.dark];
    let noise = this.count;
    const groups = clusters.map((cluster, i) => {
      const pair = cluster.light + cluster.dark;
      if (!pairs.has(pair)) {
        pairs.set(pair, light.push(cluster.light) - 1);
        dark.push(cluster.dark);
      }

      noise -= cluster.size;
      return {
        id: i + 1, number: cluster.number, name: cluster.name, count: cluster.size, color: pairs.get(pair),
        x: cluster.x, y: cluster.y, z: cluster.z, text: { light: cluster.lightText, dark: cluster.darkText },
      };
    });
    if (noise > 0) {
      groups.push({ id: 0, number: -1, name: this.head.noiseName, count: noise, color: 0 });
    }

    return { of, groups, light, dark, layer, isNumbered: true };
  }

  colorByCluster() {
    this.colorByClusters(this.byCluster);
  }

  /** Colours by the clusters, or by those of a layer. */
  colorByClusters(grouping) {
    this.column = null;
    this.grouping = grouping;
    const colors = new Uint16Array(grouping.groups.length + 1);
    grouping.groups.forEach((group) => {
      colors[group.id] = group.color;
    });
    this.colorOf = (row) => colors[grouping.of[row]];
  }

  /** Colours by a property: numbers and dates along a ramp, texts by category. */
  colorByColumn(column) {
    this.colorByCluster();
    this.column = column;
    if (!column.isText) {
      const { light, dark } = this.head.noiseColor;
      this.grouping = { ...this.byCluster, light: rampOf(RAMP.light, light), dark: rampOf(RAMP.dark, dark) };
      this.colorOf = (row) => {
        const share = column.shareOf(row);
        return Number.isNaN(share) ? 0 : 1 + Math.round(share * (RAMP_STEPS - 1));
      };
      return;
    }

    this.grouping = this.groupByCategory(column);
    this.colorOf = (row) => Math.min(this.grouping.of[row], MOST_CATEGORIES + 1) % (MOST_CATEGORIES + 1);
  }

  groupByCategory(column) {
    const counts = new Map();
    const values = new Array(this.count);
    for (let row = 0; row < this.count; row++) {
      const value = column.at(row);
      values[row] = value;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }

    const sorted = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
    const ids = new Map(sorted.map((value, i) => [value, i + 1]));
    const groups = sorted.map((value, i) => (
      { id: i + 1, name: value === "" ? "(empty)" : value, count: counts.get(value), color: i < MOST_CATEGORIES ? i + 1 : 0 }));
    return {
      of: Uint32Array.from(values, (value) => ids.get(value)),
      groups,
      light: [this.head.noiseColor.light, ...CATEGORIES.light],
      dark: [this.head.noiseColor.dark, ...CATEGORIES.dark],
    };
  }

  /** Isolates a group, or adds it to those that are, or takes it from them. */
  isolate(id, adds) {
    const wasOn = this.isolated.has(id);
    if (!adds) {
      const wasAlone = wasOn && this.isolated.size === 1;
      this.isolated.clear();
      if (!wasAlone) {
        this.isolated.add(id);
      }
    } else if (wasOn) {
      this.isolated.delete(id);
    } else {
      this.isolated.add(id);
    }
  }

  search(query) {
    this.query = query;
    this.found = query === "" || this.texts === null ? [] : this.texts.find(query);
    this.steps = [];
    this.foundAt = -1;
  }

  /** Shows all groups. */
  showAll() {
    this.isolated.clear();
    this.kept.clear();
  }

  clear() {
    this.showAll();
    this.search("");
    this.selection = null;
  }

  /** Works out how each point is shown. */
  apply() {
    const { state, count, isolated } = this;
    const { cluster } = this.points;
    const groupOf = this.grouping.of;
    const rest = this.query !== "" || this.selection !== null ? PALE : PLAIN;
    state.fill(rest);
    if (this.query !== "") {
      for (const row of this.found) {
        state[row] = FOUND;
      }
    }

    if (this.selection !== null) {
      // With a search, what is selected and not found stays pale.
      const kept = state.slice();
      state.fill(PALE);
      for (const row of this.selection) {
        state[row] = this.query !== "" ? kept[row] : PLAIN;
      }
    }

    if (isolated.size > 0 || this.kept.size > 0 || this.hidesNoise) {
      for (let row = 0; row < count; row++) {
        if (this.hidesNoise && cluster[row] === 0) {
          state[row] = HIDDEN;
        } else if ((isolated.size > 0 && !isolated.has(groupOf[row])) || (this.kept.size > 0 && !this.kept.has(cluster[row]))) {
          state[row] = PALE;
        }
      }
    }

    this.findSteps();
  }

  /** Works out through which points a search steps: those found that are shown. It goes on from where it is. */
  findSteps() {
    const at = this.steps[this.foundAt];
    this.steps = this.found.filter((row) => this.isShown(row));
    this.foundAt = this.foundAt < 0 ? -1 : this.steps.indexOf(at);
  }

  /** Writes colours and states into the renderer's buffer. */
  writeTo(buffer) {
    const { order, data } = buffer;
    const { near } = this.points;
    for (let i = 0, at = 2; i < order.length; i++, at += STRIDE) {
      data[at] = this.colorOf(order[i]);
      data[at + 1] = near === undefined ? this.state[order[i]] : this.state[order[i]] | (near[order[i]] << STATE_BITS);
    }
  }

  /** Says whether a point can be picked: it is neither hidden nor pale. */
  isShown(row) {
    return this.state[row] >= PLAIN;
  }

  countShown() {
    let shown = 0;
    for (let row = 0; row < this.count; row++) {
      shown += this.state[row] >= PLAIN ? 1 : 0;
    }

    return shown;
  }
}

/** Returns each row's cluster in a layer: a row has the number of a set of clusters, one in each layer. */
function layerOf(points, clusterOf) {
  const clusters = points.cluster.slice();
  for (let row = 0; row < points.count; row++) {
    clusters[row] = clusterOf[points.set[row]];
  }

  return clusters;
}

function rampOf(stops, missing) {
  const colors = [missing];
  for (let i = 0; i < RAMP_STEPS; i++) {
    const place = (i / (RAMP_STEPS - 1)) * (stops.length - 1);
    const stop = Math.min(stops.length - 2, Math.floor(place));
    colors.push(mix(stops[stop], stops[stop + 1], place - stop));
  }

  return colors;
}

function mix(first, second, share) {
  const part = (from) => {
    const a = parseInt(first.slice(from, from + 2), 16);
    const b = parseInt(second.slice(from, from + 2), 16);
    return Math.round(a + ((b - a) * share)).toString(16).padStart(2, "0");
  };
  return "#" + part(1) + part(3) + part(5);
}
