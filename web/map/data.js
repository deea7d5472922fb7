// The blocks of the page: what is to be shown as JSON, and columns of numbers and texts as base64 of zlib's format.

/** Reads the JSON that says what the page shows. */
export function readHead() {
  return JSON.parse(document.getElementById("head").textContent);
}

/** Unpacks a block and removes its element, whose text is no longer needed. */
export async function readBlock(id) {
  const element = document.getElementById(id);
  const text = element.textContent;
  element.remove();
  if (text === "") {
    return new ArrayBuffer(0);
  }

  const packed = unpackBase64(text);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

function unpackBase64(text) {
  if (Uint8Array.fromBase64) {
    return Uint8Array.fromBase64(text);
  }

  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) {
    bytes[i] = letters.charCodeAt(i);
  }

  return bytes;
}

/**
 * Reads the points: a column of x, one of y (16 bits each, 0 is left and bottom), and one of clusters, 0 for noise, else one more than the
 * cluster's place in the list, which is by size.
 */
export async function readPoints(head) {
  const buffer = await readBlock("points");
  const count = head.count;
  return {
    count,
    x: new Uint16Array(buffer, 0, count),
    y: new Uint16Array(buffer, 2 * count, count),
    cluster: head.clusterBytes === 2 ? new Uint16Array(buffer, 4 * count, count) : new Uint32Array(buffer, 4 * count, count),
  };
}
