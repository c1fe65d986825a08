/** What is made when it is first asked for, and the same for all; after a failure, or once it is forgotten, it is made anew. */
export interface Once<T> {
  (): Promise<T>;
  forget(): void;
}

export function once<T>(make: () => Promise<T>): Once<T> {
  let kept: Promise<T> | undefined;
  const forget = (): void => {
    kept = undefined;
  };
  const get = (): Promise<T> => {
    if (!kept) {
      kept = make();
      kept.catch(forget);
    }
    return kept;
  };
  return Object.assign(get, { forget });
}
