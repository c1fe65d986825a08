/** What a picture's file says of its colours. Pooling works on the numbers as they are, so the same is true of the result. */

/** A profile is a few KB, of printers a few MB; a bomb is more. */
export const MAX_PROFILE = 2 ** 24 - 1;

export interface Colours {
  /** An ICC profile. */
  profile?: Buffer;
  /** A profile that could not be read. */
  isLost?: boolean;
  /** Of a PNG: sRGB, gAMA, cHRM and cICP, as they are. */
  chunks: { name: string; content: Buffer }[];
}

/** Only a profile of red, green and blue belongs to what is written here. */
const isRGB = (profile: Buffer): boolean => profile.toString("latin1", 16, 20) === "RGB ";

/** The profile to write, if there is one that can be. */
export const profileOf = ({ profile }: Colours): Buffer | undefined =>
  profile && profile.length >= 128 && isRGB(profile) ? profile : undefined;

/** Whether something is lost in a file of this format; without a word of it colours would change. */
export function losesColours(colours: Colours, format: "png" | "jpeg" | "none"): boolean {
  if (format === "none" ? colours.profile : colours.profile && !profileOf(colours)) return true;
  if (colours.isLost) return true;
  if (format === "png" || colours.profile) return false;
  const find = (wanted: string) => colours.chunks.find(({ name }) => name === wanted)?.content;
  if (find("cICP")) return true;
  if (find("sRGB")) return false;
  const gamma = find("gAMA");
  // 45455 is the gamma of sRGB.
  return (
    find("cHRM") !== undefined || (gamma !== undefined && !(gamma.length === 4 && gamma.readUInt32BE(0) === 45_455))
  );
}
