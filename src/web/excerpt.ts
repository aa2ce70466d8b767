/** The beginning of a long text, up to a space or at least a whole character, with “…”; a short one as it is. */
export function excerpt(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const head = text.slice(0, charsMax);
  const space = head.lastIndexOf(' ');
  const cut = space > charsMax / 2 ? head.slice(0, space) : head.replace(/[\uD800-\uDBFF]$/, '');
  return `${cut}…`;
}
