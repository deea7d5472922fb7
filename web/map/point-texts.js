import { markStyle } from "./paint.js";
import { numberText } from "./panel.js";
import { Piles } from "./piles.js";
import { Ranges, partingOf } from "./ranges.js";
import { clamp } from "./view.js";
import { fontOf, wrap } from "./writing.js";

// Texts of points: each keeps its place, and comes when there is room for it.

const SIZE = 12;
const TEXT_LETTERS = 24;
const TEXT_LINES = 2;
const LINE_HEIGHT = SIZE * 1.2;

/** A wider text is not written: a few letters of some scripts are as wide as a line. */
const WIDEST = 480;

/** Where so few points are shown, all texts have their places from the start. */
const MOST_ARRANGED = 600;

/** Else texts come when so few points are in view, and go when there are half as many again, so that none flickers at the border. */
const MOST_IN_VIEW = 60;
const MOST_KEPT = 600;

/** How much smaller than the view the map may become before texts that were found now must go. */
const SLACK = 1.3;
const LATER = 1.2;
const TEXT_AIR = 3;

/** What is between a mark and a text that is farther off than this many times the nearest ones, so wide, would seem to be meant. */
const FARTHER = 1.5;
const BETWEEN = 6;

/** Where there are few points, a text is so much nearer to its own mark than to any other. */
const NEARER = 4;

/** How far a text reaches at most beside its width: from the mark's middle, with a line between. */
const HIGHEST = 90;

/** Finds the places of the texts. */
export class PointTexts {
  constructor(context, model, grid) {
    this.context = context;
    this.model = model;
    this.grid = grid;
    this.ways = new Map();
    this.piles = new Piles(model, grid);
    this.clear();
  }

  /** Forgets all places. */
  clear() {
    this.labels = new Map();
    this.ways.clear();
    this.piles.clear();
    this.ranges = new Ranges(WIDEST + HIGHEST);
    this.isOn = false;
    this.arranged = null;
    this.areFew = false;
  }

  /** Returns the labels of the texts that may be in view, after names have their places. */
  find(view, names) {
    const { model } = this;
    if (model.head.hideText || model.texts === null) {
      return [];
    }

    this.arranged ??= model.count <= MOST_ARRANGED || model.countShown() <= MOST_ARRANGED;
    if (this.arranged) {
      if (this.labels.size === 0) {
        const rows = this.piles.within([0, 0, 65535, 65535], Infinity);
        this.context.font = fontOf(SIZE, false);
        const widest = Math.max(0, ...rows.flatMap((row) => this.waysOf(row).map(({ width }) => width)));
        this.ranges = new Ranges(widest + HIGHEST);
        this.arrange(rows, rows, view, names, view.whole().scale / SLACK);
      }

      return this.labels.values();
    }

    const rows = this.piles.within(view.bounds(), MOST_IN_VIEW * (this.isOn ? 1.5 : 1));
    this.isOn = rows !== null;
    if (rows === null) {
      return [];
    }

    if (this.labels.size > MOST_KEPT) {
      this.clear();
      this.isOn = true;
    }

    const isNew = rows.filter((row) => !this.labels.has(row));
    if (isNew.length > 0) {
      const [left, bottom, right, top] = view.bounds();
      const wide = (SLACK * (WIDEST + HIGHEST) / view.width) * (right - left);
      const high = (SLACK * HIGHEST / view.height) * (top - bottom);
      const marks = this.piles.within([left - wide, bottom - high, right + wide, top + high], Infinity);
      this.arrange(isNew, marks, view, names, view.scale / SLACK);
    }

    return rows.map((row) => this.labels.get(row));
  }

  /** Gives texts their places, beside the marks and all that is there. */
  arrange(rows, marks, view, names, from) {
    const { x, y } = this.model.points;
    const { radius } = markStyle({ ...view, zoom: this.arranged ? 1 : view.zoom }, this.model.count);
    const boxes = marks.map((row) => ({
      x: view.worldX(x[row]), y: view.worldY(y[row]), left: -radius, top: -radius, width: 2 * radius, height: 2 * radius,
      from: 0, to: Infinity,
    }));
    this.areFew = marks.length <= MOST_IN_VIEW;
    this.context.font = fontOf(SIZE, false);
    for (const row of rows) {
      const label = { x: view.worldX(x[row]), y: view.worldY(y[row]), lines: [], size: SIZE, late: Infinity, from: Infinity, to: Infinity };
      const ways = this.waysOf(row);
      const far = Math.max(0, ...ways.map(({ width }) => width + HIGHEST)) / from;
      const near = boxes.filter((box) => Math.abs(box.x - label.x) < far && Math.abs(box.y - label.y) < far);
      for (const way of ways) {
        this.place(label, way, radius + TEXT_AIR, near, view, names, from);
      }

      this.labels.set(row, label);
      if (label.from < Infinity) {
        this.ranges.take(label);
        const between = betweenOf(label, radius + TEXT_AIR);
        if (between !== null) {
          this.ranges.take({ ...between, from: label.from, to: Infinity });
        }
      }
    }
  }

  /** Returns how a text can be written: on two lines, and cut to one, which may have room earlier. */
  waysOf(row) {
    if (this.ways.has(row)) {
      return this.ways.get(row);
    }

    const text = this.model.textOf(row);
    const count = this.piles.countOf(row);
    const ways = [];
    for (const lineCount of [TEXT_LINES, 1]) {
      const lines = wrap(text, TEXT_LETTERS, lineCount);
      if (count > 1 && lines.at(-1) !== "") {
        lines.push(lines.pop() + " ×" + numberText(count));
      }

      const width = Math.max(...lines.map((line) => this.context.measureText(line).width));
      if (lines.length === lineCount && width > 0 && width <= WIDEST) {
        ways.push({ lines, width });
      }
    }

    if (this.ways.size > MOST_KEPT) {
      this.ways.clear();
    }

    this.ways.set(row, ways);
    return ways;
  }

  /** Takes the place at which a text comes first. One that the window would cut on the whole map comes a little later. */
  place(label, { lines, width }, reach, marks, view, names, from) {
    const whole = view.whole();
    const height = lines.length * LINE_HEIGHT;
    const middleX = ((label.x - whole.middle[0]) * whole.scale) + (view.width / 2);
    const middleY = (view.height / 2) - ((label.y - whole.middle[1]) * whole.scale);
    for (const [left, top] of placesOf(width, height, reach, this.areFew)) {
      const isCut = middleX + left < 2 || middleX + left + width > view.width - 2
        || middleY + top < 2 || middleY + top + height > view.height - 2;
      const box = { x: label.x, y: label.y, left, top, width, height };
      let first = isCut ? Math.max(from, LATER * whole.scale) : from;
      const between = betweenOf(box, reach);
      const around = grown(box, (between === null ? 0 : distanceOf(box) - reach) + (this.areFew ? NEARER : 0));
      for (let i = 0; i < marks.length && Math.max(first, whole.scale) < label.late; i++) {
        const isOwn = marks[i].x === label.x && marks[i].y === label.y;
        first = Math.max(first, partingOf(isOwn ? box : around, marks[i], from, Infinity));
        if (between !== null && !isOwn) {
          first = Math.max(first, partingOf(between, marks[i], from, Infinity));
        }
      }

      if (Math.max(first, whole.scale) < label.late) {
        for (const part of between === null ? [box] : [box, between]) {
          first = Math.max(first, names.firstFree(part, from, Infinity), this.ranges.firstFree(part, from, Infinity));
        }

        const late = Math.max(first, whole.scale);
        if (late < label.late) {
          Object.assign(label, { left, top, width, height, lines, late, from: first });
        }
      }
    }
  }
}

/** Returns how far the middle of a text's mark is from the text, in pixels: where it is nearest, to the right and down. */
function nearestOf({ left, top, width, height }) {
  return [clamp(0, left, left + width), clamp(0, top, top + height)];
}

function distanceOf(box) {
  return Math.hypot(...nearestOf(box));
}

function grown({ x, y, left, top, width, height }, room) {
  return { x, y, left: left - room, top: top - room, width: width + (2 * room), height: height + (2 * room) };
}

/** Returns the strip between a mark and a text that is above, below or beside it farther off; null where the text is at the mark. */
function betweenOf(box, reach) {
  const [right, down] = nearestOf(box);
  const { x, y } = box;
  const long = distanceOf(box) - reach;
  if (distanceOf(box) <= FARTHER * reach) {
    return null;
  }

  return Math.abs(down) > Math.abs(right)
    ? { x, y, left: -BETWEEN / 2, top: down < 0 ? down : reach, width: BETWEEN, height: long }
    : { x, y, left: right < 0 ? right : reach, top: -BETWEEN / 2, width: long, height: BETWEEN };
}

/** Above and below the mark, to its sides, then a little shifted, then further off; furthest where points are few. */
function placesOf(width, height, reach, areFew) {
  const above = -reach - height;
  const left = -reach - width;
  const low = -height + (LINE_HEIGHT / 2);
  const places = [
    [-width / 2, above], [reach, -height / 2], [left, -height / 2], [-width / 2, reach],
    [reach / 2, above], [reach / 2, reach], [(-reach / 2) - width, above], [(-reach / 2) - width, reach],
    [-width / 4, above], [-0.75 * width, above], [-width / 4, reach], [-0.75 * width, reach],
    [reach, low], [left, low], [reach, -LINE_HEIGHT / 2], [left, -LINE_HEIGHT / 2],
    [-width / 2, above - LINE_HEIGHT], [-width / 2, reach + LINE_HEIGHT],
  ];
  for (const off of areFew ? [1, 1.75, 2.5] : []) {
    const shift = off * LINE_HEIGHT;
    places.push(
      [0, above - shift], [-width, above - shift], [0, reach + shift], [-width, reach + shift],
      [reach + shift, -height / 2], [left - shift, -height / 2], [-width / 2, above - shift], [-width / 2, reach + shift]);
  }

  return places;
}
