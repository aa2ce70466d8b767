import type { Request, Response } from 'express';
import { findAsset } from '../../web/shell/assets.ts';
import { sendProblem } from '../protocol/problems.ts';
import { sendFile } from '../protocol/response.ts';

/** `GET /assets/{name}.{hash}.{ext}`: what pages load. An address never gets another content. */
export function showAsset(req: Request<{ file: string }>, res: Response): void {
  const asset = findAsset(`/assets/${req.params.file}`);
  if (asset === undefined) sendProblem(res, { code: 'unknown-resource' });
  else
    sendFile(res, asset.contentType, asset.body, { 'Cache-Control': 'public, max-age=31536000, immutable' });
}
