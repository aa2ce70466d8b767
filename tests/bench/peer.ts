import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that answers each message with one: every side of a measurement runs in one of its own. */
export interface Peer<Question, Answer> {
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

type Reply<Answer> = { readonly answer: Answer } | { readonly error: string };

function nextReply<Answer>(child: ChildProcess): Promise<Reply<Answer>> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`${child.spawnargs.at(-1)} ended without an answer`));
    child.once('exit', ended);
    child.once('message', (reply) => {
      child.off('exit', ended);
      resolve(reply as Reply<Answer>);
    });
  });
}

/** Starts the module `name`, which must call `answer`. One question at a time. */
export function startPeer<Question extends object, Answer>(name: string): Peer<Question, Answer> {
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)));
  return {
    ask: async (question) => {
      const replied = nextReply<Answer>(child);
      child.send(question);
      const reply = await replied;
      if ('error' in reply) throw new Error(`${name}: ${reply.error}`);
      return reply.answer;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** Asks once, in a process that lives for this question alone. */
export async function askOnce<Question extends object, Answer>(
  name: string,
  question: Question,
): Promise<Answer> {
  const peer = startPeer<Question, Answer>(name);
  try {
    return await peer.ask(question);
  } finally {
    await peer.stop();
  }
}

/** The other end: what a peer's module calls. */
export function answer<Question, Answer>(handle: (question: Question) => Promise<Answer>): void {
  process.on('message', (question) => {
    handle(question as Question).then(
      (answered) => process.send?.({ answer: answered }),
      (error) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
