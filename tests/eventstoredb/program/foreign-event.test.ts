import { afterAll } from '@jest/globals';
import { describeStrangeEvent } from './strange-event-suite.ts';
import { WireServer } from './wire-server/wire-server.ts';

const server = await new WireServer().start();
server.log.addStrangers();
afterAll(() => server.stop());

describeStrangeEvent({ name: 'the server at the wire', connectionString: server.connectionString });
