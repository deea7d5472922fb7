import { BoxSet } from "./boxes.js";
import { markStyle } from "./paint.js";
import { SMALLEST_MARGIN } from "./view.js";

// Names of clusters and texts of points, on a canvas above the points.
//
// Which names are shown depends on the zoom alone, in steps: at each step the names are taken by size, and one that would touch a name
// already taken is left out, as the names lie at the step's lowest zoom. So within a step they only move apart, none flickers while the map
// is panned, and none overlaps. A step is left upwards a little late, so that a zoom at its border does not flicker either.

const FONT = "\"Segoe UI\", \"Noto Sans\", \"Helvetica Neue\", \"DejaVu Sans\", Arial, \"Noto Sans CJK JP\", IPAGothic, sans-serif";
const STEP = Math.pow(2, 0.25);
const LATENESS = 0.15;
const MOST_TEXTS = 60;
const MOST_COUNTED = 20_000;
const AIR = 10;
const TEXT_SIZE = 12;
const TEXT_LETTERS = 38;
const LINE_LETTERS = 22;
const NAME_LINES = 2;

/** Draws names and texts. */
export class Labels {
  constructor(context, model, grid) {
    this.context = context;
    this.model = model;
    this.grid = grid;
    this.step = null;
    this.names = this.layOutNames();
    this.taken = [];
    this.places = new Map();
    this.cuts = new Map();
  }

  layOutNames() {
    const largest = Math.log(1 + (this.model.clusters[0]?.size ?? 1));
    const extents = extentsOf(this.model);
    const range = this.model.clusters.length > 25 ? 6 : 8;
    return this.model.clusters.map((cluster, i) => {
      const size = Math.round(11.5 + (range * Math.max(0, (Math.log(1 + cluster.size) / largest) - 0.4) / 0.6));
      const lines = wrap(cluster.name, LINE_LETTERS, NAME_LINES);
      this.context.font = fontOf(size, true);
      const width = Math.max(...lines.map((line) => this.context.measureText(line).width));
      return {
        id: i + 1, x: cluster.x, y: cluster.y, lines, size, width, height: lines.length * size * 1.15,
        light: cluster.lightText, dark: cluster.darkText, ...extents[i],
      };
    });
  }

  /** Forgets which names were taken, after other groups are shown. */
  reset() {
    this.step = null;
    this.names.forEach((name) => {
      name.place = null;
    });
    this.places.clear();
  }

  /** Makes the view's margin wide enough for the names at the sides of the whole map. */
  fit(view) {
    const zoom = view.zoom;
    const x = view.x;
    view.zoom = 1;
    view.x = (view.frame[0] + view.frame[2]) / 2;
    view.margin = SMALLEST_MARGIN;
    let beyond = 0;
    for (const name of this.names) {
      const middle = view.screenX(name.x);
      beyond = Math.max(beyond, (name.width / 2) - middle + 8, middle + (name.width / 2) - view.width + 8);
    }

    view.margin += beyond;
    view.zoom = zoom;
    view.x = x;
    this.reset();
  }

  takeNames(view) {
    const exact = Math.log(view.zoom) / Math.log(STEP);
    if (this.step !== null && exact >= this.step && exact < this.step + 1 + LATENESS) {
      return;
    }

    this.step = Math.floor(exact);
    const { isolated, grouping, byCluster } = this.model;
    const shown = isolated.size > 0 && grouping.of === byCluster.of ? this.names.filter((name) => isolated.has(name.id)) : this.names;
    const whole = view.scale / view.zoom;
    const scales = [this.step, this.step + 1 + LATENESS].map((step) => whole * Math.pow(STEP, step));
    const sets = scales.map(() => new BoxSet());
    const perX = view.worldWidth / 65535;
    const perY = view.worldHeight / 65535;
    this.taken = this.model.head.hideName ? [] : shown.filter((name) => {
      const isWide = name.spreadX * scales[0] * perX > 0.5 * name.width && name.spreadY * scales[0] * perY > 1.2 * name.height;
      const usual = isWide ? ["over", "above", "below"] : ["above", "below", "over"];

      // Where it was at the last step is kept, so that names jump seldom; else the place that covers the fewest marks is taken.
      let best = null;
      for (const place of name.place === null ? usual : [name.place, ...usual]) {
        const { anchor, lift } = placeOf(name, place);
        const boxes = scales.map((scale) => [
          (name.x * scale * perX) - (name.width / 2), lift - (anchor * scale * perY), name.width, name.height]);
        if (boxes.every((box, i) => sets[i].isFree(...box))) {
          const covered = place === name.place ? -1 : this.countCovered(boxes[0], scales[0] * perX, scales[0] * perY);
          if (best === null || covered < best.covered) {
            best = { place, anchor, lift, boxes, covered };
          }
        }
      }

      if (best !== null) {
        best.boxes.forEach((box, i) => sets[i].take(...box));
        Object.assign(name, { place: best.place, anchor: best.anchor, lift: best.lift });
        return true;
      }

      name.place = null;
      return false;
    });
  }

  /** Counts the marks in a box, with a little air for their texts; among very many no place is better than another. */
  countCovered([left, top, width, height], perX, perY) {
    let count = 0;
    if (this.model.count <= MOST_COUNTED) {
      this.grid.each([
        (left - AIR) / perX, -(top + height + (2 * AIR)) / perY, (left + width + AIR) / perX, -(top - AIR) / perY], () => {
        count++;
      });
    }

    return count;
  }

  draw(view, theme) {
    const { context } = this;
    this.takeNames(view);
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.strokeStyle = theme.ground;
    const boxes = new BoxSet();
    this.drawn = [];
    context.textAlign = "center";
    for (const name of this.taken) {
      const x = view.screenX(name.x);
      const y = view.screenY(name.anchor) + name.lift + (name.height / 2);
      const isFree = boxes.take(x - (name.width / 2), y - (name.height / 2), name.width, name.height);
      if (isFree && x + name.width > 0 && y + name.height > 0 && x - name.width < view.width && y - name.height < view.height) {
        context.font = fontOf(name.size, true);
        context.lineWidth = 4;
        context.fillStyle = theme.isDark ? name.dark : name.light;
        name.lines.forEach((line, i) => {
          this.write(line, x, y + ((i - ((name.lines.length - 1) / 2)) * name.size * 1.15));
        });
        this.drawn.push({
          text: name.lines.join(" "), x: x - (name.width / 2), y: y - (name.height / 2), width: name.width, height: name.height });
      }
    }

    if (!this.model.head.hideText && this.model.texts !== null) {
      this.drawTexts(view, theme, boxes);
    }
  }

  write(text, x, y) {
    this.context.strokeText(text, x, y);
    this.context.fillText(text, x, y);
  }

  drawTexts(view, theme, boxes) {
    const { context, model } = this;
    const rows = this.grid.within(view.bounds(), MOST_TEXTS, (row) => model.isShown(row));
    if (rows === null) {
      this.places.clear();
      return;
    }

    context.font = fontOf(TEXT_SIZE, false);
    context.fillStyle = theme.soft;
    context.lineWidth = 3;
    context.textAlign = "left";
    const reach = markStyle(view, model.count).radius + 3;
    const marks = rows.map((row) => [view.screenX(model.points.x[row]), view.screenY(model.points.y[row])]);
    const before = this.places;
    this.places = new Map();

    // Texts that were there stay where they were, if that is free; then the others take what is left.
    for (const isNew of [false, true]) {
      rows.forEach((row, i) => {
        if (before.has(row) === isNew) {
          return;
        }

        const text = this.cutOf(row);
        if (text.width === 0) {
          return;
        }

        const height = TEXT_SIZE * 1.25;
        const [x, y] = marks[i];
        const places = [
          [x - (text.width / 2), y - reach - height], [x + reach, y - (height / 2)], [x - reach - text.width, y - (height / 2)],
          [x - (text.width / 2), y + reach], [x + (reach / 2), y - reach - height], [x + (reach / 2), y + reach],
          [x - (reach / 2) - text.width, y - reach - height], [x - (reach / 2) - text.width, y + reach],
          [x - (text.width / 2), y - reach - (1.8 * height)], [x - (text.width / 2), y + reach + (0.8 * height)]];
        const tries = before.has(row) ? [before.get(row), ...places.keys()] : places.keys();
        for (const place of tries) {
          const [left, top] = places[place];
          if (left >= 2 && left + text.width <= view.width - 2 && top >= 2 && top + height <= view.height - 2
            && !coversMark(marks, left, top, text.width, height, reach - 3) && boxes.take(left, top, text.width, height)) {
            this.places.set(row, place);
            this.write(text.line, left, top + (height / 2));
            this.drawn.push({ text: text.line, x: left, y: top, width: text.width, height });
            break;
          }
        }
      });
    }
  }

  cutOf(row) {
    if (this.cuts.size > 5000) {
      this.cuts.clear();
    }

    if (!this.cuts.has(row)) {
      const line = cut(this.model.textOf(row).replace(/\s+/g, " ").trim(), TEXT_LETTERS);
      this.cuts.set(row, { line, width: this.context.measureText(line).width });
    }

    return this.cuts.get(row);
  }
}

/** Returns the stored height that a name is tied to, and how many pixels below it the name begins. */
function placeOf(name, place) {
  switch (place) {
    case "over":
      return { anchor: name.y, lift: -name.height / 2 };
    case "above":
      return { anchor: name.top, lift: -name.height - 12 };
    default:
      return { anchor: name.bottom, lift: 12 };
  }
}

/** How far the clusters reach around their middle, without the outermost tenths: to the sides, and up. */
function extentsOf(model) {
  const { cluster, x, y } = model.points;
  const rows = model.clusters.map(() => []);
  for (let row = 0; row < model.count; row++) {
    const list = cluster[row] > 0 ? rows[cluster[row] - 1] : null;

    // A sample does: the thousand first.
    if (list !== null && list.length < 1000) {
      list.push(row);
    }
  }

  return rows.map((list) => {
    const xs = list.map((row) => x[row]).sort((a, b) => a - b);
    const ys = list.map((row) => y[row]).sort((a, b) => a - b);
    const tenth = Math.floor(list.length / 10);
    return {
      spreadX: xs[xs.length - 1 - tenth] - xs[tenth], spreadY: ys[ys.length - 1 - tenth] - ys[tenth],
      top: ys[ys.length - 1 - tenth], bottom: ys[tenth], place: null,
    };
  });
}

function fontOf(size, isBold) {
  return (isBold ? "600 " : "") + size + "px " + FONT;
}

function coversMark(marks, left, top, width, height, radius) {
  return marks.some(([x, y]) => x > left - radius && x < left + width + radius && y > top - radius && y < top + height + radius);
}

/** Cuts a text between grapheme clusters, with an ellipsis. */
export function cut(text, most) {
  if (text.length <= most) {
    return text;
  }

  const letters = [...new Intl.Segmenter().segment(text.slice(0, most * 8))].map((part) => part.segment);
  return letters.length > most ? letters.slice(0, most - 1).join("").trimEnd() + "…" : letters.join("");
}

function wrap(text, most, lineCount) {
  const lines = [];
  let rest = text.replace(/\s+/g, " ").trim();
  while (rest.length > most && lines.length < lineCount - 1) {
    const space = rest.lastIndexOf(" ", most);
    if (space < most / 3) {
      break;
    }

    lines.push(rest.slice(0, space));
    rest = rest.slice(space + 1);
  }

  lines.push(cut(rest, most));
  return lines;
}
