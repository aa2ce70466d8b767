import { findAsset } from '../../web/shell/assets.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { sendFile } from '../protocol/response.ts';

/** The content of an asset URL never changes, as the URL contains a hash of the content. */
const CACHE_FOREVER = { 'Cache-Control': 'public, max-age=31536000, immutable' } as const;

/** `GET /assets/{name}.{hash}.{ext}`: the style sheet, icon and scripts of the pages. */
export function showAsset(req: Request<{ file: string }>, res: Response): void {
  const asset = findAsset(`/assets/${req.params.file}`);
  if (asset === undefined) sendProblem(res, { code: 'unknown-resource' });
  else sendFile(res, asset.contentType, asset.body, CACHE_FOREVER);
}
