import { afterEach, expect, test } from '@jest/globals';
import { certificate } from '../support/certificate.ts';
import { closeAll, startWireServer } from '../support/open-adapter.ts';
import { get, startProgramOn, stopPrograms } from '../support/program.ts';
import { newPrefix } from '../support/test-server.ts';
import { until } from '../support/until.ts';

/* A program that never reaches its server because of its settings. */

afterEach(stopPrograms);
afterEach(closeAll);

test('the reason and what to look at is at /readyz, and once in the log, without warnings of Node', async () => {
  const { connectionString } = await startWireServer({ tls: certificate });
  const server = { name: 'TLS', connectionString: connectionString.replace('?tls=false', '') };
  const program = await startProgramOn(server, newPrefix());
  await until(async () => {
    const { status, json } = await get(program.url, '/readyz');
    return status === 503 && json.log.reason?.includes('tlsCAFile must name');
  });
  const { stderr } = await program.stop();
  expect(stderr.match(/"msg":"disconnected"/g)).toHaveLength(1);
  expect(stderr).not.toContain('DEP0123');
}, 120_000);
