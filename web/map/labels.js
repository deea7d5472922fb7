import { Names } from "./names.js";
import { PointTexts } from "./point-texts.js";
import { fontOf, isFromRight } from "./writing.js";

/** Draws names of clusters and texts of points, on a canvas above the points. */
export class Labels {
  constructor(context, model, grid) {
    this.context = context;
    this.model = model;
    this.names = new Names(context, model, grid);
    this.texts = new PointTexts(context, model, grid);
    this.isArranged = false;
    this.hidesTexts = false;
    this.drawn = [];
  }

  /** Has names and texts find their places again, after other groups are shown. */
  reset() {
    this.isArranged = false;
  }

  /** Fits the view's margin to the names, after the size of the screen changed. */
  fit(view) {
    this.names.fit(view);
    this.reset();
  }

  /** Follows points that lie elsewhere now. Their texts come once they rest. */
  move(view, isResting) {
    this.names.move(view);
    this.names.isTurning = !isResting;
    this.hidesTexts = !isResting;
    this.reset();
  }

  draw(view, theme) {
    if (!this.isArranged) {
      this.isArranged = true;
      this.names.arrange(view);
      this.texts.clear();
    }

    const { context } = this;
    this.drawn = [];
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.strokeStyle = theme.ground;
    context.textAlign = "center";
    context.lineWidth = 4;
    for (const label of this.names.labels) {
      const { size, text } = label.name;
      this.write(label, label.name.lines, fontOf(size, true), !label.isMain ? theme.ink : theme.isDark ? text.dark : text.light, view);
    }

    context.lineWidth = 3;
    for (const label of this.hidesTexts ? [] : this.texts.find(view, this.names.ranges)) {
      this.write(label, label.lines, fontOf(label.size, false), theme.soft, view);
    }
  }

  /** Writes a label where it is on the screen, if it is. */
  write(label, lines, font, color, view) {
    const { scale } = view;
    const { width, height } = label;
    const x = ((label.x - view.x) * scale) + (view.width / 2) + label.left;
    const y = (view.height / 2) - ((label.y - view.y) * scale) + label.top;
    if (scale < label.from || scale >= label.to || x + width < 0 || x > view.width || y + height < 0 || y > view.height) {
      return;
    }

    const { context } = this;
    context.font = font;
    context.fillStyle = color;

    // All lines run as the text does as a whole, whatever a line begins with.
    context.direction = isFromRight(lines.join(" ")) ? "rtl" : "ltr";
    lines.forEach((line, i) => {
      const middle = y + (((i + 0.5) / lines.length) * height);
      context.strokeText(line, x + (width / 2), middle);
      context.fillText(line, x + (width / 2), middle);
    });
    this.drawn.push({ text: lines.join(" "), isName: label.name !== undefined, x, y, width, height });
  }
}
