/**
 * Characters that a terminal or an editor acts on instead of showing them: control characters (C0, DEL, C1), the line
 * separators of Unicode, and the marks that reverse the direction of a line (https://trojansource.codes).
 */
const INVISIBLE = '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff';
const INVISIBLE_CHARACTER = new RegExp(`[${INVISIBLE}]`, 'g');
const INVISIBLE_ALONE = new RegExp(`^[${INVISIBLE}]$`);

/** Writes such characters as `\u001b`: a text stays on its line, and does nothing to the screen that shows it. */
export function escapeInvisible(text: string): string {
  return text.replace(INVISIBLE_CHARACTER, escapeOf);
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What follows the first group is a secret. Each begins where it must, so that long texts take no longer to search. */
const SECRETS: readonly RegExp[] = [
  // The user and the password of a URL, up to the last @ before the path.
  /(:\/\/)[^/\s"'<>]*(?=@)/g,
  /(\b(?:Bearer|Basic)\s+)[\w.~+/=-]+/gi,
  /(\bwhsec_)[\w+/=-]+/g,
  // A key, a session or the URL of a feed. Lists show the part before its last one.
  /(chancery_[a-z]+_[0-9a-f]+_)[0-9a-f]+/g,
  // A JSON web token.
  /((?<![\w-])ey)J[\w-]+\.[\w-]+(?:\.[\w-]*)?/g,
  // 256 random bits as base64url, as other programs have them.
  /()(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{40,}/g,
];
const MASK = '***';

/** Masks what looks like a password, a key or a token. */
export function maskSecrets(text: string): string {
  return SECRETS.reduce((masked, secret) => masked.replace(secret, `$1${MASK}`), text);
}

/** Of a JSON text: an escape sequence, or an invisible character that JSON leaves as it is. */
const JSON_TOKEN = new RegExp(`\\\\(?:u[0-9a-f]{4}|.)|[${INVISIBLE}]`, 'gi');
/** The lines of a stack trace begin like this. */
const STACK_LINE = /^ {4}at /;

/** Returns the JSON of a log line with the same content, in which every invisible character is escaped. */
export function safeJsonLine(json: string): string {
  const [line, end] = splitEnd(maskSecrets(json));
  return `${line.replace(INVISIBLE_CHARACTER, escapeOf)}${end}`;
}

/**
 * Returns the JSON of a log line for a formatter that decodes its texts: what would be an invisible character then is
 * the text of its escape sequence. The line breaks of stack traces stay.
 */
export function safeTerminalLine(json: string): string {
  const [line, end] = splitEnd(maskSecrets(json));
  const escaped = line.replace(JSON_TOKEN, (token, offset: number) => {
    if (token === '\\n' && STACK_LINE.test(line.slice(offset + 2, offset + 9))) return token;
    return isInvisible(token) ? `\\\\u${codeOf(token)}` : token;
  });
  return `${escaped}${end}`;
}

function splitEnd(json: string): readonly [line: string, end: string] {
  return json.endsWith('\n') ? [json.slice(0, -1), '\n'] : [json, ''];
}

function isInvisible(token: string): boolean {
  return INVISIBLE_ALONE.test(decoded(token));
}

function codeOf(token: string): string {
  return decoded(token).charCodeAt(0).toString(16).padStart(4, '0');
}

function decoded(token: string): string {
  return token.startsWith('\\') ? (JSON.parse(`"${token}"`) as string) : token;
}
