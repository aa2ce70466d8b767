import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../cli/polling.ts';
import { codeBlocks } from '../../docs/doc-pages.ts';
import { certificate } from '../../eventstoredb/support/certificate.ts';
import type { Answer, Sent } from './client.ts';

/** Where Debian installs the programs. */
const PROGRAMS = { nginx: '/usr/sbin/nginx', caddy: '/usr/bin/caddy' } as const;

export type ProxyName = keyof typeof PROGRAMS;

/** What continuous integration installs. */
const ALWAYS_INSTALLED: readonly ProxyName[] = ['nginx'];

export function isInstalled(name: ProxyName): boolean {
  const isThere = existsSync(PROGRAMS[name]);
  if (isThere) return true;
  const reason = `There is no ${name} at ${PROGRAMS[name]}.`;
  if (process.env['CI'] === 'true' && ALWAYS_INSTALLED.includes(name)) throw new Error(reason);
  process.stderr.write(`Skipped: ${reason}\n`);
  return false;
}

/** A proxy that runs with the configuration of the documentation, on a free port and as `localhost`. */
export class DocumentedProxy {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
  }

  /** @param serverPort of the server that the proxy publishes */
  static async start(name: ProxyName, serverPort: string): Promise<DocumentedProxy> {
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), `chancery-${name}-`));
    await writeFile(join(folder, 'cert.pem'), certificate.certificate);
    await writeFile(join(folder, 'key.pem'), certificate.key);
    const config = join(folder, 'proxy.conf');
    const text = CONFIGURATIONS[name](folder, port).replaceAll('127.0.0.1:8080', `127.0.0.1:${serverPort}`);
    await writeFile(config, text);
    const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
    const child = spawn(PROGRAMS[name], argumentsOf(name, folder, config), {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await until(async () => {
      if (child.exitCode !== null) throw new Error(output);
      return isListening(port);
    });
    return new DocumentedProxy(port, child, folder);
  }

  /** Sends a request as a client elsewhere does. Resolves with the beginning of the answer. */
  async begin(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<IncomingMessage> {
    const { port } = this;
    const name = { host: '127.0.0.1', port, servername: 'localhost', ca: certificate.certificate };
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const sent = request({ ...name, path, method, headers: { host: 'localhost', ...length, ...headers } });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return answer;
  }

  async ask(path: string, sent?: Sent): Promise<Pick<Answer, 'status' | 'headers' | 'text'>> {
    const answer = await this.begin(path, sent);
    const chunks: Buffer[] = await answer.toArray();
    const { statusCode: status = 0, headers } = answer;
    return { status, headers, text: Buffer.concat(chunks).toString() };
  }

  async close(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    await rm(this.#folder, { recursive: true });
  }
}

/** The block of the documentation that begins so, with another port, name and certificate. */
function documented(begins: string, changes: Readonly<Record<string, string>>): string {
  const block = codeBlocks('src/docs/publishing.md').find(({ text }) => text.startsWith(begins));
  return Object.entries(changes).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The configuration has no ${from}.`);
    return text.replaceAll(from, to);
  }, block?.text ?? '');
}

const CONFIGURATIONS: Readonly<Record<ProxyName, (folder: string, port: number) => string>> = {
  nginx: (folder, port) => {
    const server = documented('server {', {
      'listen 443': `listen 127.0.0.1:${port}`,
      '/etc/ssl/record.example.org.pem': 'cert.pem',
      '/etc/ssl/private/record.example.org.key': 'key.pem',
      'record.example.org': 'localhost',
    });
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${kind};`,
    );
    return [
      'daemon off; master_process off; pid nginx.pid; error_log stderr;',
      'events {}',
      `http { access_log off; ${paths.join(' ')}`,
      server.replaceAll('cert.pem', join(folder, 'cert.pem')).replaceAll('key.pem', join(folder, 'key.pem')),
      '}',
    ].join('\n');
  },
  caddy: (folder, port) => {
    const tls = `tls ${join(folder, 'cert.pem')} ${join(folder, 'key.pem')}`;
    const site = documented('record.example.org {', {
      'record.example.org {': `localhost:${port} {\n  bind 127.0.0.1\n  ${tls}`,
    });
    return `{\n  admin off\n  auto_https disable_redirects\n}\n${site}`;
  },
};

function argumentsOf(name: ProxyName, folder: string, config: string): readonly string[] {
  if (name === 'nginx') return ['-p', folder, '-e', 'stderr', '-c', config];
  return ['run', '--adapter', 'caddyfile', '--config', config];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
