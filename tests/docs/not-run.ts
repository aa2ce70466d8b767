import type { CodeBlock } from './doc-pages.ts';

interface NotRun {
  readonly page: string;
  /** How the block begins. */
  readonly begins: string;
  readonly reason: string;
}

/** Blocks that no test runs as they are. Each item names exactly one block. */
export const NOT_RUN: readonly NotRun[] = [
  {
    page: 'README.md',
    begins: 'npm install && npm start',
    reason: 'tests/cli/serve.test.ts starts the server',
  },
  { page: 'README.md', begins: 'npm install && npm test', reason: 'this is how the tests are run' },
  { page: 'README.md', begins: ' POST /events', reason: 'a picture' },
  { page: 'README.md', begins: 'npx chancery serve', reason: 'the server of the test has the extension' },
  {
    page: 'src/docs/access.md',
    begins: '$ chancery keys create',
    reason: 'closes the server of the other examples; tests/cli/keys.test.ts runs these commands',
  },
  {
    page: 'src/docs/access.md',
    begins: '$ curl -H "Authorization: Bearer $CHANCERY_KEY" https://record.example.org/countries',
    reason: 'needs a key; tests/http/access/keys.test.ts sends one',
  },
  {
    page: 'src/docs/access.md',
    begins: '$ curl -H "Authorization: Bearer $CHANCERY_KEY" https://record.example.org/feed-urls',
    reason: 'needs a key; tests/http/access/feed-urls.test.ts makes one',
  },
  {
    page: 'src/docs/access.md',
    begins: 'OIDC_ISSUER=',
    reason: 'settings, which tests/config/oidc.test.ts reads',
  },
  {
    page: 'src/docs/http-api.md',
    begins: '$ curl -N http://127.0.0.1:8080/events',
    reason: 'a stream that does not end; tests/http/events/read-log.test.ts reads one',
  },
  {
    page: 'src/docs/http-api.md',
    begins: "$ curl -N 'http",
    reason: 'a stream that does not end; tests/http/live/updates.test.ts reads one',
  },
  {
    page: 'src/docs/projections.md',
    begins: 'npx chancery serve',
    reason: 'the server of the test has the extension',
  },
  {
    page: 'src/docs/import.md',
    begins: 'checked 300',
    reason: 'the output of a check; tests/cli/import-csv.test.ts reads one',
  },
  {
    page: 'src/docs/import.md',
    begins: 'recorded 0, repeated 1',
    reason: 'the output of an import; tests/cli/import-update.test.ts reads one',
  },
  { page: 'src/docs/performance.md', begins: 'npm run bench', reason: 'takes minutes' },
  {
    page: 'src/docs/testing.md',
    begins: '$ node --experimental-vm-modules',
    reason: 'tests/cli/package.test.ts runs jest like that',
  },
  {
    page: 'src/docs/backup.md',
    begins: 'chancery: the log in',
    reason: 'tests/cli/lost-log.test.ts reads it',
  },
  {
    page: 'src/docs/operations.md',
    begins: '$ npm run build',
    reason: 'needs /var/lib; tests/cli/serve.test.ts starts the built program',
  },
  {
    page: 'src/docs/operations.md',
    begins: '$ MALLOC_ARENA_MAX=2',
    reason: 'never ends; tests/soak starts a server with these settings',
  },
  {
    page: 'src/docs/publishing.md',
    begins: '$ HOST=0.0.0.0',
    reason: 'tests/cli/serve.test.ts is refused so',
  },
  {
    page: 'src/docs/publishing.md',
    begins: 'server {',
    reason: 'tests/http/proxies.test.ts runs nginx with it',
  },
  {
    page: 'src/docs/publishing.md',
    begins: 'record.example.org {',
    reason: 'tests/http/proxies.test.ts runs Caddy with it',
  },
  {
    page: 'src/docs/publishing.md',
    begins: 'RateLimit-Policy',
    reason: 'tests/http/limits/client-quotas.test.ts reads such headers',
  },
  {
    page: 'src/docs/publishing.md',
    begins: '$ npm sbom',
    reason: 'tests/cli/package.test.ts makes such a list',
  },
  { page: 'src/docs/webhooks.md', begins: '{\n  "type": "entry.added"', reason: 'the form of a message' },
  {
    page: 'src/docs/webhooks.md',
    begins: '// receiver.mjs',
    reason: 'tests/docs/webhook-receivers.test.ts runs it',
  },
  {
    page: 'src/docs/webhooks.md',
    begins: '# receiver.py',
    reason: 'tests/docs/webhook-receivers.test.ts runs it',
  },
  {
    page: 'src/docs/removal.md',
    begins: '$ curl -s http://127.0.0.1:8080/redactions',
    reason: 'needs two persons; tests/redaction/redactions.test.ts has them',
  },
  {
    page: 'src/docs/removal.md',
    begins: '$ npx chancery redact',
    reason: 'needs a stopped server; tests/cli/redact.test.ts runs it',
  },
  {
    page: 'src/docs/removal.md',
    begins: '$ export EVENTSTORE_PREFIX',
    reason: 'tests/eventstoredb/program/removed-by-copy.test.ts runs it',
  },
  { page: 'src/docs/integrity.md', begins: 'chancery/3f0d2f8f', reason: 'the form of a checkpoint' },
  { page: 'src/docs/integrity.md', begins: 'c2sp.org/tlog-proof', reason: 'the form of a receipt' },
  {
    page: 'src/docs/eventstoredb.md',
    begins: "EVENTSTORE_URL='esdb://localhost:2113?tls=false' npm start",
    reason: 'runs until it is stopped; tests/docs/eventstoredb.test.ts starts it',
  },
  {
    page: 'src/docs/http-api.md',
    begins: '<iframe',
    reason: 'needs another site; tests/browser/embed.test.ts has one',
  },
  { page: 'src/docs/eventstoredb.md', begins: '$ docker compose build', reason: 'needs Docker' },
  { page: 'src/docs/eventstoredb.md', begins: '$ export EVENTSTORE_ADMIN_PASSWORD', reason: 'needs Docker' },
  { page: 'src/docs/eventstoredb.md', begins: '$ docker compose --profile', reason: 'needs Docker' },
  { page: 'src/docs/eventstoredb.md', begins: '$ EVENTSTORE_URL', reason: 'needs a real server' },
];

export function isNotRun(page: string, { text }: CodeBlock): boolean {
  return NOT_RUN.some((each) => each.page === page && text.startsWith(each.begins));
}
