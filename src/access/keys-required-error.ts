/** Other machines would reach the server, and nobody has made a key. */
export class KeysRequiredError extends Error {
  override readonly name = 'KeysRequiredError';

  /** @param setting that lets them reach it */
  constructor(setting: 'HOST' | 'PUBLIC_URL', value: string) {
    const otherwise = {
      HOST: 'listen on a loopback address (127.0.0.1, ::1, localhost)',
      PUBLIC_URL: 'leave it out, if no proxy publishes the server',
    };
    super(
      `${setting}=${JSON.stringify(value)}: other machines reach this address, so keys are needed. Make the first ` +
        `one with "chancery keys create NAME --role admin", or ${otherwise[setting]}.`,
    );
  }
}
