const POOL = 1 << 20;

/** A small seeded generator (mulberry32): the same seed, the same choices. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to n - 1. */
  int(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.int(n) === 0;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.int(values.length)] as T;
  }

  /** Mostly small, sometimes larger than every buffer on the way. */
  size(): number {
    return this.pick([0, this.int(10), this.int(200), this.int(3_000), this.int(20_000), this.int(200_000)]);
  }

  /** Cuts into pieces at random places. */
  *cut(bytes: Buffer): Iterable<Buffer> {
    const pieces = this.pick([1, 1, 2, 5, 20]);
    let at = 0;
    for (let i = 1; i < pieces && at < bytes.length; i++) {
      const end = Math.min(bytes.length, at + 1 + this.int(Math.max(1, Math.ceil((2 * bytes.length) / pieces))));
      yield bytes.subarray(at, end);
      at = end;
    }
    if (at < bytes.length) yield bytes.subarray(at);
  }
}

const pool = Buffer.alloc(2 * POOL);
const filler = new Random(7);
for (let at = 0; at < POOL; at += 4) pool.writeInt32LE(filler.int(2 ** 32) | 0, at);
pool.copy(pool, POOL, 0, POOL);

/** The octets that belong to `id` alone: whoever gets others got somebody else's. */
export function contentOf(id: string, length: number): Buffer {
  let hash = 2_166_136_261;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 16_777_619);
  const from = (hash >>> 0) % POOL;
  return pool.subarray(from, from + length);
}

/** As chunks of random sizes, with the last chunk. */
export function inChunks(random: Random, bytes: Buffer, trailers = ""): Buffer {
  const parts: Buffer[] = [];
  for (const piece of random.cut(bytes)) {
    const extension = random.oneIn(5) ? ';a="b"' : "";
    parts.push(Buffer.from(`${piece.length.toString(16)}${extension}\r\n`), piece, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from(`0\r\n${trailers}\r\n`)]);
}
