import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The built program as a process of its own; run from the root of the project after `npm run build`. */
export const PROGRAM = resolve('dist/src/cli/chancery.js');

export interface Ended {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves as soon as stdout matches; rejects when the program ends before. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
}

/** The settings of the machine at hand are no part of a test. */
function environmentOf(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { HOST, PORT, DATA_DIR, LOG_LEVEL, EVENTSTORE_URL, EVENTSTORE_PREFIX, EXTENSIONS, ...rest } = process.env;
  return { ...rest, LOG_LEVEL: 'warn', ...variables };
}

export interface ProgramOptions {
  /** Environment; of the program's settings, only these are set. */
  readonly variables?: NodeJS.ProcessEnv;
  /** Another file than that of the build. */
  readonly program?: string;
}

export function startProgram(args: readonly string[], options: ProgramOptions = {}): RunningProgram {
  const { variables = {}, program = PROGRAM } = options;
  const child = spawn(process.execPath, [program, ...args], { env: environmentOf(variables) });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolveEnded, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolveEnded({ exitCode, stdout, stderr }));
  });
  const prints = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolvePrinted, reject) => {
      const look = () => {
        const found = pattern.exec(stdout);
        if (found) resolvePrinted(found);
      };
      child.stdout.on('data', look);
      look();
      ended.then(
        (end) => reject(new Error(`Ended before it printed ${pattern}: ${JSON.stringify(end)}`)),
        reject,
      );
    });
  return { child, ended, prints };
}

/** Runs a command to its end, with a text on stdin. */
export function runProgram(
  args: readonly string[],
  { input, ...options }: ProgramOptions & { readonly input?: string | Buffer } = {},
): Promise<Ended> {
  const { child, ended } = startProgram(args, options);
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  return ended;
}

export interface RunningServer extends RunningProgram {
  readonly url: string;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<Ended>;
}

/** `serve` on any free port, when it listens. */
export async function startServer(
  dataDir: string,
  flags: readonly string[] = [],
  options: ProgramOptions = {},
): Promise<RunningServer> {
  const program = startProgram(['serve', '--port', '0', '--data-dir', dataDir, ...flags], options);
  const [url] = await program.prints(/http:\/\/[\w.:[\]]+/);
  return {
    ...program,
    url,
    stop: () => {
      program.child.kill('SIGTERM');
      return program.ended;
    },
  };
}
