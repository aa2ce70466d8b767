/** “X, as relayed by Y, in Z”: through whom a claim came, from the one who made it to the outlet that was read. */
export function attributionParts(
  chain: readonly string[],
): readonly (readonly [words: string, name: string])[] {
  return chain.map((name, at) => {
    if (at === 0) return ['', name];
    if (at === chain.length - 1) return [', in ', name];
    return [at === 1 ? ', as relayed by ' : ' and ', name];
  });
}
