import { asOfBanner, staleBanner } from '../components/banners.ts';
import type { TimelineView } from '../components/timeline-view.ts';
import { assetUrl } from '../shell/assets.ts';
import { type Html, html } from '../shell/html.ts';
import { formatInstant } from '../text/format-date.ts';

/** What distinguishes the frame of one kind of timeline from the others. */
export interface EmbedParts {
  /** Shown above the title. */
  readonly kicker: string;
  readonly title: string;
  readonly subtitle: string;
  readonly content: Html;
}

/**
 * Renders a timeline for a frame of another site. Links open in place of the page around the frame, which may run
 * neither scripts nor forms.
 */
export function embedPage(view: TimelineView, { kicker, title, subtitle, content }: EmbedParts): Html {
  const { origin, url, asOf } = view;
  const timelineUrl = `${origin}${url.with({})}`;
  return html`<!doctype html>
    <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <base target="_top">
      <title>${title} – Chancery</title>
      <link rel="stylesheet" href="${assetUrl('styles.css')}">
      <link rel="icon" type="image/svg+xml" href="${assetUrl('icon.svg')}">
      <link rel="canonical" href="${timelineUrl}">
    </head>
    <body class="embed">
      <main>
        <header class="page-header">
          <p class="kicker">${kicker}</p>
          <h1 dir="auto"><a href="${timelineUrl}">${title}</a></h1>
          <p class="subtitle">${subtitle}</p>
        </header>
        ${asOfBanner(view)}
        ${staleBanner(view)}
        ${content}
      </main>
      <footer class="colophon">
        <p>
          ${asOf !== undefined && `As of ${formatInstant(asOf.instant)}. `}
          Source: <a href="${timelineUrl}">Chancery</a>
        </p>
      </footer>
    </body>
    </html>${'\n'}`;
}
