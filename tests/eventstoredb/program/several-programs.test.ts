import { afterAll } from '@jest/globals';
import { describeSeveralPrograms } from './several-programs-suite.ts';
import { WireServer } from './wire-server/wire-server.ts';

const server = await new WireServer().start();
server.log.addStrangers();
afterAll(() => server.stop());

describeSeveralPrograms({ name: 'the server at the wire', connectionString: server.connectionString });
