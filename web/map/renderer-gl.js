import { CARD_SAMPLE, DEPTH, PROCESSOR_SAMPLE, STATES, STATE_BITS, STRIDE, markStyle, rgbOf, sampleOf } from "./paint.js";

// Points by WebGL2: one buffer, one draw call.

const PALETTE_WIDTH = 256;
const IN_SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

const VERTEX = `#version 300 es
layout(location = 0) in uvec4 point;
uniform vec4 view;
uniform float radius;
uniform float alpha;
uniform float faint;
uniform float depth;
uniform vec3 pale;
uniform sampler2D colors;
flat out vec4 color;
flat out float reach;
void main() {
  uint state = point.w & ${STATES}u;
  if (state == 0u) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  gl_Position = vec4(vec2(point.xy) * view.xy + view.zw, 0.0, 1.0);
  bool noise = point.z == 0u;
  float size = noise ? radius * 0.7 : radius;
  float opacity = noise ? faint : alpha;
  vec3 tone = texelFetch(colors, ivec2(int(point.z) % ${PALETTE_WIDTH}, int(point.z) / ${PALETTE_WIDTH}), 0).rgb;
  if (state == 1u) {
    tone = pale;
    opacity = alpha * 0.4;
    size = radius * 0.7;
  } else if (state == 3u) {
    size = radius * 1.35 + 0.6;
    opacity = 1.0;
  }
  size *= 1.0 + depth * (float(point.w >> ${STATE_BITS}u) / 127.5 - 1.0);
  color = vec4(tone * opacity, opacity);
  reach = size;
  gl_PointSize = 2.0 * size + 1.0;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
flat in vec4 color;
flat in float reach;
out vec4 pixel;
void main() {
  float distance = length(gl_PointCoord - 0.5) * (2.0 * reach + 1.0);
  float cover = clamp(reach + 0.5 - distance, 0.0, 1.0);
  if (cover == 0.0) discard;
  pixel = color * cover;
}`;

/** Draws points by WebGL2. */
export class GlRenderer {
  /** Returns a renderer, or throws where there is no WebGL2 or its shaders do not link. */
  constructor(canvas, data, isSpatial) {
    const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, depth: false, powerPreference: "low-power" });
    if (gl === null) {
      throw new Error("There is no WebGL2.");
    }

    this.name = "webgl2";
    this.canvas = canvas;
    this.gl = gl;
    this.data = data;
    this.isSpatial = isSpatial;
    this.count = data.length / STRIDE;
    const names = gl.getExtension("WEBGL_debug_renderer_info");
    const drawer = gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL);
    this.sampleSize = IN_SOFTWARE.test(drawer) ? PROCESSOR_SAMPLE : CARD_SAMPLE;
    this.prepare();
  }

  /** Makes what the context holds; again after it was lost. */
  prepare() {
    const gl = this.gl;
    const program = gl.createProgram();
    gl.attachShader(program, this.shader(gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(program, this.shader(gl.FRAGMENT_SHADER, FRAGMENT));
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error("The shaders do not link: " + gl.getProgramInfoLog(program));
    }

    gl.useProgram(program);
    this.uniforms = {};
    for (const name of ["view", "radius", "alpha", "faint", "depth", "pale", "colors"]) {
      this.uniforms[name] = gl.getUniformLocation(program, name);
    }

    this.points = this.vertexArray();
    this.sample = this.count > this.sampleSize ? this.vertexArray() : null;
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  shader(kind, source) {
    const shader = this.gl.createShader(kind);
    this.gl.shaderSource(shader, source);
    this.gl.compileShader(shader);
    return shader;
  }

  vertexArray() {
    const gl = this.gl;
    const array = gl.createVertexArray();
    const buffer = gl.createBuffer();
    gl.bindVertexArray(array);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribIPointer(0, STRIDE, gl.UNSIGNED_SHORT, 2 * STRIDE, 0);
    return { array, buffer, count: 0 };
  }

  fill(target, data) {
    const gl = this.gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, target.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    target.count = data.length / STRIDE;
  }

  /** Takes over the buffer after colours or states in it changed. */
  update() {
    this.fill(this.points, this.data);
    if (this.sample !== null) {
      this.fill(this.sample, sampleOf(this.data, this.sampleSize));
    }
  }

  /** Takes the colours, of which the first is that of noise. */
  setColors(colors) {
    const gl = this.gl;
    const height = Math.ceil(colors.length / PALETTE_WIDTH);
    const pixels = new Uint8Array(PALETTE_WIDTH * height * 4);
    colors.forEach((color, i) => pixels.set([...rgbOf(color), 255], 4 * i));
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, PALETTE_WIDTH, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  }

  draw(view, pale, ratio, isMoving) {
    const gl = this.gl;
    const { radius, alpha, faint } = markStyle(view, this.count);
    const perX = (view.worldWidth / 65535) * view.scale * (2 / view.width);
    const perY = (view.worldHeight / 65535) * view.scale * (2 / view.height);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform4f(
      this.uniforms.view, perX, perY, -view.x * view.scale * (2 / view.width), -view.y * view.scale * (2 / view.height));
    gl.uniform1f(this.uniforms.radius, radius * ratio);
    gl.uniform1f(this.uniforms.alpha, alpha);
    gl.uniform1f(this.uniforms.faint, faint);
    gl.uniform1f(this.uniforms.depth, this.isSpatial ? DEPTH : 0);
    gl.uniform3f(this.uniforms.pale, ...rgbOf(pale).map((part) => part / 255));
    const target = isMoving && this.sample !== null ? this.sample : this.points;
    gl.bindVertexArray(target.array);
    gl.drawArrays(gl.POINTS, 0, target.count);
  }
}
