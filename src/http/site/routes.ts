import type { AppContext } from '../protocol/context.ts';
import { byRepresentation, VARIES } from '../protocol/negotiation.ts';
import type { Router } from '../protocol/router.ts';
import { showAsset } from './assets.ts';
import { showDocs, showProblemType } from './docs.ts';
import { showFrontPage } from './front-page.ts';
import { showHome } from './home.ts';
import { showSearch } from './search.ts';

/** Registers the entry points: front page, search, documentation and static files. */
export function registerSite(router: Router, context: AppContext): void {
  router.register('/', {
    get: byRepresentation({ json: showHome, html: (req, res) => showFrontPage(context, req, res) }),
  });
  router.register('/search', {
    get: (req, res) => showSearch(context, req, res.setHeader('Vary', VARIES.Vary)),
  });
  router.register<{ file: string }>('/assets/:file', { get: showAsset });
  router.register('/docs', { get: showDocs });
  router.register<{ page?: string[] }>('/docs/*page', { get: showDocs });
  router.register<{ code: string }>('/problems/:code', { get: showProblemType });
}
