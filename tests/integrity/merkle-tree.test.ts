import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  completedNodes,
  consistencyProof,
  inclusionProof,
  leafHash,
  RootHasher,
  rootOf,
  rootOfProof,
} from '../../src/integrity/merkle-tree.ts';

/** Inputs and hashes of the tests of Certificate Transparency: github.com/transparency-dev/merkle, `testonly`. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const LEAF_0 = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d';
const LEAF_1 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const LEAF_4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const LEAVES_0_1 = 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125';
const LEAVES_2_3 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const LEAVES_4_5 = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';
const LEAVES_6_7 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const LEAVES_0_3 = 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7';
const LEAVES_4_7 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';

const leaf = (index: number) => leafHash(Buffer.from(LEAVES[index] ?? '', 'hex'));
const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'));

/** Stores the nodes of a tree with these leaf hashes. */
function nodesOf(leaves: readonly Buffer[]): (node: number) => Buffer {
  const nodes: Buffer[] = [];
  const read = (node: number) => nodes[node] ?? Buffer.alloc(0);
  for (const [size, each] of leaves.entries()) nodes.push(...completedNodes(size, each, read));
  return read;
}

const read = nodesOf(LEAVES.map((_, index) => leaf(index)));

describe('The Merkle tree of RFC 6962', () => {
  test('has the published roots', () => {
    expect(hex(ROOTS.map((_, size) => rootOf(size, read)))).toEqual(ROOTS);
  });

  test('has these roots when it is hashed from leaf to leaf, without storing nodes', () => {
    const hasher = new RootHasher();
    const roots = [hasher.root()];
    for (const index of LEAVES.keys()) {
      hasher.add(leaf(index));
      roots.push(hasher.root());
    }
    expect(hex(roots)).toEqual(ROOTS);
  });

  test.each([
    [0, 1, []],
    [0, 8, [LEAF_1, LEAVES_2_3, LEAVES_4_7]],
    [5, 8, [LEAF_4, LEAVES_6_7, LEAVES_0_3]],
    [2, 3, [LEAVES_0_1]],
    [1, 5, [LEAF_0, LEAVES_2_3, LEAF_4]],
  ])('proves with the published hashes that leaf %i is among %i', (index, size, proof) => {
    expect(hex(inclusionProof(index, size, read))).toEqual(proof);
  });

  test.each([
    [1, 1, []],
    [1, 8, [LEAF_1, LEAVES_2_3, LEAVES_4_7]],
    [6, 8, [LEAVES_4_5, LEAVES_6_7, LEAVES_0_3]],
    [2, 5, [LEAVES_2_3, LEAF_4]],
    [0, 5, []],
  ])('proves with the published hashes that %i leaves are the first of %i', (from, to, proof) => {
    expect(hex(consistencyProof(from, to, read))).toEqual(proof);
  });

  test('is proven by each of its leaves, and by no other leaf, place or size', () => {
    const trees = fc
      .integer({ min: 1, max: 300 })
      .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1), other: fc.nat(400) }));
    const leaves = Array.from({ length: 300 }, (_, index) => leafHash(String(index)));
    const readLarge = nodesOf(leaves);
    fc.assert(
      fc.property(trees, ({ size, index, other }) => {
        const hash = leaves[index] ?? Buffer.alloc(0);
        const [root, proof] = [rootOf(size, readLarge), inclusionProof(index, size, readLarge)];
        expect(rootOfProof({ hash, index }, size, proof)).toEqual(root);
        if (other !== index) expect(rootOfProof({ hash, index: other }, size, proof)).not.toEqual(root);
        expect(rootOfProof({ hash: leafHash('x'), index }, size, proof)).not.toEqual(root);
        expect(rootOfProof({ hash, index }, size, [...proof, hash])).toBe(undefined);
        if (size > 1) expect(rootOfProof({ hash, index }, size, proof.slice(1))).not.toEqual(root);
      }),
    );
  });
});
