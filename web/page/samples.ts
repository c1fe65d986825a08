/** The pictures that come with the page. Addresses are relative, so the page works under any path. */
import drawing from "./pictures/drawing.png";
import rings from "./pictures/rings.png";
import spaceship from "./pictures/spaceship.png";

const ADDRESSES: Readonly<Record<string, string>> = { spaceship, drawing, rings };

export const sampleAddress = (name: string): string => ADDRESSES[name] ?? spaceship;
