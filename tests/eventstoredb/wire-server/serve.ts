import { WireServer } from './wire-server.ts';

/*
 * The server at the wire in a process of its own, to try the program on it where no EventStoreDB is at hand. It forgets
 * all when it ends. From the root of the project:
 *
 *     node --import ./tests/sqlite/typescript-loader.mjs tests/eventstoredb/wire-server/serve.ts 2113
 */
const [, , port = '0'] = process.argv;
const server = await new WireServer({ port: Number(port) }).start();
process.stdout.write(`EVENTSTORE_URL=${server.connectionString}\n`);
