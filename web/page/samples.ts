/** The pictures that come with the page. Addresses are relative, so the page works under any path. */
import spaceship from "./pictures/spaceship.png?url&no-inline";

const ADDRESSES: Readonly<Record<string, string>> = { spaceship };

export const sampleAddress = (name: string): string => ADDRESSES[name] ?? spaceship;
