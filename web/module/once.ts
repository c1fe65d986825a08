/** What is made when it is first asked for, and the same for all; after a failure, once it is forgotten or over, it is made anew. */
export interface Once<T> {
  (): Promise<T>;
  forget(): void;
}

export function once<T extends object>(make: () => Promise<T>, isOver?: (made: T) => boolean): Once<T> {
  let kept: Promise<T> | undefined;
  let made: T | undefined;
  const forget = (): void => {
    kept = made = undefined;
  };
  const get = (): Promise<T> => {
    if (made && isOver?.(made)) forget();
    if (!kept) {
      const asked = make();
      kept = asked;
      asked.then((value) => {
        if (kept === asked) made = value;
      }, forget);
    }
    return kept;
  };
  return Object.assign(get, { forget });
}
