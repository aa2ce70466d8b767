import { type DestinationStream, pino } from 'pino';
import type { LogLevel } from '../config.ts';
import type { Signal, SignalSink } from './signal.ts';

type LineLevel = 'error' | 'info' | 'debug';

const LEVELS: Record<Signal['kind'], LineLevel> = {
  'log-opened': 'info',
  connected: 'info',
  disconnected: 'error',
  'unreadable-event': 'error',
  'index-failed': 'error',
  listening: 'info',
  'projection-progress': 'debug',
  'projection-caught-up': 'info',
  'projection-stopped': 'error',
  'rebuild-started': 'info',
  'rebuild-ended': 'info',
  'request-failed': 'error',
  'log-failed': 'error',
  stopping: 'info',
  stopped: 'info',
};

/** One JSON line a signal, to stderr unless told otherwise; written at once, so that the last line survives an exit. */
export function pinoSink(
  level: LogLevel,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): SignalSink {
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  return (signal) => {
    const { kind, ...fields } = signal;
    const line = 'error' in fields ? { ...fields, error: pino.stdSerializers.err(fields.error) } : fields;
    log[LEVELS[kind]](line, kind);
  };
}
