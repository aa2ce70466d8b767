import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');
const FILE = read('docker-compose.yml');

const matches = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, group = '']) => group);

/** The environment variables that `src/config.ts` lists. */
const SETTINGS = matches(/variable: '(\w+)'/g, read('src/config.ts'));

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
if (client === undefined) process.stderr.write('Some tests are skipped: Docker Compose is not installed.\n');
else if (major < 2) {
  process.stderr.write(
    `Some tests are skipped: Docker Compose ${client.version} neither prints JSON nor filters profiles.\n`,
  );
}
const withClient = client === undefined ? test.skip : test;
const withProfiles = major < 2 ? test.skip : test;

/** Runs Compose without the settings of this machine. A variable that is set, even to nothing, overrides `.env`. */
function compose(args: readonly string[], adminPassword = ''): string {
  if (client === undefined) throw new Error('Docker Compose is not installed.');
  const { COMPOSE_FILE, COMPOSE_PROFILES, ...rest } = process.env;
  const env = { ...rest, EVENTSTORE_ADMIN_PASSWORD: adminPassword, EVENTSTORE_OPS_PASSWORD: '' };
  const options = { cwd: ROOT, encoding: 'utf8', env } as const;
  const { status, stdout, stderr } = spawnSync(client.command, [...client.args, ...args], options);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

/** Returns the services that `up` with the same arguments starts. */
function startedServices(
  selection: { readonly profile?: string; readonly services?: readonly string[] } = {},
): Services {
  const { profile, services = [] } = selection;
  const args = [...(profile === undefined ? [] : ['--profile', profile]), 'config', '--format', 'json'];
  return JSON.parse(compose([...args, ...services], 'from-outside')).services;
}

const CLUSTER = { profile: 'cluster', services: ['api1', 'api2'] } as const;

const of = (services: Services, image: string) =>
  Object.entries(services).filter(([, service]) => service.image.startsWith(`${image}:`));
const servers = (services: Services) => of(services, 'eventstore/eventstore');
const apis = (services: Services) => of(services, 'chancery');

describe('docker-compose.yml', () => {
  test('names images by exact tags and without a registry', () => {
    const images = [...matches(/^\s*image: (.*)$/gm, FILE), ...matches(/^FROM (\S+)/gm, read('Dockerfile'))];
    expect(images.length).toBeGreaterThanOrEqual(5);
    for (const image of images) expect(image).toMatch(/^([a-z-]+\/)?[a-z-]+:\d+\.\d+\.\d+(-[a-z0-9.-]+)?$/);
  });

  test('tags the image with the version that it builds', () => {
    expect(FILE).toContain(`image: chancery:${JSON.parse(read('package.json')).version}\n`);
  });

  test('publishes ports only on the loopback of the host', () => {
    const ports = matches(/^\s*ports:(.*)$/gm, FILE);
    expect(ports).toHaveLength(2);
    for (const list of ports) expect(list).toMatch(/^ \["127\.0\.0\.1:\d+:\d+"\]$/);
  });

  test('contains no password', () => {
    const passwords = [...matches(/PASSWORD: (.*)$/gm, FILE), ...matches(/:\/\/[^\s:/]*:([^\s@]*)@/g, FILE)];
    expect(passwords).toHaveLength(5);
    for (const password of passwords) expect(password).toMatch(/^\$\{EVENTSTORE_(ADMIN|OPS)_PASSWORD:-\}$/);
  });

  withClient('is valid with and without the cluster, and requires no variable', () => {
    compose(['config', '--quiet']);
    compose(['--profile', 'cluster', 'config', '--quiet']);
  });

  withProfiles('starts one server and one API by default', () => {
    expect(Object.keys(startedServices()).sort()).toEqual(['chancery', 'eventstore']);
  });

  withProfiles('starts three servers, two APIs and no single server for the cluster', () => {
    const cluster = startedServices(CLUSTER);
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

  withProfiles('forms one cluster of the three servers', () => {
    const nodes = servers(startedServices(CLUSTER));
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
    'refuses missing passwords, and those that a URL cannot contain, before it creates anything',
    () => {
      const { command = [] } = startedServices(CLUSTER)['certificates'] ?? {};
      const script = command.join().replaceAll('$$', '$');
      const valid = { EVENTSTORE_ADMIN_PASSWORD: 'a.B_9~-', EVENTSTORE_OPS_PASSWORD: 'b' };
      for (const [name, password] of [
        ['EVENTSTORE_ADMIN_PASSWORD', ''],
        ['EVENTSTORE_ADMIN_PASSWORD', 'a@b'],
        ['EVENTSTORE_OPS_PASSWORD', 'a b'],
      ] as const) {
        const env = { ...valid, [name]: password };
        const { status, stderr } = spawnSync('bash', ['-euc', script], { encoding: 'utf8', env });
        expect({ status, stderr }).toMatchObject({
          status: 1,
          stderr: expect.stringContaining(`Set ${name}`),
        });
      }
    },
  );

  withProfiles('gives every server and every API its own volume', () => {
    const all = startedServices({ profile: 'cluster' });
    const volumes = [...servers(all), ...apis(all)].map(
      ([, service]) =>
        service.volumes?.find(({ target }) => target === '/data' || target === '/var/lib/eventstore')?.source,
    );
    expect(volumes).not.toContain(undefined);
    expect(new Set(volumes).size).toBe(7);
  });

  test('lets every API listen where it needs keys, and gives them all the same', () => {
    const settings = /^x-api-settings: &api-settings\n(?: {2}.*\n)+/m.exec(FILE)?.[0];
    expect(settings).toContain('HOST: 0.0.0.0\n');
    expect(settings).toContain('ACCESS_FILE: /access/access.db\n');
    const apis = matches(/<<: \*(api|cluster-api)$/gm, FILE);
    expect(matches(/<<: \*(api|cluster-api)-settings$/gm, FILE)).toEqual(apis.toSorted());
    expect(
      matches(/^ {4}volumes: (\[views.*\])$/gm, FILE).every((list) => list.includes('access:/access')),
    ).toBe(true);
  });

  withProfiles('makes the APIs wait for healthy servers, and those of the cluster share a network', () => {
    for (const services of [startedServices(), startedServices(CLUSTER)]) {
      const [proxy] =
        Object.entries(services).find(([, { image, ports }]) => ports && image.startsWith('nginx')) ?? [];
      const healthy = servers(services).map(([name]) => [name, { condition: 'service_healthy' }]);
      for (const [, { healthcheck }] of servers(services)) expect(healthcheck).toBeDefined();
      for (const [, api] of apis(services)) {
        expect(api.healthcheck).toBeDefined();
        expect(api.network_mode).toBe(proxy === undefined ? undefined : `service:${proxy}`);
        expect(api.environment?.['ACCESS_FILE']).toBe(proxy === undefined ? undefined : '/access/access.db');
        expect(api.depends_on).toMatchObject(Object.fromEntries(healthy));
      }
    }
  });

  withProfiles(
    'sets only variables that the program has, and gives the APIs behind a proxy different ports',
    () => {
      expect(SETTINGS).toContain('EVENTSTORE_URL');
      for (const services of [startedServices(), startedServices(CLUSTER)]) {
        const environments = apis(services).map(([, { environment = {} }]) => environment);
        for (const environment of environments) {
          expect(SETTINGS).toEqual(expect.arrayContaining(Object.keys(environment)));
          const [hosts] = matches(/@?((?:\w+:2113,?)+)\?/g, environment['EVENTSTORE_URL'] ?? '');
          expect(hosts?.split(',')).toEqual(servers(services).map(([name]) => `${name}:2113`));
        }
        expect(new Set(environments.map((environment) => environment['PORT'])).size).toBe(
          environments.length,
        );
      }
    },
  );
});
