import { type DestinationStream, pino } from 'pino';
import type { LogLevel } from '../config.ts';
import { safeJsonLine, safeTerminalLine } from './safe-text.ts';
import type { Signal, SignalSink } from './signal.ts';

type LineLevel = 'error' | 'warn' | 'info' | 'debug';

export const LEVELS: Record<Signal['kind'], LineLevel> = {
  'log-opened': 'info',
  'log-accepted': 'warn',
  connected: 'info',
  disconnected: 'error',
  'unreadable-event': 'error',
  'events-removed': 'warn',
  'content-redacted': 'warn',
  'content-erased': 'info',
  'redaction-failed': 'error',
  'index-failed': 'error',
  'tree-failed': 'error',
  'identity-provider-failed': 'error',
  listening: 'info',
  'projection-progress': 'debug',
  'projection-caught-up': 'info',
  'projection-stopped': 'error',
  'rebuild-started': 'info',
  'rebuild-ended': 'info',
  'clock-warning': 'warn',
  'request-completed': 'debug',
  'request-failed': 'error',
  'events-appended': 'debug',
  'webhook-dead-letter': 'warn',
  'webhook-stopped': 'error',
  'webhooks-failed': 'error',
  'audit-failed': 'error',
  'log-failed': 'error',
  stopping: 'info',
  stopped: 'info',
};

/** The startup message of the server says the same, so on a terminal these lines would only interrupt it. */
const TERMINAL_LEVELS: Record<Signal['kind'], LineLevel> = {
  ...LEVELS,
  'log-opened': 'debug',
  listening: 'debug',
  'projection-caught-up': 'debug',
};

export interface LogOutput {
  /** True if people read the log on a terminal: lines are then readable text instead of JSON. */
  readonly isTerminal: boolean;
  /** Writes synchronously, so that the last line is written even if the process exits. */
  readonly destination: DestinationStream;
}

/**
 * Returns a sink that writes one line per signal of the level or above, by default to stderr. Nothing in a signal can
 * begin a line of its own or move the cursor of a terminal, and what looks like a secret is masked.
 */
export async function pinoSink(level: LogLevel, output: LogOutput = stderrOutput()): Promise<SignalSink> {
  const { isTerminal, destination } = output;
  const levels = isTerminal ? TERMINAL_LEVELS : LEVELS;
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const log = pino(options, isTerminal ? await readable(destination) : safe(destination));
  return (signal) => {
    const { kind, ...fields } = signal;
    const line = 'error' in fields ? { ...fields, error: pino.stdSerializers.err(fields.error) } : fields;
    log[levels[kind]](line, kind);
  };
}

function stderrOutput(): LogOutput {
  return { isTerminal: process.stderr.isTTY, destination: pino.destination({ dest: 2, sync: true }) };
}

function safe(destination: DestinationStream): DestinationStream {
  return { write: (line) => destination.write(safeJsonLine(line)) };
}

/**
 * Converts JSON lines to lines such as `[10:23:45] INFO: stopping {"reason":"SIGINT"}`, in color if supported. The
 * formatter takes a tenth of a second to load, so it is loaded only where it is used.
 */
async function readable(destination: DestinationStream): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  const format = pretty.prettyFactory({
    colorize: pretty.isColorSupported,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    errorLikeObjectKeys: ['error'],
  });
  return { write: (line) => destination.write(format(safeTerminalLine(line))) };
}
