import { WireServer } from './wire-server.ts';

/*
 * Runs the wire server in a process of its own, to try the program without an EventStoreDB server. Its log is lost when
 * it ends. From the root of the project:
 *
 *     node --import ./tests/sqlite/typescript-loader.mjs tests/eventstoredb/wire-server/serve.ts 2113
 */
const [, , port = '0'] = process.argv;
const server = await new WireServer({ port: Number(port) }).start();
process.stdout.write(`EVENTSTORE_URL=${server.connectionString}\n`);
