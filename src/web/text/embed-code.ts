import { html } from '../shell/html.ts';

/** A frame with a timeline, for a page of another site. Sizes are in CSS pixels. */
export interface EmbedFrame {
  /** Absolute URL. */
  readonly url: string;
  readonly title: string;
  readonly width: number;
  readonly height: number;
}

export const EMBED_SIZE = { width: 600, height: 480 } as const;

/** Returns the markup of the frame. It is not wider than its place. */
export function embedCode({ url, title, width, height }: EmbedFrame): string {
  const frame = html`
    <iframe
      src="${url}"
      title="${title}"
      width="${width}"
      height="${height}"
      style="border: 0; max-width: 100%"
      loading="lazy"></iframe>`;
  return String(frame);
}
