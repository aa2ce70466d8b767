import type { Position } from '../event-store/event-store.ts';

/**
 * The position of an event in the log of the server, ordered by commit, then by prepare. Both are 64-bit numbers in
 * decimal, as the server sends them: a JavaScript number could not hold them.
 */
export interface LogPosition {
  readonly commit: string;
  readonly prepare: string;
}

/** Positions are byte offsets in signed 64-bit numbers. */
const POSITION_MAX = '9223372036854775807';
const TOKEN = /^(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})$/;

export function positionToken({ commit, prepare }: LogPosition): Position {
  return `${commit}-${prepare}` as Position;
}

export function logPosition(position: Position): LogPosition {
  const [commit = '', prepare = ''] = position.split('-');
  return { commit, prepare };
}

/** Accepts only what `positionToken` returns, so that each position has one spelling. */
export function parsePositionToken(text: string): Position | undefined {
  const [, commit, prepare] = TOKEN.exec(text) ?? [];
  if (commit === undefined || prepare === undefined) return undefined;
  // A prepare never comes after its commit. The server refuses such a position.
  if (compareDecimals(prepare, commit) > 0 || compareDecimals(commit, POSITION_MAX) > 0) return undefined;
  return text as Position;
}

export function comparePositionTokens(a: Position, b: Position): number {
  const [left, right] = [logPosition(a), logPosition(b)];
  return compareDecimals(left.commit, right.commit) || compareDecimals(left.prepare, right.prepare);
}

/** Whether a position comes before another. Undefined is the start of the log. */
export function isBefore(a: Position | undefined, b: Position | undefined): boolean {
  if (a === undefined || b === undefined) return a === undefined && b !== undefined;
  return comparePositionTokens(a, b) < 0;
}

/** Compares decimal numbers without leading zeros. */
function compareDecimals(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
