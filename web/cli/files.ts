/** Files as the command reads and writes them; `-` is standard input and output. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { say } from "./say.js";
import type { Words } from "./texts.js";

/** What the person who called can mend: said without a trace, exit code 1. */
export class Refusal extends Error {}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isStandard = (file: string): boolean => file === "-";

/** What a file is called in a sentence. */
export const inputName = (file: string, words: Words): string => (isStandard(file) ? words.standardInput : file);

export async function readIn(file: string, words: Words): Promise<Buffer> {
  try {
    if (!isStandard(file)) return readFileSync(file);
    const parts: Buffer[] = [];
    for await (const part of process.stdin) parts.push(part as Buffer);
    return Buffer.concat(parts);
  } catch (error) {
    throw new Refusal(say(words.cannotRead, { file: inputName(file, words), why: reasonOf(error) }));
  }
}

/** The file behind a name, followed through links; undefined where there is none yet, or it is no file of a disk. */
function existing(file: string): { place: string; mode: number } | "special" | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats) return lstatSync(file, { throwIfNoEntry: false }) ? "special" : undefined;
  return stats.isFile() && stats.nlink === 1 ? { place: realpathSync(file), mode: stats.mode } : "special";
}

/** A new file beside `place`; undefined where the folder takes none but holds a file that can be written. */
function openBeside(place: string, isThere: boolean): { beside: string; to: number } | undefined {
  const beside = join(dirname(place), `.poolscope-${randomBytes(8).toString("hex")}`);
  try {
    return { beside, to: openSync(beside, "wx") };
  } catch (error) {
    if (isThere && /^(EACCES|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

/**
 * Writes beside the file and renames, so that a full disk leaves what was there. Devices, pipes, files of several names and links
 * to nothing cannot be renamed to, and are written as they are.
 */
function replaceFile(file: string, content: string | Uint8Array): void {
  const old = existing(file);
  const place = typeof old === "object" ? old.place : file;
  // Whoever may not write a file may not replace it either.
  if (typeof old === "object") closeSync(openSync(place, "r+"));
  const made = old === "special" ? undefined : openBeside(place, old !== undefined);
  if (!made) {
    writeFileSync(file, content);
    return;
  }
  const { beside, to } = made;
  try {
    try {
      writeFileSync(to, content);
      if (typeof old === "object") fchmodSync(to, old.mode & 0o7777);
      fsyncSync(to);
    } finally {
      closeSync(to);
    }
    renameSync(beside, place);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

export function writeOut(file: string, content: string | Uint8Array, words: Words): void {
  if (isStandard(file)) {
    process.stdout.write(content);
    return;
  }
  try {
    replaceFile(file, content);
  } catch (error) {
    throw new Refusal(say(words.cannotWrite, { file, why: reasonOf(error) }));
  }
}
