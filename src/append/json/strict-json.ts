import { isUtf8 } from 'node:buffer';
import type { JsonValue } from '../../domain/values/json.ts';
import { DEPTH_MAX, type JsonDefectCode, scanJson } from './json-scanner.ts';

/** Why and where JSON was refused. */
export interface JsonError {
  readonly code: JsonDefectCode | 'invalid-utf8' | 'byte-order-mark';
  readonly detail: string;
  /** RFC 6901 pointer to the innermost value being read. Absent if the bytes are not text. */
  readonly pointer?: string;
  /** Offset in bytes. */
  readonly offset: number;
  /** Counts from 1; lines end with a line feed. */
  readonly line: number;
  /** Counts Unicode characters from 1. */
  readonly column: number;
}

export type JsonOutcome =
  | { readonly outcome: 'parsed'; readonly value: JsonValue }
  | { readonly outcome: 'refused'; readonly error: JsonError };

/**
 * Parses JSON (RFC 8259) such that nothing can be stored differently from how it was sent: what I-JSON (RFC 7493) warns
 * of is refused, not repaired. Values may be nested 32 deep.
 *
 * The native parser does the work. Text that it serialises back unchanged cannot contain a duplicate key or a number
 * that loses digits. Only other text (white space, escapes, unusual numbers) is scanned a second time, by the scanner
 * that also locates errors.
 */
export function parseJsonStrictly(bytes: Uint8Array): JsonOutcome {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isUtf8(buffer)) return refuseBytes(buffer);
  const text = buffer.toString('utf8');
  if (text.startsWith('\uFEFF')) {
    return refuse(text, 0, { code: 'byte-order-mark', detail: 'JSON must not begin with a byte order mark' });
  }
  const value = parseNatively(text);
  if (value !== undefined && isSerialisedUnchanged(value, text)) return { outcome: 'parsed', value };
  const defect = scanJson(text);
  if (defect !== undefined) return refuse(text, defect.index, defect);
  if (value === undefined) throw new Error('the native parser refused text that the scanner accepted');
  return { outcome: 'parsed', value };
}

function parseNatively(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Checks the depth first, as the native serialiser is recursive. */
function isSerialisedUnchanged(value: JsonValue, text: string): boolean {
  return (
    !text.includes('\\u') &&
    !text.includes('__proto__') &&
    isWithinDepth(value, DEPTH_MAX) &&
    JSON.stringify(value) === text
  );
}

function isWithinDepth(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const member of Object.values(value)) {
    if (!isWithinDepth(member, levels - 1)) return false;
  }
  return true;
}

/** The decoder replaces invalid bytes by U+FFFD, so the first U+FFFD that was not sent as such is the error. */
function refuseBytes(buffer: Buffer): JsonOutcome {
  const text = buffer.toString('utf8');
  let index = text.indexOf('\uFFFD');
  let offset = Buffer.byteLength(text.slice(0, index));
  while (buffer.toString('latin1', offset, offset + 3) === '\xEF\xBF\xBD') {
    const next = text.indexOf('\uFFFD', index + 1);
    offset += Buffer.byteLength(text.slice(index, next));
    index = next;
  }
  return refuse(text, index, { code: 'invalid-utf8', detail: 'these bytes are not UTF-8' });
}

function refuse(
  text: string,
  index: number,
  error: Pick<JsonError, 'code' | 'detail' | 'pointer'>,
): JsonOutcome {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    outcome: 'refused',
    error: {
      code: error.code,
      detail: error.detail,
      ...(error.pointer !== undefined && { pointer: error.pointer }),
      offset: Buffer.byteLength(before),
      line: before.split('\n').length,
      column: [...before.slice(lineStart)].length + 1,
    },
  };
}
