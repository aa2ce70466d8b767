import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

export interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
}

interface Assets {
  /** File name → its address, which has a hash of its content in it. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly byAddress: ReadonlyMap<string, Asset>;
  /** Of all that pages are made with: it changes whenever they may look otherwise. */
  readonly edition: string;
}

const HERE = new URL('./', import.meta.url);
/** Run from the sources, as tests do it, the islands are those of the last build. */
const ISLANDS = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/src/web/islands/' : './islands/',
  import.meta.url,
);
const FILES = [
  ['styles.css', HERE, 'text/css; charset=utf-8'],
  ['icon.svg', HERE, 'image/svg+xml'],
  ['event-dialog.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['live-news.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['search-suggestions.js', ISLANDS, 'text/javascript; charset=utf-8'],
] as const;

export type AssetName = (typeof FILES)[number][0];

let loaded: Assets | undefined;

/** Read once, for the first page that needs them. Throws when the islands have not been built. */
function assets(): Assets {
  loaded ??= load();
  return loaded;
}

/** Pages are made of words and readings from beyond this room as well. */
function codeOfPages(): readonly URL[] {
  return ['./', '../domain/', '../http/', '../projector/'].flatMap((room) => {
    const folder = new URL(room, HERE);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => /\.[jt]s$/.test(file))
      .sort()
      .map((file) => new URL(file, folder));
  });
}

function load(): Assets {
  const addresses = new Map<string, string>();
  const byAddress = new Map<string, Asset>();
  for (const [name, folder, contentType] of FILES) {
    const body = readFileSync(new URL(name, folder));
    const [stem, extension] = name.split('.');
    const address = `/assets/${stem}.${hashOf([body])}.${extension}`;
    addresses.set(name, address);
    byAddress.set(address, { contentType, body });
  }
  const edition = hashOf([
    ...[...addresses.values()].map((address) => Buffer.from(address)),
    ...codeOfPages().map((file) => readFileSync(file)),
  ]);
  return { addresses, byAddress, edition };
}

function hashOf(contents: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('hex').slice(0, 12);
}

export function assetAddress(name: AssetName): string {
  return assets().addresses.get(name) ?? '';
}

/** What is at an address below `/assets/`; an address stands for one content for ever. */
export function findAsset(address: string): Asset | undefined {
  return assets().byAddress.get(address);
}

/** Part of the entity tags of pages: the same data makes another page when the program is another one. */
export function pageEdition(): string {
  return assets().edition;
}
