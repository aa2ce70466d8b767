import { WireServer } from '../eventstoredb/wire-server/wire-server.ts';
import { answer } from './peer.ts';

/** The server of the tests in a process of its own: both sides talk to the same one. Answers with its address. */
const server = new WireServer();

answer(async (): Promise<string> => (await server.start()).connectionString);
