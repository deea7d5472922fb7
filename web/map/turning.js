import { clamp } from "./view.js";

// Points in three dimensions: what is seen of them from where the user turned them is a map like any other.

const MIDDLE = 32767.5;

/** How far a pixel of a drag turns, in radians. */
const PER_PIXEL = 0.008;

/** Turns the points of a page around their middle: first around the upright axis, then up or down. */
export class Turning {
  /** Takes the points as they lie at first, whose x and y it changes from then on, and all lists of groups, whose middles follow. */
  constructor(points, lists) {
    this.points = points;
    this.home = [points.x.slice(), points.y.slice(), points.z];
    this.groups = lists.flat().filter((group) => group.x !== undefined).map((group) => ({ group, at: [group.x, group.y, group.z] }));
    this.points.near = new Uint8Array(points.count);
    this.reset();
  }

  reset() {
    this.yaw = 0;
    this.pitch = 0;
    this.apply();
  }

  isTurned() {
    return this.yaw !== 0 || this.pitch !== 0;
  }

  /** Turns by a drag of so many pixels. */
  turn(screenX, screenY) {
    this.turnTo(this.yaw + (screenX * PER_PIXEL), this.pitch + (screenY * PER_PIXEL));
  }

  /** Turns to angles in radians. */
  turnTo(yaw, pitch) {
    this.yaw = yaw % (2 * Math.PI);
    this.pitch = clamp(pitch, -Math.PI / 2, Math.PI / 2);
    this.apply();
  }

  /** Works out where each point is seen, and how near it is, from 0 to 255. */
  apply() {
    const { x, y, near, count } = this.points;
    const [homeX, homeY, homeZ] = this.home;
    const [sinYaw, cosYaw, sinPitch, cosPitch] = [Math.sin(this.yaw), Math.cos(this.yaw), Math.sin(this.pitch), Math.cos(this.pitch)];
    for (let row = 0; row < count; row++) {
      const sideX = homeX[row] - MIDDLE;
      const sideY = homeY[row] - MIDDLE;
      const sideZ = homeZ[row] - MIDDLE;
      const deep = (sideZ * cosYaw) - (sideX * sinYaw);
      x[row] = clamp(Math.round((sideX * cosYaw) + (sideZ * sinYaw) + MIDDLE), 0, 65535);
      y[row] = clamp(Math.round((sideY * cosPitch) - (deep * sinPitch) + MIDDLE), 0, 65535);
      near[row] = clamp(Math.round(((sideY * sinPitch) + (deep * cosPitch) + MIDDLE) / 257), 0, 255);
    }

    for (const { group, at: [atX, atY, atZ] } of this.groups) {
      const deep = ((atZ - MIDDLE) * cosYaw) - ((atX - MIDDLE) * sinYaw);
      group.x = ((atX - MIDDLE) * cosYaw) + ((atZ - MIDDLE) * sinYaw) + MIDDLE;
      group.y = ((atY - MIDDLE) * cosPitch) - (deep * sinPitch) + MIDDLE;
    }
  }
}
