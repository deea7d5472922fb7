// The blocks of the page: what is to be shown as JSON, and columns of numbers and texts as base64 of zlib's format.

/** Letters that are unpacked at once, a multiple of four. */
const PIECE = 1 << 16;

/** Reads the JSON that says what the page shows. */
export function readHead() {
  return JSON.parse(document.getElementById("head").textContent);
}

/**
 * Unpacks a block and removes its element, whose text is no longer needed. The size is that of what comes out, in bytes; 0 where it is not
 * known.
 */
export async function readBlock(id, size) {
  const element = document.getElementById(id);
  element.normalize();
  const text = element.firstChild;
  if (text === null) {
    return new Uint8Array(0);
  }

  // Piece by piece: so neither a string nor a queue nor a list of pieces holds all of it again, and little garbage waits to be collected.
  const stream = new DecompressionStream("deflate");
  const [bytes] = await Promise.all([
    collect(stream.readable.getReader(), size > 0 ? size : 3 * text.length), write(stream.writable.getWriter(), text)]);
  element.remove();
  return bytes;
}

async function write(writer, text) {
  for (let at = 0; at < text.length; at += PIECE) {
    const packed = unpackBase64(text.substringData(at, PIECE));
    await writer.write(packed);
    release(packed);
  }

  text.data = "";
  await writer.close();
}

async function collect(reader, guess) {
  let bytes = new Uint8Array(guess);
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    if (length + read.value.length > bytes.length) {
      const larger = new Uint8Array(Math.ceil(1.5 * (length + read.value.length)));
      larger.set(bytes);
      release(bytes);
      bytes = larger;
    }

    bytes.set(read.value, length);
    length += read.value.length;
    release(read.value);
  }

  return bytes.subarray(0, length);
}

/** Gives the memory of bytes back at once where the browser can: until it collects them itself may take long. */
function release(bytes) {
  bytes.buffer.transfer?.(0);
}

/**
 * Has the browser collect what setting the page up left behind, which else stays as long as nothing else happens. It does so when much
 * memory is asked for; this much is, is never touched, so that it takes none, and is given back at once.
 */
export function collectGarbage() {
  if (!ArrayBuffer.prototype.transfer) {
    return;
  }

  try {
    release(new Uint8Array(1 << 27));
  } catch {
    // So much cannot even be asked for.
  }
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
 * Reads the points: a column of x, one of y, in space one of z (16 bits each, 0 is left, bottom and far), one of clusters, 0 for noise,
 * else one more than the cluster's place in the list, which is by size; and where there are layers, one of sets, each of a cluster in every
 * layer.
 */
export async function readPoints(head) {
  const { count, clusterBytes, setBytes, isSpatial } = head;
  const { buffer } = await readBlock("points", count * ((isSpatial ? 6 : 4) + clusterBytes + setBytes));
  let at = 0;
  const column = (bytes) => {
    const numbers = bytes === 2 ? new Uint16Array(buffer, at, count) : new Uint32Array(buffer.slice(at, at + (4 * count)));
    at += bytes * count;
    return numbers;
  };
  return {
    count, x: column(2), y: column(2), z: isSpatial ? column(2) : null,
    cluster: column(clusterBytes), set: setBytes > 0 ? column(setBytes) : null,
  };
}
