/** The parameter with the secret of a feed URL. Any other value is an unknown parameter, as it is everywhere. */
const TOKEN = /([?&])token=(chancery_feed_\w+)(&|$)/;

/** Takes the secret of a feed URL out of a URL, so that neither handlers nor caches see it. */
export function withoutFeedToken(url: string): {
  readonly url: string;
  readonly feedToken: string | undefined;
} {
  if (!url.includes('token=chancery_feed_')) return { url, feedToken: undefined };
  const feedToken = TOKEN.exec(url)?.[2];
  const stripped = url.replace(TOKEN, (_match, before: string, _token, after: string) =>
    after === '' ? '' : before,
  );
  return { url: stripped, feedToken };
}

/** @param feed path, with or without a query */
export function feedUrlWithToken(feed: string, token: string | undefined): string {
  if (token === undefined) return feed;
  return `${feed}${feed.includes('?') ? '&' : '?'}token=${token}`;
}
