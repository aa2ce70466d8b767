import { afterAll } from '@jest/globals';
import { describeResilience } from './resilience-suite.ts';
import { WireServer } from './wire-server/wire-server.ts';

const server = await new WireServer().start();
server.log.addStrangers();
afterAll(() => server.stop());

describeResilience({ name: 'the server at the wire', connectionString: server.connectionString });
