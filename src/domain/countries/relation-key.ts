/** Returns the key of the relation between two countries: their codes in alphabetical order, `CN~PK`. */
export function relationKey(a: string, b: string): string {
  return a < b ? `${a}~${b}` : `${b}~${a}`;
}
