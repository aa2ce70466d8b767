import { z } from 'zod';
import { issue } from './field-error.ts';

/** The digits of ROR ids: Crockford's base 32. */
const BASE_32 = '0123456789abcdefghjkmnpqrstvwxyz';
const REPEATED_CHARS_MAX = 60;

/** Identifiers of an actor in public registers, each in the form that its register writes. */
export const identifiers = z.strictObject({
  wikidata: identifier('a Wikidata item: Q and digits, such as Q7184', (id) => /^Q[1-9]\d{0,11}$/.test(id))
    .meta({ description: 'Wikidata item, such as Q7184.' })
    .exactOptional(),
  ror: identifier('a ROR id without its URL and with right check digits, such as 01ggx4157', isRor)
    .meta({ description: 'Research Organization Registry, such as 01ggx4157.' })
    .exactOptional(),
  lei: identifier(
    'a legal entity identifier (ISO 17442): 20 capitals and digits, the last two of which check',
    isLei,
  )
    .meta({ description: 'Legal entity identifier, ISO 17442, such as HWUPKR0MPOU8FGXBT394.' })
    .exactOptional(),
  imo: identifier('an IMO ship number: 7 digits, the last of which checks, such as 9074729', isImo)
    .meta({ description: 'IMO ship number, 7 digits, such as 9074729.' })
    .exactOptional(),
});

function identifier(expected: string, isValid: (id: string) => boolean) {
  return z.string().check((field) => {
    if (isValid(field.value)) return;
    const sent = field.value.slice(0, REPEATED_CHARS_MAX);
    field.issues.push(issue(sent, 'invalid-identifier', `Expected ${expected}.`));
  });
}

/** The last two digits check the six before them (ISO 7064, MOD 97-10). */
function isRor(id: string): boolean {
  if (!/^0[0-9a-hjkmnp-tv-z]{6}\d\d$/.test(id)) return false;
  const number = [...id.slice(1, 7)].reduce((sum, digit) => sum * 32 + BASE_32.indexOf(digit), 0);
  return Number(id.slice(7)) === 98 - ((number * 100) % 97);
}

/** With letters as numbers from 10, the identifier is 1 modulo 97 (ISO 7064, MOD 97-10). */
function isLei(id: string): boolean {
  if (!/^[0-9A-Z]{18}\d\d$/.test(id)) return false;
  const digits = id.replace(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)));
  return BigInt(digits) % 97n === 1n;
}

/** The last digit is that of the sum of the others, weighted 7 to 2 (IMO resolution A.1117(30)). */
function isImo(id: string): boolean {
  if (!/^\d{7}$/.test(id)) return false;
  const digits = [...id].map(Number);
  const sum = digits.slice(0, 6).reduce((total, digit, index) => total + digit * (7 - index), 0);
  return sum % 10 === digits[6];
}
