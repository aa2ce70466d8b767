/**
 * Whether a JSON number denotes the same decimal number after it was read as a double and written again (RFC 8785
 * writes the shortest digits that read back as the same double). `-0` does: it is written `0`.
 */
export function survivesAsNumber(literal: string): boolean {
  const value = Number(literal);
  return Number.isFinite(value) && decimalOf(literal) === decimalOf(String(value));
}

/** One spelling for each decimal number: sign, digits without zeros at either end, exponent of the last digit. */
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

/** Not by a pattern: `/0+$/` takes quadratic time on long runs of zeros. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
