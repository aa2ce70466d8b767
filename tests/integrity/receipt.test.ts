import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Revision } from '../../src/event-store/event-store.ts';
import { checkpointText } from '../../src/integrity/checkpoint.ts';
import { commitmentTo, type HashedEvent, leafOf } from '../../src/integrity/leaf.ts';
import { leafHash, RootHasher } from '../../src/integrity/merkle-tree.ts';
import { formatReceipt, verifyReceipt } from '../../src/integrity/receipt.ts';
import { signNote } from '../../src/integrity/signed-note.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const verifier = { name: 'chancery/test', publicKey: createPublicKey(privateKey) };

const event: HashedEvent = {
  id: '00000000-0000-4000-8000-000000000001',
  type: 'BriefingHeld',
  stream: 'briefing-"é"',
  revision: 0 as Revision,
  recordedAt: '2025-10-13T08:00:00.000Z',
  metadata: '{"actor":"desk","schemaVersion":1}',
  content: '{"data":{"number":1}}',
  salt: 'AAAAAAAAAAAAAAAAAAAAAA',
};

describe('The leaf of an event', () => {
  test('is canonical JSON with the envelope and a commitment to the content', () => {
    // printf '%s' 'AAAAAAAAAAAAAAAAAAAAAA{"data":{"number":1}}' | openssl dgst -sha256 -binary | base64
    expect(leafOf(event)).toBe(
      '{"commitment":"12OtGRhXyyjSHDEAkbeYBPm5QQR2pay/9o9KCPGyw5U=",' +
        '"id":"00000000-0000-4000-8000-000000000001","metadata":{"actor":"desk","schemaVersion":1},' +
        '"recordedAt":"2025-10-13T08:00:00.000Z","revision":0,"stream":"briefing-\\"é\\"","type":"BriefingHeld"}',
    );
  });

  test('changes with every field', () => {
    const changes: readonly Partial<HashedEvent>[] = [
      { id: '00000000-0000-4000-8000-000000000002' },
      { type: 'BriefingHelD' },
      { stream: 'briefing-e' },
      { revision: 1 as Revision },
      { recordedAt: '2025-10-13T08:00:00.001Z' },
      { metadata: '{"actor":"desk","schemaVersion":2}' },
      { content: '{"data":{"number":2}}' },
      { salt: 'AAAAAAAAAAAAAAAAAAAAAB' },
    ];
    expect(changes.flatMap((change) => Object.keys(change)).sort()).toEqual(Object.keys(event).sort());
    const leaves = [event, ...changes.map((change) => ({ ...event, ...change }))].map(leafOf);
    expect(new Set(leaves).size).toBe(leaves.length);
  });
});

describe('A receipt', () => {
  const hasher = new RootHasher();
  hasher.add(leafHash(leafOf(event)));
  const note = signNote(
    checkpointText({ origin: verifier.name, size: 1, root: hasher.root() }),
    verifier.name,
    privateKey,
  );
  const receipt = formatReceipt(event, 0, [], note);

  test('is valid with the public key of the log', () => {
    expect(verifyReceipt(receipt, verifier)).toEqual({
      outcome: 'valid',
      checkpoint: { origin: verifier.name, size: 1, root: hasher.root() },
      index: 0,
      leaf: leafOf(event),
      content: event.content,
    });
  });

  test.each([
    [
      'another event',
      formatReceipt({ ...event, type: 'MouSigned' }, 0, [], note),
      'its event is not in the log',
    ],
    ['another place', receipt.replace('index 0', 'index 1'), 'its event is not in the log'],
    ['another checkpoint', receipt.replace('\n1\n', '\n2\n'), 'its checkpoint is not signed'],
    ['no proof', '', 'it is not a receipt'],
    ['extra data of another kind', receipt.replace(/extra .*/, 'extra e30='), 'it is not a receipt'],
  ])('is not valid for %s', (_, text, reason) => {
    const outcome = verifyReceipt(text, verifier);
    expect(outcome).toEqual({ outcome: 'invalid', reason: expect.stringContaining(reason) });
  });

  test('is not valid with another content than the one committed to', () => {
    const content = '{"data":{"number":2}}';
    const extra = JSON.stringify({ leaf: leafOf(event), salt: event.salt, content });
    const forged = receipt.replace(/extra .*/, `extra ${Buffer.from(extra).toString('base64')}`);
    expect(verifyReceipt(forged, verifier)).toMatchObject({ outcome: 'invalid' });
    expect(commitmentTo({ salt: event.salt, content })).not.toBe(commitmentTo(event));
  });

  test('is not valid with the key of another log', () => {
    const other = { ...verifier, publicKey: createPublicKey(generateKeyPairSync('ed25519').privateKey) };
    expect(verifyReceipt(receipt, other)).toMatchObject({ outcome: 'invalid' });
  });
});
