import { afterAll } from '@jest/globals';
import { describeBehindProxy } from './behind-proxy.ts';
import { describeProgramStarts } from './program-outages-suite.ts';
import { WireServer } from './wire-server/wire-server.ts';

const server = await new WireServer().start();
server.log.addStrangers();
afterAll(() => server.stop());

const direct = { name: 'the server at the wire', connectionString: server.connectionString };
describeBehindProxy('the program behind a network that fails', direct, describeProgramStarts);
