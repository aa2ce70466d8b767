import type { Position } from './event-store.ts';

/** Makes the position of a store that numbers its events 1, 2, 3…: the number in decimal. */
export function numberedPosition(number: number): Position {
  return String(number) as Position;
}

export function positionNumber(position: Position): number {
  return Number(position);
}

/** Parses exactly what `numberedPosition` returns, so that each position has one spelling. */
export function parseNumberedPosition(text: string): Position | undefined {
  if (!/^[1-9][0-9]{0,15}$/.test(text) || !Number.isSafeInteger(Number(text))) return undefined;
  return text as Position;
}
