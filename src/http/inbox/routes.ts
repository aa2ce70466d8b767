import type { AppContext } from '../protocol/context.ts';
import { byFormat, type FormatHandlers, formatsOf } from '../protocol/negotiation.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import { addFeed } from './add-feed.ts';
import {
  addFeedDescription,
  DRAFT_ID,
  dismissDraftDescription,
  getDraftDescription,
  listDraftsDescription,
  submitDraftDescription,
} from './descriptions.ts';
import {
  type DraftParameters,
  dismissDraft,
  listDrafts,
  showDraft,
  showDraftPage,
  showInboxPage,
  submitDraft,
} from './drafts.ts';

/** Registers the inbox: feeds in, drafts out. The forms in `../forms` record a draft as an event. */
export function registerInbox(router: Router, context: AppContext): void {
  const list: FormatHandlers<Record<string, string>> = {
    json: (req, res) => listDrafts(context, req, res),
    html: (req, res) => showInboxPage(context, req, res),
  };
  router.register(
    '/inbox',
    { get: byFormat(list), post: withoutParameters((req, res) => addFeed(context, req, res)) },
    { get: listDraftsDescription, post: addFeedDescription },
    formatsOf(list),
  );
  const one: FormatHandlers<DraftParameters> = {
    json: (req, res) => showDraft(context, req, res),
    html: (req, res) => showDraftPage(context, req, res),
  };
  router.register<DraftParameters>(
    '/inbox/:id',
    {
      get: withoutParameters(byFormat(one)),
      post: withoutParameters((req, res) => submitDraft(context, req, res)),
      delete: withoutParameters((req, res) => dismissDraft(context, req, res)),
    },
    {
      path: { id: DRAFT_ID },
      get: getDraftDescription,
      post: submitDraftDescription,
      delete: dismissDraftDescription,
    },
    formatsOf(one),
  );
}
