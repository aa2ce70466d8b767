import { WireServer } from '../eventstoredb/wire-server/wire-server.ts';
import { serveRequests } from './peer.ts';

/** The wire-level server of the tests, in a process of its own. Responds with its connection string. */
const server = new WireServer();

serveRequests(async (): Promise<string> => (await server.start()).connectionString);
