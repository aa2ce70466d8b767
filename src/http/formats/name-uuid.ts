import { createHash } from 'node:crypto';

/** The namespace of the ids of this program: a random UUID that never changes. */
const NAMESPACE = Buffer.from('6f1c1b8e2a0f4e6f9d5b7c3a8e41d027', 'hex');

/** Returns the version 5 UUID of a name (RFC 9562 §5.5), as a URN. The same name has the same UUID everywhere. */
export function nameUuid(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `urn:uuid:${groups.join('-')}`;
}
