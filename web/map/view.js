// What part of the map is on the screen: the world is as wide or as high as 1, and lies upside down on a screen.

const LARGEST_ZOOM = 400;
export const SMALLEST_MARGIN = 40;

/** The part of the map that is shown. */
export class View {
  constructor(head) {
    this.worldWidth = head.world[0];
    this.worldHeight = head.world[1];
    this.frame = head.frame;
    this.margin = SMALLEST_MARGIN;
    this.width = 1;
    this.height = 1;
    this.reset();
  }

  /** Takes the size of the screen, in CSS pixels. What was in the middle stays there. */
  resize(width, height) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
  }

  reset() {
    const [left, bottom, right, top] = this.frame;
    this.x = (left + right) / 2;
    this.y = (bottom + top) / 2;
    this.zoom = 1;
  }

  /** Says whether it shows anything else than at first. */
  isMoved() {
    const [left, bottom, right, top] = this.frame;
    return this.zoom !== 1 || this.x !== (left + right) / 2 || this.y !== (bottom + top) / 2;
  }

  /** Gets how many pixels one unit of the world has. */
  get scale() {
    return this.whole().scale * this.zoom;
  }

  /** Returns the scale and the middle of the view that shows the whole map. */
  whole() {
    const [left, bottom, right, top] = this.frame;
    const marginX = Math.min(this.margin, this.width * 0.2);
    const marginY = Math.min(48, this.height * 0.1);
    return {
      scale: Math.min((this.width - (2 * marginX)) / (right - left), (this.height - (2 * marginY)) / (top - bottom)),
      middle: [(left + right) / 2, (bottom + top) / 2],
    };
  }

  /** Returns a stored number in units of the world. */
  worldX(x) {
    return (x / 65535) * this.worldWidth;
  }

  worldY(y) {
    return (y / 65535) * this.worldHeight;
  }

  storedX(x) {
    return (x / this.worldWidth) * 65535;
  }

  storedY(y) {
    return (y / this.worldHeight) * 65535;
  }

  screenX(x) {
    return ((this.worldX(x) - this.x) * this.scale) + (this.width / 2);
  }

  screenY(y) {
    return (this.height / 2) - ((this.worldY(y) - this.y) * this.scale);
  }

  /** Returns the stored numbers of a place on the screen; they may lie beyond 0 and 65535. */
  stored(screenX, screenY) {
    return [
      this.storedX(this.x + ((screenX - (this.width / 2)) / this.scale)),
      this.storedY(this.y - ((screenY - (this.height / 2)) / this.scale)),
    ];
  }

  /** Returns the stored rectangle that the screen shows: left, bottom, right, top. */
  bounds() {
    const [left, top] = this.stored(0, 0);
    const [right, bottom] = this.stored(this.width, this.height);
    return [left, bottom, right, top];
  }

  pan(screenX, screenY) {
    this.x = clamp(this.x - (screenX / this.scale), 0, this.worldWidth);
    this.y = clamp(this.y + (screenY / this.scale), 0, this.worldHeight);
  }

  /** Zooms so that the place under the pointer stays under it. */
  zoomAt(screenX, screenY, factor) {
    const before = this.scale;
    const worldX = this.x + ((screenX - (this.width / 2)) / before);
    const worldY = this.y - ((screenY - (this.height / 2)) / before);
    this.zoom = clamp(this.zoom * factor, 0.5, LARGEST_ZOOM);
    const after = this.scale;
    this.x = worldX - ((screenX - (this.width / 2)) / after);
    this.y = worldY + ((screenY - (this.height / 2)) / after);
    this.pan(0, 0);
  }

  /** Brings a stored place into the middle, at least as near as the zoom given. */
  goTo(x, y, zoom) {
    this.x = this.worldX(x);
    this.y = this.worldY(y);
    this.zoom = Math.max(this.zoom, zoom);
  }
}

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
