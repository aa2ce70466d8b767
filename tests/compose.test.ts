import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const FILE = read('docker-compose.yml');

const found = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, group = '']) => group);

/** The names of the settings, as `src/config.ts` lists them. */
const SETTINGS = found(/variable: '(\w+)'/g, read('src/config.ts'));

interface Client {
  readonly command: string;
  readonly args: readonly string[];
  readonly version: string;
}

function composeClient(): Client | undefined {
  const candidates: [string, string[]][] = [
    ['docker', ['compose']],
    ['docker-compose', []],
  ];
  for (const [command, args] of candidates) {
    const { status, stdout } = spawnSync(command, [...args, 'version', '--short'], { encoding: 'utf8' });
    if (status === 0) return { command, args, version: stdout.trim() };
  }
  return undefined;
}

interface Service {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly ports?: unknown;
  readonly network_mode?: string;
  readonly volumes?: readonly { readonly source: string; readonly target: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: unknown;
}

type Services = Readonly<Record<string, Service>>;

const client = composeClient();
const major = Number.parseInt(client?.version.replace(/^v/, '') ?? '0', 10);
if (client === undefined) process.stderr.write('Skipped in part: there is no client of Compose here.\n');
else if (major < 2) {
  process.stderr.write(
    `Skipped in part: Compose ${client.version} neither prints JSON nor leaves profiles out.\n`,
  );
}
const withClient = client === undefined ? test.skip : test;
const withProfiles = major < 2 ? test.skip : test;

/** The settings of whoever runs this are no part of it; what is set, even to nothing, wins over a `.env`. */
function compose(args: readonly string[], adminPassword = ''): string {
  if (client === undefined) throw new Error('no client');
  const { COMPOSE_FILE, COMPOSE_PROFILES, ...rest } = process.env;
  const env = { ...rest, EVENTSTORE_ADMIN_PASSWORD: adminPassword, EVENTSTORE_OPS_PASSWORD: '' };
  const options = { cwd: ROOT, encoding: 'utf8', env } as const;
  const { status, stdout, stderr } = spawnSync(client.command, [...client.args, ...args], options);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

/** What `up` with the same words starts. */
function started(words: { readonly profile?: string; readonly services?: readonly string[] } = {}): Services {
  const { profile, services = [] } = words;
  const args = [...(profile === undefined ? [] : ['--profile', profile]), 'config', '--format', 'json'];
  return JSON.parse(compose([...args, ...services], 'from-outside')).services;
}

const CLUSTER = { profile: 'cluster', services: ['api1', 'api2'] } as const;

const of = (services: Services, image: string) =>
  Object.entries(services).filter(([, service]) => service.image.startsWith(`${image}:`));
const servers = (services: Services) => of(services, 'eventstore/eventstore');
const apis = (services: Services) => of(services, 'chancery');

describe('The file for Compose', () => {
  test('names images by exact tags, and no registry', () => {
    const images = [...found(/^\s*image: (.*)$/gm, FILE), ...found(/^FROM (\S+)/gm, read('Dockerfile'))];
    expect(images.length).toBeGreaterThanOrEqual(6);
    for (const image of images) expect(image).toMatch(/^([a-z-]+\/)?[a-z-]+:\d+\.\d+\.\d+(-[a-z0-9.-]+)?$/);
  });

  test('runs the version that it builds', () => {
    expect(FILE).toContain(`image: chancery:${JSON.parse(read('package.json')).version}\n`);
  });

  test('publishes ports on the loopback of the host only', () => {
    const ports = found(/^\s*ports:(.*)$/gm, FILE);
    expect(ports).toHaveLength(2);
    for (const list of ports) expect(list).toMatch(/^ \["127\.0\.0\.1:\d+:\d+"\]$/);
  });

  test('holds no password', () => {
    const passwords = [...found(/PASSWORD: (.*)$/gm, FILE), ...found(/:\/\/[^\s:/]*:([^\s@]*)@/g, FILE)];
    expect(passwords).toHaveLength(5);
    for (const password of passwords) expect(password).toMatch(/^\$\{EVENTSTORE_(ADMIN|OPS)_PASSWORD:-\}$/);
  });

  withClient('is valid, with the cluster and without, and needs no variable', () => {
    compose(['config', '--quiet']);
    compose(['--profile', 'cluster', 'config', '--quiet']);
  });

  withProfiles('starts one server and one API, unless the cluster is asked for', () => {
    expect(Object.keys(started()).sort()).toEqual(['chancery', 'door', 'eventstore']);
  });

  withProfiles('starts three servers and two APIs for a cluster, and no single server', () => {
    const cluster = started(CLUSTER);
    expect(
      servers(cluster)
        .map(([name]) => name)
        .sort(),
    ).toEqual(['node1', 'node2', 'node3']);
    expect(
      apis(cluster)
        .map(([name]) => name)
        .sort(),
    ).toEqual(['api1', 'api2']);
    expect(Object.values(cluster).map(({ profiles }) => profiles)).toEqual(
      Object.keys(cluster).map(() => ['cluster']),
    );
  });

  withProfiles('makes one cluster of the three servers', () => {
    const nodes = servers(started(CLUSTER));
    for (const [name, { environment }] of nodes) {
      const others = nodes.map(([other]) => other).filter((other) => other !== name);
      expect(environment).toMatchObject({
        EVENTSTORE_CLUSTER_SIZE: '3',
        EVENTSTORE_GOSSIP_SEED: others.map((other) => `${other}:2113`).join(),
        EVENTSTORE_NODE_HOST_ADVERTISE_AS: name,
        EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS: name,
        EVENTSTORE_CERTIFICATE_FILE: `/certificates/${name}/node.crt`,
        EVENTSTORE_DEFAULT_ADMIN_PASSWORD: 'from-outside',
        EVENTSTORE_TELEMETRY_OPTOUT: 'true',
      });
    }
  });

  withProfiles(
    'asks for the passwords of a cluster before anything is made, and for such as a URL takes',
    () => {
      const { command = [] } = started(CLUSTER)['certificates'] ?? {};
      const script = command.join().replaceAll('$$', '$');
      const good = { EVENTSTORE_ADMIN_PASSWORD: 'a.B_9~-', EVENTSTORE_OPS_PASSWORD: 'b' };
      for (const [name, password] of [
        ['EVENTSTORE_ADMIN_PASSWORD', ''],
        ['EVENTSTORE_ADMIN_PASSWORD', 'a@b'],
        ['EVENTSTORE_OPS_PASSWORD', 'a b'],
      ] as const) {
        const env = { ...good, [name]: password };
        const { status, stderr } = spawnSync('bash', ['-euc', script], { encoding: 'utf8', env });
        expect({ status, stderr }).toMatchObject({
          status: 1,
          stderr: expect.stringContaining(`Set ${name}`),
        });
      }
    },
  );

  withProfiles('gives every server and every API a volume of its own', () => {
    const all = started({ profile: 'cluster' });
    const own = [...servers(all), ...apis(all)].map(
      ([, { volumes = [] }]) =>
        volumes.find(({ target }) => target === '/data' || target === '/var/lib/eventstore')?.source,
    );
    expect(own).not.toContain(undefined);
    expect(new Set(own).size).toBe(7);
  });

  withProfiles('has the APIs wait for servers that are healthy, all within one door', () => {
    for (const services of [started(), started(CLUSTER)]) {
      const [door] = Object.entries(services).find(([, { ports }]) => ports !== undefined) ?? [];
      const healthy = servers(services).map(([name]) => [name, { condition: 'service_healthy' }]);
      for (const [, { healthcheck }] of servers(services)) expect(healthcheck).toBeDefined();
      for (const [, api] of apis(services)) {
        expect(api.healthcheck).toBeDefined();
        expect(api.network_mode).toBe(`service:${door}`);
        expect(api.depends_on).toMatchObject(Object.fromEntries(healthy));
      }
    }
  });

  withProfiles('sets what the program knows, and no two APIs behind a door share a port', () => {
    expect(SETTINGS).toContain('EVENTSTORE_URL');
    for (const services of [started(), started(CLUSTER)]) {
      const environments = apis(services).map(([, { environment = {} }]) => environment);
      for (const environment of environments) {
        expect(SETTINGS).toEqual(expect.arrayContaining(Object.keys(environment)));
        const [hosts] = found(/@?((?:\w+:2113,?)+)\?/g, environment['EVENTSTORE_URL'] ?? '');
        expect(hosts?.split(',')).toEqual(servers(services).map(([name]) => `${name}:2113`));
      }
      expect(new Set(environments.map((environment) => environment['PORT'])).size).toBe(environments.length);
    }
  });
});
