/*
 * Opens the page of an event in a dialog over the page that links to it. The address bar shows the URL of the event, so
 * it can be copied and reloaded; going back closes the dialog. Without this script the links are plain links.
 *
 * The page is fetched as a document. No markup is parsed from a string, so no Trusted Types policy is needed.
 */

const openerPage = { url: location.href, title: document.title };
const dialog = document.createElement('dialog');
const content = document.createElement('div');
const closeButton = document.createElement('button');
dialog.className = 'event-dialog';
closeButton.type = 'button';
closeButton.className = 'close';
closeButton.textContent = 'Close';
dialog.append(closeButton, content);
document.body.append(dialog);

function fetchDocument(url: string): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', url);
    request.setRequestHeader('Accept', 'text/html');
    request.responseType = 'document';
    request.onload = () => {
      if (request.status === 200 && request.responseXML !== null) resolve(request.responseXML);
      else reject(new Error(`Status ${request.status}`));
    };
    request.onerror = () => reject(new Error('The server is unreachable'));
    request.send();
  });
}

/** The URL requested last. Responses for other URLs arrive too late and are dropped. */
let requested = '';
/** The URL in the dialog; empty while it is closed. */
let shown = '';

/** Resolves to false if another event was requested in the meantime. */
async function show(url: string): Promise<boolean> {
  requested = url;
  const page = await fetchDocument(url);
  const main = page.querySelector('main');
  if (requested !== url || main === null) return false;
  content.replaceChildren(...main.childNodes);
  const heading = content.querySelector('h1');
  if (heading !== null) {
    heading.tabIndex = -1;
    heading.id = 'event-dialog-title';
    dialog.setAttribute('aria-labelledby', heading.id);
  }
  document.title = page.title;
  shown = url;
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  heading?.focus();
  return true;
}

function hide(): void {
  requested = '';
  shown = '';
  document.title = openerPage.title;
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

closeButton.addEventListener('click', () => dialog.close());

/*
 * The reader closed the dialog by the button or by Escape, so the URL of the opener is restored. The event of a close
 * by `hide` arrives later, when the dialog may be open again.
 */
dialog.addEventListener('close', () => {
  if (dialog.open || shown === '') return;
  hide();
  history.pushState(null, '', openerPage.url);
});

/* If the page was loaded at the URL of an event, earlier history entries belong to other pages and are loaded. */
addEventListener('popstate', (pop) => {
  const event: unknown = pop.state?.event;
  if (isOpenerUrl()) hide();
  else if (typeof event === 'string') show(event).catch(() => location.assign(event));
  else location.reload();
});

function isOpenerUrl(): boolean {
  const { pathname, search } = new URL(openerPage.url);
  return location.pathname === pathname && location.search === search;
}
