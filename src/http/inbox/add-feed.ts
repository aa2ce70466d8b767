import { INBOX_LIMITS } from '../../inbox/draft.ts';
import { type AddedFeed, feedAddedPage } from '../../web/pages/inbox-page.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { prefersPage } from '../protocol/negotiation.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { sendJson } from '../protocol/response.ts';
import { mediaTypeOf, readFeedBody, UPLOAD_TYPE } from './feed-body.ts';

const EMPTY = 'It has neither a title nor a text.';
const FULL = `The inbox is full: it has ${INBOX_LIMITS.draftsMax} drafts. Dismiss some, and send the feed again.`;

/** `POST /inbox`: adds the items of a feed that were never added before. */
export async function addFeed(context: AppContext, req: Request, res: Response): Promise<void> {
  const body = await readFeedBody(context, req, res);
  if (body.outcome === 'aborted') return;
  if (body.outcome === 'refused') return sendProblem(res, body.problem);
  const added = await addItems(context, body.text);
  req.audit.did({ action: 'feed-added' });
  if (mediaTypeOf(req) === UPLOAD_TYPE && prefersPage(req.headers)) {
    sendHtml(res, 200, feedAddedPage(added), NO_STORE);
  } else sendJson(res, 200, JSON.stringify(added), NO_STORE);
}

/** The parsers take longer to load than most modules of the server together, and not every server needs them. */
async function addItems({ inbox, clock }: AppContext, text: string): Promise<AddedFeed> {
  const { readDrafts } = await import('../../inbox/read-drafts.ts');
  const read = readDrafts(text);
  const drafts = read.filter((draft) => draft !== undefined);
  const outcomes = inbox.add(drafts, clock().toISOString());
  const outcomeOf = new Map(drafts.map((draft, index) => [draft, outcomes[index]]));
  const refused = read.flatMap((draft, index) => {
    if (draft === undefined) return [{ item: index + 1, detail: EMPTY }];
    return outcomeOf.get(draft) === 'full' ? [{ item: index + 1, detail: FULL }] : [];
  });
  const count = (outcome: string) => outcomes.filter((each) => each === outcome).length;
  return { items: read.length, added: count('added'), known: count('known'), refused };
}
