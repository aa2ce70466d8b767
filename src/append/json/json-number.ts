/**
 * True if a JSON number still denotes the same decimal number after parsing it as a double and serialising it (RFC 8785
 * writes the shortest digits that parse to the same double). `-0` counts as equal to `0`.
 */
export function survivesAsNumber(literal: string): boolean {
  const value = Number(literal);
  return Number.isFinite(value) && decimalOf(literal) === decimalOf(String(value));
}

/** Returns one spelling for each decimal number: sign, digits without outer zeros, exponent of the last digit. */
function decimalOf(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const significant = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = withoutTrailingZeros(significant);
  if (digits === '') return '0';
  const dropped = significant.length - digits.length;
  const sign = literal.startsWith('-') ? '-' : '';
  return `${sign}${digits}e${Number(exponent) - fraction.length + dropped}`;
}

/** A pattern such as `/0+$/` would take quadratic time on long runs of zeros. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
