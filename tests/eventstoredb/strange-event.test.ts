import { afterAll, describe } from '@jest/globals';
import { describeStrangeEvent } from './strange-event-suite.ts';
import { WireServer } from './wire-server/wire-server.ts';

const server = await new WireServer().start();
server.log.addStrangers();
afterAll(() => server.stop());

describe('the program on the server at the wire', () => {
  describeStrangeEvent({ name: 'the server at the wire', connectionString: server.connectionString });
});
