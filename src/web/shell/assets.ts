import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Asset {
  readonly contentType: string;
  readonly body: Buffer;
}

interface Assets {
  /** File name → its URL, which contains a hash of its content. */
  readonly urls: ReadonlyMap<string, string>;
  readonly byUrl: ReadonlyMap<string, Asset>;
  /** A hash of all compiled code and assets, made by `npm run build`. */
  readonly buildId: string;
}

const HERE = new URL('./', import.meta.url);
/** Tests run the sources, and take the compiled islands and the build id from the last build. */
const BUILD = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/' : '../../../', import.meta.url);
const ISLANDS = new URL('src/web/islands/', BUILD);
const FILES = [
  ['styles.css', HERE, 'text/css; charset=utf-8'],
  ['icon.svg', HERE, 'image/svg+xml'],
  ['date-readings.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['event-dialog.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['field-suggestions.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['filter-counts.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['form-rows.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['keyboard.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['live-updates.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['moment-slider.js', ISLANDS, 'text/javascript; charset=utf-8'],
  ['search-suggestions.js', ISLANDS, 'text/javascript; charset=utf-8'],
] as const;

export type AssetName = (typeof FILES)[number][0];

let loaded: Assets | undefined;

/** Reads the assets when they are first needed. Throws if the program was not built. */
function assets(): Assets {
  loaded ??= load();
  return loaded;
}

function load(): Assets {
  const urls = new Map<string, string>();
  const byUrl = new Map<string, Asset>();
  for (const [name, folder, contentType] of FILES) {
    const body = readFileSync(new URL(name, folder));
    const [stem, extension] = name.split('.');
    const url = `/assets/${stem}.${hashOf(body)}.${extension}`;
    urls.set(name, url);
    byUrl.set(url, { contentType, body });
  }
  return { urls, byUrl, buildId: readFileSync(new URL('build-id', BUILD), 'utf8').trim() };
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

export function assetUrl(name: AssetName): string {
  return assets().urls.get(name) ?? '';
}

/** Finds the asset at a URL below `/assets/`. The content at a URL never changes. */
export function findAsset(url: string): Asset | undefined {
  return assets().byUrl.get(url);
}

/** Returns a part of the entity tags of pages: another build may render the same data differently. */
export function buildId(): string {
  return assets().buildId;
}
