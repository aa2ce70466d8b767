/*
 * Opens the page of an event over the timeline that leads to it. The address is that of the event, so that it can be
 * kept, sent and reloaded; going back closes it. Without this file the links are links.
 *
 * The page is fetched as a document, which needs no markup to be made from a text and so no policy of trusted types.
 */

const home = { address: location.href, title: document.title };
const dialog = document.createElement('dialog');
const content = document.createElement('div');
const close = document.createElement('button');
dialog.className = 'event-dialog';
close.type = 'button';
close.className = 'close';
close.textContent = 'Close';
dialog.append(close, content);
document.body.append(dialog);

function fetchDocument(address: string): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', address);
    request.setRequestHeader('Accept', 'text/html');
    request.responseType = 'document';
    request.onload = () => {
      if (request.status === 200 && request.responseXML !== null) resolve(request.responseXML);
      else reject(new Error(String(request.status)));
    };
    request.onerror = () => reject(new Error('unreachable'));
    request.send();
  });
}

/** What was asked for last: an answer to an earlier click comes too late. */
let wanted = '';
/** What stands in the dialog; '' while it is closed. */
let shown = '';

async function show(address: string): Promise<boolean> {
  wanted = address;
  const page = await fetchDocument(address);
  const main = page.querySelector('main');
  if (wanted !== address || main === null) return false;
  content.replaceChildren(...main.childNodes);
  const heading = content.querySelector('h1');
  if (heading !== null) {
    heading.tabIndex = -1;
    heading.id = 'event-dialog-title';
    dialog.setAttribute('aria-labelledby', heading.id);
  }
  document.title = page.title;
  shown = address;
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  heading?.focus();
  return true;
}

function hide(): void {
  wanted = '';
  shown = '';
  document.title = home.title;
  if (dialog.open) dialog.close();
}

document.addEventListener('click', (click) => {
  const isPlain = click.button === 0 && !(click.ctrlKey || click.metaKey || click.shiftKey || click.altKey);
  const link = click.target instanceof Element ? click.target.closest('a[data-event]') : null;
  if (!isPlain || !(link instanceof HTMLAnchorElement)) return;
  click.preventDefault();
  const { href } = link;
  show(href).then(
    (isShown) => {
      if (isShown) history.pushState({ event: href }, '', href);
    },
    () => location.assign(href),
  );
});

close.addEventListener('click', () => dialog.close());

/**
 * By the button or by Escape: the address becomes that of the timeline again. That it was closed on the way back is told
 * late, when the way may lead forward again already.
 */
dialog.addEventListener('close', () => {
  if (dialog.open || shown === '') return;
  hide();
  history.pushState(null, '', home.address);
});

/** Of a page that was reloaded while its address was that of an event, the entries before it are other pages. */
addEventListener('popstate', (pop) => {
  const event: unknown = pop.state?.event;
  if (isHome()) hide();
  else if (typeof event === 'string') show(event).catch(() => location.assign(event));
  else location.reload();
});

function isHome(): boolean {
  const { pathname, search } = new URL(home.address);
  return location.pathname === pathname && location.search === search;
}
