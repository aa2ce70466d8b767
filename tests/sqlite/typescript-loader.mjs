import { register } from 'node:module';

/* Import this file with `node --import` to run TypeScript in a child process or a worker thread. */
register('./typescript-hooks.mjs', import.meta.url);
