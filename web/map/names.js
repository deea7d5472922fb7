import { HIDDEN, markStyle } from "./paint.js";
import { LEAST_SCALE, Ranges, partingOf } from "./ranges.js";
import { SMALLEST_MARGIN, clamp } from "./view.js";
import { columnsOf, fontOf, wrapName } from "./writing.js";

// Names of clusters: which there are at which scale, and where.

/** How many columns a line of a name has, of two; fewer where it would take more than this share of the window. */
const SHORTEST_LINE = 22;
const LONGEST_LINE = 30;
const NARROWEST_LINE = 6;
const NAME_LINES = 2;
const LARGEST_SHARE = 0.5;

/** On more lines, as short as that allows, a name may have room in the window of a map of few points where it else has none. */
const NARROW_LINES = 3;
const NARROW_LINE = 12;

const LIFT = 12;
const AIR = 10;
const MOST_COUNTED = 20_000;

/** On a map of so few points a name hides none where there is room beside them: places on rings round its cluster's middle are tried. */
const FEW_POINTS = 600;
const RINGS = [0, 4, 9, 15, 22, 30, 40, 52, 66, 82, 100, 120, 145, 175];
const ANGLES = 24;

/**
 * On a map of more, the name of a small cluster takes a place on one of these, so close to it that it reads as its own, and over few marks,
 * of others above all: what it costs to be a pixel away, to cover all marks of its own cluster or of another, and one of none.
 */
const NEAR_RINGS = RINGS.slice(0, 9);
const FARTHEST = 14;
const AWAY_COST = 2;
const OWN_COST = 100;
const OTHER_COST = 300;
const NOISE_COST = 0.2;

/** The room between a name and the edge of a mark, in pixels, and what it costs to cover one, and to be far off. */
const BESIDE_MARK = 2;
const MARK_COST = 1000;
const LATER_COST = 4;
const OFF_COST = 2;

/** How many points of a cluster say how far it reaches: fewer where that is asked again at each turn. */
const MOST_SAMPLED = 1000;
const FEW_SAMPLED = 100;

/** A layer's names follow those of a coarser one from the scale on at which they would fill this share of the map. */
const FILLED = 0.35;

/** Layers whose numbers of clusters differ by less say the same; the one that colours the points is shown then. */
const LEAST_RATIO = 1.5;

/** Finds the names' places. */
export class Names {
  constructor(context, model, grid) {
    this.context = context;
    this.model = model;
    this.grid = grid;
    this.measured = new Map();
    this.labels = [];
    this.ranges = new Ranges(1);
    this.marks = [];
    this.besideMark = BESIDE_MARK;
    this.isTurning = false;
  }

  /** Makes the view's margin wide enough for the names at the sides of the whole map. */
  fit(view) {
    view.margin = SMALLEST_MARGIN;
    for (const names of this.measured.values()) {
      names.forEach((name) => this.measure(name, view));
    }

    const [left, , right] = view.frame;
    const { scale, middle } = view.whole();
    let fitting = scale;
    for (const { names, from, to } of this.layers(view)) {
      for (const name of from <= scale && scale < to ? names : []) {
        const room = (view.width / 2) - (name.width / 2) - 8;
        fitting = Math.min(fitting, Math.max(1, room) / Math.abs(name.x - middle[0]));
      }
    }

    view.margin = Math.max(SMALLEST_MARGIN, (view.width - (fitting * (right - left))) / 2);
  }

  /** Gives each name its place and the range of scales at which it is shown, the largest clusters first. */
  arrange(view) {
    const layers = this.layers(view);
    const { scale } = view.whole();
    this.labels = [];

    // Each turn of points in space asks again: there the many places are tried once the points rest.
    const hasFew = this.model.count <= FEW_POINTS && !this.isTurning;
    const isCounted = this.model.count <= MOST_COUNTED && !this.isTurning;
    const lift = hasFew ? RINGS.at(-1) : isCounted ? NEAR_RINGS.at(-1) : LIFT;
    const sizes = layers.flatMap(({ names }) => names.map(({ width, height }) => Math.max(width, height)));
    this.ranges = new Ranges(lift + Math.max(1, ...sizes));
    this.besideMark = markStyle({ ...view, zoom: 1 }, this.model.count).radius + BESIDE_MARK;
    this.marks = hasFew ? this.boxesOfMarks(view) : [];
    for (const { names, isMain, from, to } of layers) {
      for (const name of names) {
        const label = hasFew ? this.placeAmongFew(name, from, to, scale, view)
          : isCounted && !isLarge(name, scale) ? this.placeNear(name, from, to, scale, view)
            : this.place(name, from, to, scale, view);
        if (label !== null) {
          label.isMain = isMain;
          this.labels.push(label);
          this.ranges.take(label);
        }
      }
    }
  }

  /** Returns the layers whose names are shown, the coarsest first, each with its range of scales. */
  layers(view) {
    const { model } = this;
    const isChosen = model.grouping.isNumbered;
    const main = isChosen ? model.grouping : model.byCluster;
    if (model.head.hideName) {
      return [];
    }

    const alone = isChosen ? model.isolated : model.kept;
    if (alone.size > 0) {
      const names = this.namesOf(main, view).filter((name) => alone.has(name.id));
      return [{ names, isMain: true, from: LEAST_SCALE, to: Infinity }];
    }

    const [left, bottom, right, top] = view.frame;
    const count = Math.max(1, main.groups.length);
    const others = model.layers.filter(({ groups }) => groups.length > 2
      && Math.max(groups.length / count, count / groups.length) > LEAST_RATIO);
    const layers = [main, ...others].sort((a, b) => a.groups.length - b.groups.length).map((grouping) => {
      const names = this.namesOf(grouping, view);
      const area = names.reduce((sum, name) => sum + (name.width * name.height), 0);
      return { names, isMain: grouping === main, from: Math.sqrt(area / ((right - left) * (top - bottom) * FILLED)) };
    });
    layers.forEach((layer, i) => {
      layer.from = i === 0 ? LEAST_SCALE : Math.max(layer.from, layers[i - 1].from);
    });
    layers.forEach((layer, i) => {
      layer.to = i + 1 < layers.length ? layers[i + 1].from : Infinity;
    });
    return layers;
  }

  /** Returns the names of a grouping, measured once. */
  namesOf(grouping, view) {
    if (!this.measured.has(grouping.layer)) {
      const clusters = grouping.groups.filter((group) => group.id > 0);
      const samples = samplesOf(this.model, grouping, clusters.length);
      const largest = Math.log(1 + (clusters[0]?.count ?? 1));
      const counts = [0, ...clusters.map((cluster) => cluster.count)];
      const range = clusters.length > 25 ? 6 : 8;
      const names = clusters.map((cluster, i) => {
        const size = Math.round(11.5 + (range * Math.max(0, (Math.log(1 + cluster.count) / largest) - 0.4) / 0.6));
        return { id: cluster.id, of: grouping.of, counts, cluster, sample: samples[i], size, text: cluster.text };
      });
      for (const name of names) {
        this.measure(name, view);
        this.locate(name, view);
      }

      this.measured.set(grouping.layer, names);
    }

    return this.measured.get(grouping.layer);
  }

  /** Folds a name, and again where it is too wide for this window or was for the one before. */
  measure(name, view) {
    const room = Math.max(1, LARGEST_SHARE * view.width);
    if (name.lines === undefined || (name.room !== room && name.widest > Math.min(name.room, room))) {
      Object.assign(name, this.foldInto(name, LONGEST_LINE, NAME_LINES, room));
    }

    name.room = room;
  }

  /** Returns the lines of a name, of so many columns at most or of fewer where these are wider than the room, and their size. */
  foldInto(name, columns, lineCount, room) {
    this.context.font = fontOf(name.size, true);
    const fold = (most) => {
      const lines = wrapName(name.cluster.name, Math.min(SHORTEST_LINE, most), most, lineCount);
      return { lines, width: Math.max(...lines.map((line) => this.context.measureText(line).width)) };
    };
    let folded = fold(columns);
    const widest = folded.width;
    for (let most = columns - 1; folded.width > room && most >= NARROWEST_LINE; most--) {
      folded = fold(most);
    }

    return { ...folded, widest, height: folded.lines.length * name.size * 1.15 };
  }

  /** Finds where the clusters are again, after the points were turned. */
  move(view) {
    for (const names of this.measured.values()) {
      names.forEach((name) => this.locate(name, view));
    }
  }

  /**
   * Finds the middle of a name's cluster, and how far the half of it that is nearest to there reaches to the sides and up: of a cluster in
   * two parts, that is the larger one.
   */
  locate(name, view) {
    const { x, y } = this.model.points;
    const middleX = view.worldX(name.cluster.x);
    const middleY = view.worldY(name.cluster.y);
    const near = name.sample.map((row) => {
      const [toX, toY] = [view.worldX(x[row]), view.worldY(y[row])];
      return { x: toX, y: toY, away: ((toX - middleX) ** 2) + ((toY - middleY) ** 2) };
    }).sort((a, b) => a.away - b.away).slice(0, Math.ceil(name.sample.length / 2));
    const xs = near.map((point) => point.x);
    const ys = near.map((point) => point.y);
    const [top, bottom] = [Math.max(middleY, ...ys), Math.min(middleY, ...ys)];
    const [left, right] = [Math.min(middleX, ...xs), Math.max(middleX, ...xs)];
    const spreadX = Math.max(...xs) - Math.min(...xs);
    Object.assign(name, { x: middleX, y: middleY, spreadX, spreadY: top - bottom, near, left, right, top, bottom });
  }

  /**
   * Takes the place at which a name comes first. Of those at which it is there on the whole map, it goes over its cluster where that is
   * large, else where it covers the fewest marks.
   */
  place(name, from, to, whole, view) {
    const isOver = isLarge(name, whole);
    let best = null;
    for (const place of isOver ? ["over", "above", "below"] : ["above", "below", "over"]) {
      const box = boxOf(name, place);
      const first = this.ranges.firstFree(box, from, to);
      const seen = Math.max(first, whole);
      if (first < to && (best === null || seen <= best.seen)) {
        const covered = isOver && place === "over" ? 0 : this.countCovered(box, seen, view);
        if (best === null || seen < best.seen || covered < best.covered) {
          best = { seen, covered, label: { ...box, name, from: first, to } };
        }
      }
    }

    return best?.label ?? null;
  }

  /** Takes a place among few points that is in the window on the whole map, on shorter lines where there is none on those of the name. */
  placeAmongFew(name, from, to, whole, view) {
    const scale = Math.max(from, whole);
    const label = this.placeBeside(name, from, to, scale, view);
    if (label !== null && label.from <= scale) {
      return label;
    }

    const columns = Math.max(NARROW_LINE, Math.ceil(columnsOf(name.cluster.name) / NARROW_LINES) + 1);
    const narrow = { ...name, ...this.foldInto(name, Math.min(columns, LONGEST_LINE), NARROW_LINES, name.room) };
    const other = narrow.width < name.width ? this.placeBeside(narrow, from, to, scale, view) : null;
    return (label === null || (other !== null && other.from < label.from) ? other : label) ?? this.place(name, from, to, whole, view);
  }

  /**
   * Takes a place among few points: of those at which a name comes first and is in the window one that hides no mark, near the middle of
   * its cluster and near one of its marks.
   */
  placeBeside(name, from, to, scale, view) {
    const far = (name.width + name.height + (2 * RINGS.at(-1))) / scale;
    const marks = this.marks.filter((mark) => mark.x > name.left - far && mark.x < name.right + far
      && mark.y > name.bottom - far && mark.y < name.top + far);
    return this.onRings(name, from, to, scale, RINGS,
      (box) => (isCut(box, scale, view) ? Infinity : costOf(name, box, marks, scale)));
  }

  /** Takes a place among many points: of those at which a name comes first one near its cluster that covers few marks. */
  placeNear(name, from, to, whole, view) {
    const scale = Math.max(from, whole);
    const near = this.onRings(name, from, to, scale, NEAR_RINGS, (box, seen) => {
      const awayX = Math.max(0, box.left, -box.left - box.width);
      const awayY = Math.max(0, box.top, -box.top - box.height);
      const away = Math.hypot(awayX, awayY);
      let cost = away > FARTHEST || isCut(box, scale, view) ? Infinity : AWAY_COST * away;
      if (cost < Infinity) {
        this.eachCovered(box, seen, this.besideMark, view, (row) => {
          const id = name.of[row];
          cost += id === name.id ? OWN_COST / name.cluster.count : id === 0 ? NOISE_COST : OTHER_COST / name.counts[id];
        });
      }

      return cost;
    });

    // Where each of them is cut by the window.
    return near ?? this.place(name, from, to, whole, view);
  }

  /** Tries the places on rings around the middle of a name's cluster; of those at which it comes first the one that costs least is best. */
  onRings(name, from, to, scale, rings, priceOf) {
    let best = null;
    for (const ring of rings) {
      if (best !== null && best.seen <= scale && best.cost < ring / 2) {
        break;
      }

      for (let angle = 0; angle < (ring === 0 ? 1 : ANGLES); angle++) {
        // From above, to the right and the left in turn.
        const turn = (Math.ceil(angle / 2) * (angle % 2 === 0 ? -1 : 1) * 2 * Math.PI / ANGLES) - (Math.PI / 2);
        const awayX = ring === 0 ? 0 : Math.cos(turn) * ((name.width / 2) + ring);
        const awayY = ring === 0 ? 0 : Math.sin(turn) * ((name.height / 2) + ring);
        const box = boxAt(name, awayX, awayY, scale);
        const first = this.ranges.firstFree(box, from, to);
        const seen = Math.max(first, scale);
        if (first < to && (best === null || seen <= best.seen)) {
          const cost = priceOf(box, seen);
          if (cost < Infinity && (best === null || seen < best.seen || cost < best.cost)) {
            best = { seen, cost, label: { ...box, name, from: first, to } };
          }
        }
      }
    }

    return best?.label ?? null;
  }

  /** Returns the marks as boxes, with a little room. */
  boxesOfMarks(view) {
    const { x, y } = this.model.points;
    const reach = this.besideMark;
    const rows = this.grid.all([0, 0, 65535, 65535], (row) => this.model.state[row] !== HIDDEN);
    return Array.from(rows, (row) => ({
      x: view.worldX(x[row]), y: view.worldY(y[row]), left: -reach, top: -reach, width: 2 * reach, height: 2 * reach, from: 0, to: Infinity,
    }));
  }

  /** Counts the marks in a box, with a little air for their texts; among very many no place is better than another. */
  countCovered(box, scale, view) {
    let count = 0;
    if (this.model.count <= MOST_COUNTED) {
      this.eachCovered({ ...box, height: box.height + AIR }, scale, AIR, view, () => {
        count++;
      });
    }

    return count;
  }

  /** Calls back for each row in a box, with so much air around it, at a scale. */
  eachCovered(box, scale, air, view, callback) {
    const left = box.x + ((box.left - air) / scale);
    const right = box.x + ((box.left + box.width + air) / scale);
    const top = box.y - ((box.top - air) / scale);
    const bottom = box.y - ((box.top + box.height + air) / scale);
    this.grid.each([view.storedX(left), view.storedY(bottom), view.storedX(right), view.storedY(top)], callback);
  }
}

function boxOf(name, place) {
  const { x, width, height } = name;
  const y = place === "over" ? name.y : place === "above" ? name.top : name.bottom;
  const top = place === "over" ? -height / 2 : place === "above" ? -height - LIFT : LIFT;
  return { x, y, left: -width / 2, top, width, height };
}

/** Returns the box whose middle is so many pixels from the cluster's on the whole map. Outside the cluster it stays at its border. */
function boxAt({ x, y, left, right, top, bottom, width, height }, awayX, awayY, whole) {
  const placeX = clamp(x + (awayX / whole), left, right);
  const placeY = clamp(y - (awayY / whole), bottom, top);
  const restX = awayX - ((placeX - x) * whole);
  const restY = awayY + ((placeY - y) * whole);
  return { x: placeX, y: placeY, left: restX - (width / 2), top: restY - (height / 2), width, height };
}

/** Returns how far a place of the world is from a box, in pixels at a scale. */
function farFrom(box, point, scale) {
  const x = ((point.x - box.x) * scale) - box.left;
  const y = ((box.y - point.y) * scale) - box.top;
  return Math.hypot(Math.max(0, -x, x - box.width), Math.max(0, -y, y - box.height));
}

/** Says whether the window cuts a box, on the whole map at a scale. */
function isCut(box, scale, view) {
  const { middle } = view.whole();
  const left = ((box.x - middle[0]) * scale) + (view.width / 2) + box.left;
  const top = (view.height / 2) - ((box.y - middle[1]) * scale) + box.top;
  return left < 2 || top < 2 || left + box.width > view.width - 2 || top + box.height > view.height - 2;
}

/** Says whether a cluster is large enough on the whole map that its name goes over it. */
function isLarge(name, whole) {
  return name.spreadX * whole > 0.5 * name.width && name.spreadY * whole > 1.2 * name.height;
}

/** Returns how bad a place is: how far from the cluster, and how many marks it hides at a scale or when one zooms in from there. */
function costOf(name, box, marks, scale) {
  const far = (point) => farFrom(box, point, scale);
  let cost = far(name) + (OFF_COST * Math.min(...name.near.map(far)));
  for (const mark of marks) {
    if (far(mark) < mark.width / 2) {
      cost += MARK_COST;
    } else if (partingOf(box, mark, scale, Infinity) > scale) {
      cost += LATER_COST;
    }
  }

  return cost;
}

/** Returns some rows of each cluster, the first ones. */
function samplesOf(model, grouping, count) {
  const most = model.head.isSpatial ? FEW_SAMPLED : MOST_SAMPLED;
  const samples = Array.from({ length: count }, () => []);
  for (let row = 0; row < model.count; row++) {
    const list = samples[grouping.of[row] - 1];
    if (list !== undefined && list.length < most) {
      list.push(row);
    }
  }

  return samples;
}
