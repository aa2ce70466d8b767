import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The built program. Tests run it as a process of its own, from the root of the project after `npm run build`. */
export const PROGRAM = resolve('dist/src/cli/chancery.js');

export interface ProgramExit {
  /** Null if a signal ended the process. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<ProgramExit>;
  /** Settles once the output matches. Rejects if the program ends before that. */
  waitForOutput(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<RegExpExecArray>;
}

/** Returns the environment of this process without the settings of Chancery, so that tests do not depend on them. */
export function environmentWith(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const {
    HOST,
    PORT,
    DATA_DIR,
    LOG_LEVEL,
    EVENTSTORE_URL,
    EVENTSTORE_PREFIX,
    EXTENSIONS,
    ACCEPT_LOG,
    CORS_ORIGIN,
    EMBED_ORIGINS,
    ALLOWED_HOSTS,
    TRUSTED_PROXIES,
    PUBLIC_URL,
    LIMIT_REQUESTS,
    LIMIT_CONCURRENT,
    LIMIT_STREAMS,
    LIMIT_BODY_BYTES,
    LIMIT_CONNECTIONS,
    PRIVATE_WEBHOOKS,
    ACCESS_FILE,
    PUBLIC_READ,
    CHANCERY_KEY,
    OIDC_ISSUER,
    OIDC_AUDIENCE,
    OIDC_CLIENT_ID,
    OIDC_CLIENT_SECRET,
    OIDC_SCOPE,
    OIDC_ALGORITHMS,
    OIDC_ACTOR_CLAIM,
    OIDC_GROUPS_CLAIM,
    OIDC_ROLES,
    ...rest
  } = process.env;
  return { ...rest, LOG_LEVEL: 'warn', ...variables };
}

export interface ProgramOptions {
  /** Environment variables. Other settings of Chancery are not set. */
  readonly variables?: NodeJS.ProcessEnv;
  /** The file to run instead of the built program. */
  readonly program?: string;
}

export function startProgram(args: readonly string[], options: ProgramOptions = {}): RunningProgram {
  const { variables = {}, program = PROGRAM } = options;
  return observe(spawn(process.execPath, [program, ...args], { env: environmentWith(variables) }));
}

/** Collects the output of a process. Input that it no longer reads is not an error. */
export function observe(child: ChildProcess): RunningProgram {
  child.stdin?.on('error', () => {});
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const ended = new Promise<ProgramExit>((resolveEnded, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolveEnded({ exitCode, ...output }));
  });
  const waitForOutput = (pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout') =>
    new Promise<RegExpExecArray>((resolveMatch, reject) => {
      const check = () => {
        const match = pattern.exec(output[stream]);
        if (match) resolveMatch(match);
      };
      child[stream]?.on('data', check);
      check();
      ended.then(
        (exit) =>
          reject(new Error(`The program ended before ${stream} matched ${pattern}: ${JSON.stringify(exit)}`)),
        reject,
      );
    });
  return { child, ended, waitForOutput };
}

/** Runs a command to its end. */
export function runProgram(
  args: readonly string[],
  { input, ...options }: ProgramOptions & { readonly input?: string | Buffer } = {},
): Promise<ProgramExit> {
  const { child, ended } = startProgram(args, options);
  child.stdin?.end(input);
  return ended;
}

export interface RunningServer extends RunningProgram {
  readonly url: string;
  /** Sends SIGTERM and waits for the end. */
  stop(): Promise<ProgramExit>;
}

/** Starts `chancery serve` on a free port. Settles once it listens. */
export async function startServer(
  dataDir: string,
  flags: readonly string[] = [],
  options: ProgramOptions = {},
): Promise<RunningServer> {
  const program = startProgram(['serve', '--port', '0', '--data-dir', dataDir, ...flags], options);
  const [url] = await program.waitForOutput(/http:\/\/[\w.:[\]]+/);
  return {
    ...program,
    url,
    stop: () => {
      program.child.kill('SIGTERM');
      return program.ended;
    },
  };
}
