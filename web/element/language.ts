/** The language around an element, and when it changes. */

/** One observer a root, whatever the number of elements in it; it goes with the last of them. */
const followed = new Map<Node, { observer: MutationObserver; refreshes: Set<() => void> }>();

/** Whether the nearest `lang` is Chinese. Firefox and WebKit end `:lang()` at a shadow root, HTML goes on to its host. */
export function isChinese(element: Element): boolean {
  for (let at: Element | undefined = element; at; at = (at.getRootNode() as ShadowRoot).host) {
    const near = at.closest("[lang]");
    if (near) return near.matches(":lang(zh)");
  }
  return element.matches(":lang(zh)");
}

/** The roots around an element: its shadow root, that of its host, and so on up to the document. */
function rootsOf(element: Element): Node[] {
  const roots: Node[] = [];
  for (let at: Node | undefined = element; at; at = (at as ShadowRoot).host) {
    at = at.getRootNode();
    roots.push(at);
  }
  return roots;
}

function follow(root: Node, refresh: () => void): void {
  let entry = followed.get(root);
  if (!entry) {
    const refreshes = new Set<() => void>();
    const observer = new MutationObserver(() => {
      for (const each of refreshes) each();
    });
    observer.observe(root, { attributeFilter: ["lang"], subtree: true });
    entry = { observer, refreshes };
    followed.set(root, entry);
  }
  entry.refreshes.add(refresh);
}

function leave(root: Node, refresh: () => void): void {
  const entry = followed.get(root);
  entry?.refreshes.delete(refresh);
  if (entry?.refreshes.size !== 0) return;
  entry.observer.disconnect();
  followed.delete(root);
}

/**
 * Calls `refresh` when a `lang` changes on anything around a connected element, its hosts included.
 * @returns a function that ends it
 */
export function followLanguage(element: Element, refresh: () => void): () => void {
  const roots = rootsOf(element);
  for (const root of roots) follow(root, refresh);
  return () => {
    for (const root of roots) leave(root, refresh);
  };
}
