import type { Express } from 'express';
import type { AppContext } from '../protocol/context.ts';
import { byRepresentation, VARIES } from '../protocol/negotiation.ts';
import { registerResource } from '../protocol/resource.ts';
import { showAsset } from './assets.ts';
import { showDocs, showProblemType } from './docs.ts';
import { showFrontPage } from './front-page.ts';
import { showHome } from './home.ts';
import { showSearch } from './search.ts';

/** Registers the entry points: front page, search, documentation and static files. */
export function registerSite(app: Express, context: AppContext): void {
  registerResource(app, '/', {
    get: byRepresentation({ json: showHome, html: (req, res) => showFrontPage(context, req, res) }),
  });
  registerResource(app, '/search', {
    get: (req, res) => showSearch(context, req, res.setHeader('Vary', VARIES.Vary)),
  });
  registerResource<{ file: string }>(app, '/assets/:file', { get: showAsset });
  registerResource(app, '/docs', { get: showDocs });
  registerResource<{ page?: string[] }>(app, '/docs/*page', { get: showDocs });
  registerResource<{ code: string }>(app, '/problems/:code', { get: showProblemType });
}
