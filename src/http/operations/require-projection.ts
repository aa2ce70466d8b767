import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { unknownProjection } from '../protocol/problems.ts';

/** Parameters of the paths below `/projections/:name`. */
export interface ProjectionParameters {
  readonly name: string;
}

export const PROJECTION_NAME = { description: 'Name of a projection.', example: 'country' };

/** Returns the projection that the URL names. Sends a problem and returns undefined if there is none. */
export function requireProjection(
  { projections }: AppContext,
  req: Request<ProjectionParameters>,
  res: Response,
): MountedProjection | undefined {
  const all = Object.values(projections);
  const projection = all.find(({ name }) => name === req.params.name);
  if (projection === undefined) sendProblem(res, unknownProjection(all.map(({ name }) => name)));
  return projection;
}
