import type { AppContext } from '../protocol/context.ts';
import { byFormat, type FormatHandlers, formatsOf } from '../protocol/negotiation.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import { showAsset } from './assets.ts';
import {
  ASSET,
  assetDescription,
  DOCS_PAGE,
  docsIndexDescription,
  docsPageDescription,
  homeDescription,
  PROBLEM_CODE,
  problemTypeDescription,
  searchDescription,
} from './descriptions.ts';
import { showDocs, showProblemType } from './docs.ts';
import { showFrontPage } from './front-page.ts';
import { showHome } from './home.ts';
import { SEARCH_FORMATS, showSearch } from './search.ts';

/** Registers the entry points: front page, search, documentation and static files. */
export function registerSite(router: Router, context: AppContext): void {
  const home: FormatHandlers<Record<string, string>> = {
    json: withoutParameters(showHome),
    html: withoutParameters((req, res) => showFrontPage(context, req, res)),
  };
  router.register('/', { get: byFormat(home) }, { get: homeDescription }, formatsOf(home));
  router.register(
    '/search',
    { get: (req, res) => showSearch(context, req, res) },
    { get: searchDescription },
    SEARCH_FORMATS,
  );
  router.register<{ file: string }>(
    '/assets/:file',
    { get: withoutParameters(showAsset) },
    { path: { file: ASSET }, get: assetDescription },
  );
  router.register('/docs', { get: showDocs }, { get: docsIndexDescription });
  router.register<{ page?: string[] }>(
    '/docs/*page',
    { get: showDocs },
    { path: { page: DOCS_PAGE }, get: docsPageDescription },
  );
  router.register<{ code: string }>(
    '/problems/:code',
    { get: withoutParameters(showProblemType) },
    { path: { code: PROBLEM_CODE }, get: problemTypeDescription },
  );
}
