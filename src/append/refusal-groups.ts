import type { JsonValue } from '../domain/values/json.ts';
import type { LineError } from './import-line.ts';

/** Lines that were refused for the same reason: a code, and the value that it is about. */
export interface RefusalGroup {
  readonly code: string;
  /** Undefined if the error is about no single value, such as a missing field. */
  readonly value?: JsonValue;
  /** Number of lines with the error. */
  readonly lines: number;
  /** The first of them. */
  readonly firstLine: number;
  /** The error as the first of them has it. */
  readonly error: LineError;
}

/** Beyond these, groups are only counted. */
const GROUPS_MAX = 1_000;
const VALUE_CHARS_MAX = 200;

/** Groups the errors of lines by code and value: 16 spellings instead of 276 lines. */
export class RefusalGroups {
  readonly #groups = new Map<string, RefusalGroup>();
  #ungrouped = 0;

  /** Lines may be added in any order. */
  add(line: number, errors: readonly LineError[]): void {
    const keys = new Set<string>();
    for (const error of errors) {
      const key = groupKey(error);
      if (keys.has(key)) continue;
      keys.add(key);
      this.#addTo(key, line, error);
    }
  }

  /** Errors that fit no group, as there were too many. */
  get ungrouped(): number {
    return this.#ungrouped;
  }

  /** The largest group first. */
  list(): readonly RefusalGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.lines - a.lines || a.firstLine - b.firstLine);
  }

  #addTo(key: string, line: number, error: LineError): void {
    const group = this.#groups.get(key);
    if (group === undefined && this.#groups.size === GROUPS_MAX) {
      this.#ungrouped += 1;
      return;
    }
    const { code, value } = error;
    const known = group ?? {
      code,
      ...(isShort(value) && { value }),
      lines: 0,
      firstLine: line,
      error,
    };
    const isFirst = line <= known.firstLine;
    this.#groups.set(key, {
      ...known,
      lines: known.lines + 1,
      ...(isFirst && { firstLine: line, error }),
    });
  }
}

/** Errors without a short value are grouped by their field, whatever its place in a list. */
function groupKey({ code, value, pointer = '', column, event }: LineError): string {
  if (isShort(value)) return JSON.stringify([code, value]);
  return JSON.stringify([code, column ?? pointer.replace(/\/\d+(?=\/|$)/g, '/*'), event]);
}

function isShort(value: JsonValue | undefined): value is JsonValue {
  if (value === undefined || (typeof value === 'object' && value !== null)) return false;
  return typeof value !== 'string' || value.length <= VALUE_CHARS_MAX;
}
