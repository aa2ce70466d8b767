import { randomBytes } from 'node:crypto';
import { afterAll } from '@jest/globals';
import { WireServer } from '../wire-server/wire-server.ts';

/** A server that a suite runs against: the wire server, or a real one that others may use at the same time. */
export interface TestServer {
  readonly name: string;
  readonly connectionString: string;
}

/** Starts a wire server with foreign events for all tests of a file. */
export async function startSharedWireServer(): Promise<TestServer & { readonly wire: WireServer }> {
  const wire = await new WireServer().start();
  wire.log.addForeignEvents();
  afterAll(() => wire.stop());
  return { name: 'the wire server', connectionString: wire.connectionString, wire };
}

const RUN = `chancery_test_${randomBytes(4).toString('hex')}_`;

/**
 * Returns a stream prefix that no other test uses. Without its hyphen it is a valid EVENTSTORE_PREFIX. All prefixes of
 * one run start with the same text, so that what the run leaves on a server can be found.
 */
export function newPrefix(): string {
  return `${RUN}${randomBytes(4).toString('hex')}-`;
}
