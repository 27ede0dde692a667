/** A random source like `Math.random`, with the same numbers for the same seed (mulberry32). Not for cryptography. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Up to `count` of the items, in random order (a partial Fisher-Yates shuffle). */
export function draw<T>(items: readonly T[], count: number, random: () => number): T[] {
  const pool = [...items];
  return Array.from({ length: Math.min(count, items.length) }, () =>
    pool.splice(Math.floor(random() * pool.length), 1),
  ).flat();
}
