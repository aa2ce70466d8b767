/** The server would listen where other machines reach it, and nobody has made a key. */
export class KeysRequiredError extends Error {
  override readonly name = 'KeysRequiredError';

  constructor(host: string) {
    super(
      `HOST=${JSON.stringify(host)}: other machines reach this address, so keys are needed. Make the first one with ` +
        '"chancery keys create NAME --role admin", or listen on a loopback address (127.0.0.1, ::1, localhost).',
    );
  }
}
