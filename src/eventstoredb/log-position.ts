import type { Position } from '../event-store/event-store.ts';

/**
 * Where an event stands in the log of the server: by its commit, then by its prepare. Both are 64-bit numbers in
 * decimal, as the server gives them; a JavaScript number would not hold them.
 */
export interface LogPosition {
  readonly commit: string;
  readonly prepare: string;
}

/** The server counts bytes in a signed 64-bit number. */
const POSITION_MAX = '9223372036854775807';
const TOKEN = /^(0|[1-9][0-9]{0,18})-(0|[1-9][0-9]{0,18})$/;

export function positionToken({ commit, prepare }: LogPosition): Position {
  return `${commit}-${prepare}` as Position;
}

export function logPosition(position: Position): LogPosition {
  const [commit = '', prepare = ''] = position.split('-');
  return { commit, prepare };
}

/** Takes only what `positionToken` gives, so that one position has one spelling. */
export function parsePositionToken(text: string): Position | undefined {
  const [, commit, prepare] = TOKEN.exec(text) ?? [];
  if (commit === undefined || prepare === undefined) return undefined;
  // A prepare never lies behind its commit: the server refuses such a position.
  if (compareNumbers(prepare, commit) > 0 || compareNumbers(commit, POSITION_MAX) > 0) return undefined;
  return text as Position;
}

export function comparePositionTokens(a: Position, b: Position): number {
  const [left, right] = [logPosition(a), logPosition(b)];
  return compareNumbers(left.commit, right.commit) || compareNumbers(left.prepare, right.prepare);
}

/** Of decimal numbers without leading zeros. */
function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
