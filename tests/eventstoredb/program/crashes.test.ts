import { afterAll } from '@jest/globals';
import { describeProgramCrashes } from './program-crash-suite.ts';
import { WireServer } from './wire-server/wire-server.ts';

const server = await new WireServer().start();
server.log.addStrangers();
afterAll(() => server.stop());

describeProgramCrashes({ name: 'the server at the wire', connectionString: server.connectionString });
