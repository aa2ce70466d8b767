import { expect, test } from '@jest/globals';
import { pinoSink } from '../../src/observability/pino-sink.ts';
import type { Signal } from '../../src/observability/signal.ts';

function linesOf(level: 'info' | 'debug', signals: readonly Signal[]): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const sink = pinoSink(level, { write: (line) => lines.push(JSON.parse(line)) });
  for (const signal of signals) sink(signal);
  return lines;
}

test('a signal becomes one structured line', () => {
  const [line] = linesOf('info', [{ kind: 'listening', url: 'http://127.0.0.1:8080' }]);
  expect(line).toMatchObject({ level: 30, msg: 'listening', url: 'http://127.0.0.1:8080' });
});

test('an error keeps its message and its stack', () => {
  const [line] = linesOf('info', [{ kind: 'log-failed', error: new Error('disk I/O error') }]);
  expect(line).toMatchObject({ level: 50, msg: 'log-failed', error: { message: 'disk I/O error' } });
  expect(line?.['error']).toHaveProperty('stack');
});

test('progress is written at the level debug only', () => {
  const progress: Signal = { kind: 'projection-progress', projection: 'country', ordinal: 7 };
  expect(linesOf('info', [progress])).toEqual([]);
  expect(linesOf('debug', [progress])).toMatchObject([{ level: 20, projection: 'country', ordinal: 7 }]);
});
