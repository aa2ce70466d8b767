import { register } from 'node:module';

/** `node --import` this file to run TypeScript in a process or a thread that a test starts. */
register('./typescript-hooks.mjs', import.meta.url);
